"""The study: every family of models, tuned and judged on the same folds, and what of their making helps.

    field.py           who takes part
    nested.py          tuning inside each training fold, and what the tuned model says of the fold it has not seen
    mixing.py          which members an ensemble has, chosen by inner folds as well
    comparison.py      the figures of a model with intervals, and whether one is better than another
    contest.py         all models on all folds, and the champion
    ablation.py        what each part of the recipe does to accuracy
    importance.py      which features a model goes by
    contradictions.py  the labels that models contradict most, and the bound that labels set
    footprint.py       what a model costs where it is served: bytes, loading, memory, one prediction
    many_genres.py     the same question with a hundred genres, where tuning inside folds would take days
    report.py          study.json as a page that opens by itself, made of
    sentences.py       what the figures say
    tables.py          the figures themselves
    page.py            text, tables and pictures in one file

`python -m training.study` runs all of it; see `__main__.py`.
"""
