import json

from geo.readers.jsonl import JsonlReader
from geo.readers.text import TextReader
from geo.testing import ReaderContract


class TestTextReader(ReaderContract):
    make = TextReader


class TestJsonlReader(ReaderContract):
    make = JsonlReader

    def encode(self, text: str) -> bytes:
        return json.dumps({"id": "1", "text": text}).encode()
