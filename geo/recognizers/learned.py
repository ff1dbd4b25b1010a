"""Find mentions by the learned recognizer, mended by what the gazetteer knows; the default."""

from collections.abc import Sequence

from geo.document import Document, Mention
from geo.protocols import Gazetteer
from geo.recognizers.onnx import OnnxRecognizer
from geo.recognizers.rules import mend

__all__ = ["LearnedRecognizer"]


class LearnedRecognizer:
    """Find mentions by the network in `geo/data`, then by rules with the gazetteer.

    Fulfills `geo.protocols.Recognizer`.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._network = OnnxRecognizer()

    def recognize(self, documents: Sequence[Document]) -> list[list[Mention]]:
        """Return the mentions of each document, ordered by `start`; the same for any batch."""
        return [
            mend(document, mentions, self._gazetteer)
            for document, mentions in zip(
                documents, self._network.recognize(documents), strict=True
            )
        ]
