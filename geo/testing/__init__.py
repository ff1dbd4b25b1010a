"""In-memory doubles of the protocols, and the contract each implementation must pass.

The tests of a plugin inherit a contract and say how to make the thing::

    from geo.testing import RecognizerContract


    class TestMine(RecognizerContract):
        make = MyRecognizer  # called with a gazetteer, as the pipeline does

Pytest finds the class by its name and runs what it inherits. `make` may also be a method.
"""

from geo.testing.contracts import (
    ExporterContract,
    GazetteerContract,
    ReaderContract,
    RecognizerContract,
    ResolverContract,
)
from geo.testing.doubles import HOSTILE_TEXTS, PLACES, ListRecognizer, MemoryGazetteer

__all__ = [
    "HOSTILE_TEXTS",
    "PLACES",
    "ExporterContract",
    "GazetteerContract",
    "ListRecognizer",
    "MemoryGazetteer",
    "ReaderContract",
    "RecognizerContract",
    "ResolverContract",
]
