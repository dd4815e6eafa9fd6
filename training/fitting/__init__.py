"""From labelled rows to a fitted classifier of genres.

recipe               how rows become what a model is fitted on
examples             the weighted rows, and their twins with gaps
trained_classifier   a model, fitted by a recipe
"""
