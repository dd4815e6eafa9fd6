"""A sound, heard: from the bytes of a file to the tags, the tempo and the genres of what sounds in it.

decoder           any file to samples, with bounds on everything that a file may claim
loudness          how loud a sound is, and the sound as loud as all others
mel_spectrogram   samples to what the tagger sees
tagger            the tags that are heard, and how sure they are
tags              the tags, and which of them speak for a genre
tempo             beats a minute
heard_sound       all of it together
"""
