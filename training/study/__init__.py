"""The study: every family of models, tuned and judged on the same folds, and what of their making helps.

    participants         who takes part
    fold_results         tuning inside each training fold, and what the tuned model says of the fold it has not seen
    artist_powers        how much an artist's many tracks count, chosen by inner folds
    mixing               which members an ensemble has, chosen by inner folds as well
    comparison           the figures of a model with intervals, and whether one is better than another
    all_results          all models on all folds, and the champion
    ablation             what each part of the recipe does to accuracy
    feature_importance   which features a model goes by
    contradictions       the labels that models contradict most, and the bound that labels set
    footprint            what a model costs where it is served: bytes, loading, memory, one prediction
    many_genres          the same question with a hundred genres, where tuning inside folds would take days
    report/              study.json as a page that opens by itself

`python -m training.study` runs all of it; see `__main__.py`.
"""
