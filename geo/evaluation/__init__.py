"""Measure predictions against gold: recognition, resolution, pins, calibration."""

from geo.evaluation.compare import Change, compare
from geo.evaluation.corpora import Format, located, read_corpus, with_outlets
from geo.evaluation.floors import Floor, breaches, floors_for, read_floors
from geo.evaluation.gold import Corpus, GoldDocument, GoldMention
from geo.evaluation.judging import Rules
from geo.evaluation.page import write_html
from geo.evaluation.predictions import (
    Prediction,
    Predictions,
    predict,
    predictions_of,
    read_predictions,
)
from geo.evaluation.report import as_json
from geo.evaluation.results import Results, evaluate, pooled
from geo.evaluation.traits import Traits

__all__ = [
    "Change",
    "Corpus",
    "Floor",
    "Format",
    "GoldDocument",
    "GoldMention",
    "Prediction",
    "Predictions",
    "Results",
    "Rules",
    "Traits",
    "as_json",
    "breaches",
    "compare",
    "evaluate",
    "floors_for",
    "located",
    "pooled",
    "predict",
    "predictions_of",
    "read_corpus",
    "read_floors",
    "read_predictions",
    "with_outlets",
    "write_html",
]
