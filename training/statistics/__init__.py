"""Statistics that know nothing of music: arrays in, arrays out.

calibration   the temperature that makes probabilities honest
covariance    what the covariances of features say of missing values and of artists
intervals     confidence intervals and tests
projection    points of a space on a plane
"""
