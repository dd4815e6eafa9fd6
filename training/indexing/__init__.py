"""What `index` writes for serving.

catalog_writer   the catalog with its search, an SQLite file
artist_rows      the artists in it, and who is near to whom
shard_layout     the vectors, one shard a genre
map_layout       the places of the tracks on the map of music
"""
