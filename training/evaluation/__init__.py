"""How models and recommendations are judged.

protocol           how a model of genres is judged: the splits and the figures
cross_validation   every fold predicted by every family
parameter_search   the parameters of a family, found by folds inside its rows
process_pool       work spread over processes
trial              artists held out, to ask a recommender about
rankings           three ways to answer, to be judged beside one another
recommendations    how good the recommendations are
"""
