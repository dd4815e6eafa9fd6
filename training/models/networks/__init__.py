"""Neural networks, fitted by Keras 3 on JAX.

Only fitting needs these two: once fitted, `mlp` and `tabm` answer, are saved and are exported by numpy alone.
"""
