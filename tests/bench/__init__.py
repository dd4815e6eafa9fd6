"""Measures of the serving side, each beside a bare functions-framework function in the same run.

The machine may be shared and noisy: what counts are the ratios, from medians of runs that alternate.
"""

import os

# As functions/main.py does, before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
