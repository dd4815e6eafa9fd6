"""Tables: the files between stages, the table of tracks as it comes, labelled rows, outliers, and the numbers a model sees.

artifacts      the files that one stage hands to the next
journal        records that outlive a crash, one line each
source_table   a table of tracks as it comes, CSV or Parquet, and what of it can be used
rows           labelled rows: their artists, genres and labels
inputs         rows as the numbers that a model sees
outliers       rows beyond Tukey's fences
"""
