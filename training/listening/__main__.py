"""Put into the bucket what serving needs to listen to sounds.

python -m training.listening [--vibenet] [--bucket URL]

The network that hears tags is made of the weights in the package musicnn, which is not imported. With --vibenet the network of
the package vibenet is put beside it, which hears audio features: its file as it is, under the GPL (3 or later). Both are tried
before they are uploaded: they have to hear in a made sound what the originals hear.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping

import numpy as np

from kamerton.listening.mel_spectrogram import RATE, Samples, patches
from kamerton.listening.model_file import put_model
from kamerton.listening.sound_features import FEATURE_MODEL, FeatureModel
from kamerton.listening.tagger import TAGGER, Tagger
from kamerton.listening.tags import TAGS
from kamerton.settings import Settings, bucket_url
from kamerton.storage import Bucket
from training.listening import tagger, vibenet
from training.listening.tagger import tagger_model
from training.listening.vibenet import feature_model

_HEARD_TAGS = {"electronic": 0.5891, "electro": 0.2517, "experimental": 0.1430}
_HEARD_FEATURES = {
    "acousticness": 0.3246,
    "danceability": 0.7094,
    "energy": 0.2309,
    "instrumentalness": 0.8017,
    "liveness": 0.1026,
    "speechiness": 0.1853,
    "valence": 0.2055,
}
"""By the originals, in the sound of `made_sound`."""
_MOST_APART = 1e-4


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.listening", description=__doc__.splitlines()[0])
    parser.add_argument("--bucket", metavar="URL", help="default: KAMERTON_BUCKET or ./bucket")
    parser.add_argument("--vibenet", action="store_true", help="hear audio features, too, by a model under the GPL")
    options = parser.parse_args(arguments)
    given = options.bucket
    bucket = Bucket.open(bucket_url(given, "--bucket") if given else Settings.from_environ(os.environ).bucket_url)
    data = tagger_model().SerializeToString()
    require_heard(heard_tags(Tagger(data)), _HEARD_TAGS)
    put_model(bucket, TAGGER, data, f"{tagger.PACKAGE} {tagger.VERSION}", tagger.LICENCE)
    print(f"listening: a tagger of {len(data) / 1e6:.1f} MB is in {bucket.url}")
    if options.vibenet:
        data = feature_model()
        require_heard(FeatureModel(data).heard(made_sound()), _HEARD_FEATURES)
        put_model(bucket, FEATURE_MODEL, data, f"{vibenet.PACKAGE} {vibenet.VERSION}", vibenet.LICENCE)
        print(f"listening: a model of audio features, {len(data) / 1e6:.1f} MB, {vibenet.LICENCE}, is beside it")


def heard_tags(model: Tagger) -> dict[str, float]:
    strengths = model.tags_of_patches(patches(made_sound(), 99))
    return dict(zip(TAGS, strengths.tolist(), strict=True))


def require_heard(heard: Mapping[str, float], by_the_original: Mapping[str, float]) -> None:
    """Raises `SystemExit` unless a model hears what the original hears."""
    for name, expected in by_the_original.items():
        if abs(heard[name] - expected) > _MOST_APART:
            raise SystemExit(f"listening: {name} is heard with {heard[name]:.4f}, and by the original with {expected}")


def made_sound() -> Samples:
    """Twelve seconds: a tone that swells twice a second, one that rises, and a buzz on each half second."""
    t = np.arange(12 * RATE) / RATE
    swelling = 0.25 * np.sin(2 * np.pi * 220 * t) * (1 + np.sin(2 * np.pi * 2 * t)) / 2
    rising = 0.2 * np.sin(2 * np.pi * (200 * t + 150 * t**2))
    buzzing = 0.15 * np.sign(np.sin(2 * np.pi * 110 * t)) * (t % 0.5 < 0.1)
    sound: Samples = (swelling + rising + buzzing).astype(np.float32)
    return sound


if __name__ == "__main__":
    main()
