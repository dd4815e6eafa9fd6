"""From seeds to tracks that sound like them.

question             what a person may ask of a list
seed                 what the list should sound like
recommender          the list: each seed's best candidate by turns, with reasons
feature_shift        more or less of a feature than the seed has
candidate_pool       one seed's candidates in one ranking
candidate_embedding  candidates from outside the catalog in the space of our models
sound_path           the tracks between two
rules                which tracks may be recommended
reasons              why a track is recommended, as values
likeness             how alike two tracks sound, in bands
foreignness          whether a sound is foreign to the catalog
filing               the genres of a track by its sound and by what it is filed under
"""
