"""Offline training: from a table of tracks to a release in the bucket.

Each stage is a module and a command, `python -m training.<stage> --help`, files in and files out, in this order:

    collect    (if you like) tracks of genres out of Spotify and ReccoBeats -> collected/tracks.parquet
    prepare    a table of tracks -> build/rows.parquet (labelled rows), build/tracks.parquet (one row a song)
    explore    what the catalog looks like -> reports/figures/*.png and *.svg, listed in index.json (nothing later needs it)
    evaluate   the families of models, compared by the fixed protocol -> reports/evaluation.json, which names the champion
    train      the champion and the embedder, fitted on everything -> build/classifier.*, build/embedding.npz
    export     both as ONNX under the one contract, proved equal -> build/release/{model,embedder}.onnx
    index      the tracks laid out by genre -> build/release/{vectors.npy,rows.npy,catalog.sqlite}
    publish    a release in the bucket: uploaded, read back, asked a few questions, and only then put in force
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What is deployed lives in functions/ and is not installed: training finds it beside itself, wherever it is run from.
sys.path.append(str(ROOT / "functions"))
