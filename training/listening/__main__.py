"""Put into the bucket what serving needs to listen to sounds.

python -m training.listening [--bucket URL]

The network is made of the weights in the package musicnn, which is not imported, and tried before it is uploaded: it has to
hear in a made sound what the original hears.
"""

from __future__ import annotations

import argparse
import hashlib
import os

import msgspec
import numpy as np

from kamerton.listening.mel_spectrogram import RATE, Samples, patches
from kamerton.listening.tagger import ABOUT_KEY, TAGGER_KEY, AboutTagger, Tagger
from kamerton.listening.tags import TAGS
from kamerton.settings import Settings, bucket_url
from kamerton.storage import Bucket
from training.listening.tagger import LICENCE, PACKAGE, VERSION, tagger_model

_HEARD = {"electronic": 0.5891, "electro": 0.2517, "experimental": 0.1430}
"""By the original, in TensorFlow, in the sound of `made_sound`."""
_MOST_APART = 1e-4


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.listening", description=__doc__.splitlines()[0])
    parser.add_argument("--bucket", metavar="URL", help="default: KAMERTON_BUCKET or ./bucket")
    given = parser.parse_args(arguments).bucket
    bucket = Bucket.open(bucket_url(given, "--bucket") if given else Settings.from_environ(os.environ).bucket_url)
    data = tagger_model().SerializeToString()
    require_heard(Tagger(data))
    about = AboutTagger(len(data), hashlib.sha256(data).hexdigest(), f"{PACKAGE} {VERSION}", LICENCE)
    bucket.put(TAGGER_KEY, data)
    bucket.put(ABOUT_KEY, msgspec.json.encode(about))
    print(f"listening: a tagger of {len(data) / 1e6:.1f} MB is in {bucket.url}")


def require_heard(tagger: Tagger) -> None:
    """Raises `SystemExit` unless the tagger hears what the original hears."""
    strengths = tagger.tags_of_patches(patches(made_sound(), 99))
    for tag, expected in _HEARD.items():
        heard = float(strengths[TAGS.index(tag)])
        if abs(heard - expected) > _MOST_APART:
            raise SystemExit(f"listening: {tag} is heard with {heard:.4f}, and by the original with {expected}")


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
