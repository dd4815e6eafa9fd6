"""Measures of the serving side, each beside a bare functions-framework function in the same run.

The machine may be shared and noisy: what counts are the ratios, from medians of runs that alternate.
"""

import training  # noqa: F401  (puts functions/ on the path, wherever this is run from)
