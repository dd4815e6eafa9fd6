"""The space in which a distance says how alike two tracks sound.

embedding        the space, fitted on tracks
pair_network     its part that a small network learns
embedder_graph   the space as an ONNX graph
"""
