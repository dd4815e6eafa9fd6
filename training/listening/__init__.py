"""What serving needs to listen to a sound, made from pretrained weights that others have published.

checkpoint   reads the weights of a TensorFlow checkpoint, without TensorFlow
tagger       the network that hears tags, as an ONNX model
"""
