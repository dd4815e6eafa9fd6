"""The use case, and the resolver: from a question to an answer, without any I/O but through the objects that are passed in.

kamerton       the use case: what the edges call
answer         what is answered
resolver       from a name, a link or an id to one track, with its audio features
seeds          a question's tracks as seeds, resolved side by side
substitutes    what can be answered for instead of a track without audio features
playback       where a track can be heard and watched
"""
