"""study.json as a page that opens by itself.

html_report          the page, section by section
page                 text, tables and pictures in one file
sentences            what the figures say
tables               the figures themselves
model_charts, champion_charts, importance_charts, cost_charts
                     the pictures
dot_rows             a kind of picture that several charts share
model_names          models as a reader knows them
"""
