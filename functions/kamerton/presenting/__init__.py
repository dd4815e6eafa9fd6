"""Tracks and answers as words, alike on the page, in the API and from the bot.

track_name      a track in one line
explanation     why a track is in the list
shown_genres    which genres of a track are shown, and how sure the likeliest one is
genre_summary   what to say first of a track whose genre the catalog does not have
answer_summary  an answer in a sentence
"""
