import numpy as np

from training.similarity.pair_network import Recipe, outputs, train_pairs

QUICK = Recipe(hidden=(16,), dimensions=4, steps=300, batch=20, rate=1e-2, decay=0.0)


def made_up(n_artists: int = 40, per_artist: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Inputs [n, 3] of which the product of the first two is the artist's, and the artists' labels."""
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(n_artists), per_artist)
    signs = random.choice([-1.0, 1.0], size=len(labels))
    own = random.uniform(-2, 2, n_artists)[labels]
    return np.stack([own * signs, signs, random.normal(size=len(labels))], axis=1).astype(np.float32), labels


def spread_within(embeddings: np.ndarray, labels: np.ndarray) -> float:
    """The share of the variance that is within artists."""
    means = np.stack([embeddings[labels == label].mean(axis=0) for label in np.unique(labels)])
    return float(((embeddings - means[labels]) ** 2).sum() / ((embeddings - embeddings.mean(axis=0)) ** 2).sum())


def test_it_finds_what_no_linear_map_shows() -> None:
    inputs, labels = made_up()
    fixed = np.zeros((1, len(inputs), 1), np.float32)
    layers = train_pairs(inputs[np.newaxis], fixed, labels, QUICK, np.random.default_rng(1))
    assert spread_within(inputs, labels) > 0.8
    assert spread_within(outputs(layers, inputs), labels) < 0.5


def test_one_seed_gives_one_network() -> None:
    inputs, labels = made_up()
    fixed = np.zeros((1, len(inputs), 1), np.float32)
    one, same, other = (
        train_pairs(inputs[np.newaxis], fixed, labels, QUICK, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert all(np.array_equal(left, right) for left, right in zip(one, same, strict=True))
    assert not np.array_equal(one[0], other[0])


def test_it_adds_little_to_coordinates_that_tell_artists_apart_already() -> None:
    inputs, labels = made_up()
    nothing = np.zeros((1, len(inputs), 1), np.float32)
    telling = np.eye(labels.max() + 1, dtype=np.float32)[np.newaxis, labels] * 10
    alone, beside = (
        outputs(train_pairs(inputs[np.newaxis], fixed, labels, QUICK, np.random.default_rng(1)), inputs)
        for fixed in (nothing, telling)
    )
    assert beside.var() < alone.var() / 2
