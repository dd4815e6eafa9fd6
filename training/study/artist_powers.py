"""How much an artist's many tracks count in each fold: chosen by folds inside the rows that may be learnt from, once for all
families, before any of them is tuned.

What was chosen is kept in a file for each place, and is not chosen again. Public names: chosen_powers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from training.data.artifacts import read_json, write_json
from training.data.rows import genres_of
from training.evaluation.parameter_search import ARTIST_POWERS, POWER_JUDGE, choose_artist_power
from training.evaluation.process_pool import spread
from training.evaluation.protocol import Split
from training.models.stored_parameters import read_parameters
from training.study.result_names import Place, kept_name


@dataclass(frozen=True, slots=True)
class _Choice:
    splits: Mapping[str, Split]
    folder: Path
    seed: int

    def path(self, place: Place) -> Path:
        """By what is chosen among, and by what."""
        n_genres = len(genres_of(self.splits[place[0]].rows))
        judged_by = POWER_JUDGE, sorted(read_parameters(POWER_JUDGE, n_genres).parameters.items())
        return self.folder / f"{kept_name(place, 'artist power', self.seed, ARTIST_POWERS, judged_by)}.json"


def chosen_powers(
    splits: Mapping[str, Split], folder: Path, seed: int, places: Iterable[Place], workers: int | None = None
) -> dict[Place, float]:
    """Place -> the power of the weights of artists there."""
    choice, places = _Choice(splits, folder, seed), list(dict.fromkeys(places))
    rest = [place for place in places if not choice.path(place).exists()]
    if rest:
        done = len(places) - len(rest)
        with tqdm(total=len(places), initial=done, desc="weights", unit="fold", mininterval=1) as progress:
            for _ in spread(_choose, choice, rest, workers):
                progress.update()
    return {place: read_json(choice.path(place), "study")["artist_power"] for place in places}


def _choose(choice: _Choice, place: Place) -> None:
    split = choice.splits[place[0]]
    train, _ = split.parts(place[1])
    power = choose_artist_power(train, split.name, genres_of(split.rows), choice.seed)
    write_json(choice.path(place), {"artist_power": power})
