"""Offline training: from a table of tracks to a release in the bucket.

The modules of this folder are the stages. Each is a command, `python -m training.<stage> --help`, files in and files out, in
this order:

    collect    (if you like) tracks of genres out of Spotify and ReccoBeats -> collected/tracks.parquet
    prepare    a table of tracks -> build/rows.parquet (labelled rows), build/tracks.parquet (one row a song)
    explore    what the catalog looks like -> reports/figures/*.png and *.svg, listed in index.json (nothing later needs it)
    tune       (if you like) the parameters of the families of models -> training/models/parameters.json
    evaluate   the families of models, compared by the fixed protocol -> reports/evaluation.json, which names the champion
    train      the champion and the embedder, fitted on everything -> build/classifier.*, build/embedding.npz
    export     both as ONNX under the one contract, proved equal -> build/release/{model,embedder}.onnx
    index      the tracks laid out by genre -> build/release/{vectors.npy,rows.npy,catalog.sqlite}
    publish    a release in the bucket: uploaded, read back, asked a few questions, and only then put in force

What the stages use lies in folders, from top to bottom; each imports only those below it:

    study        every family tuned and judged on the same folds (`python -m training.study`); imported by nothing
    (stages)     this folder
    figures      charts of the catalog, and how all charts look
    evaluation   how models and recommendations are judged
    indexing     what serving loads: the catalog, the shards, the map
    similarity   the space in which a distance says how alike two tracks sound
    fitting      from labelled rows to a fitted classifier
    models       the families of models, under one contract
    data         tables of tracks, and the files between stages
    statistics   arrays in, arrays out
"""
