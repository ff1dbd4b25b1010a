"""Documents with resolutions made by hand, for the tests of the page."""

import datetime as dt

from geo.document import Document, Kind, Mention, ParsedDocument, Reason, Resolution, Role, Section
from geo.place import Candidate, Place

__all__ = [
    "BISHKEK",
    "EL_PASO",
    "HOSTILE",
    "KANT",
    "KYRGYZSTAN",
    "PAMIRS",
    "article",
    "hostile_document",
    "other_article",
    "resolution",
]


def _point(key: str, name: str, latitude: float, longitude: float, code: str, cc: str) -> Place:
    feature_class, feature_code = code.split(".")
    return Place(
        id=f"test:{key}",
        name=name,
        latitude=latitude,
        longitude=longitude,
        feature_class=feature_class,
        feature_code=feature_code,
        country_code=cc,
        admin1="Chuy" if cc == "KG" else None,
        source="test gazetteer",
    )


BISHKEK = _point("bishkek", "Bishkek", 42.87, 74.59, "P.PPLC", "KG")
KANT = _point("kant", "Kant Air Base", 42.8532, 74.8465, "S.AIRB", "KG")
EL_PASO = _point("elpaso", "El Paso", 31.7587, -106.4869, "P.PPLA2", "US")
GWADAR = _point("gwadar", "Gwadar", 25.12, 62.32, "P.PPL", "PK")
OSH = _point("osh", "Osh", 40.53, 72.8, "P.PPLA", "KG")
TROY = _point("troy", "Troy", 35.36, -79.89, "P.PPL", "US")
TROY_ELSEWHERE = _point("troy2", "Troy", 42.73, -73.69, "P.PPL", "US")
KYRGYZSTAN = Place(
    id="test:KG",
    name="Kyrgyzstan",
    latitude=41.5,
    longitude=75.0,
    feature_class="A",
    feature_code="PCLI",
    country_code="KG",
    radius_km=250,
)
RUSSIA = Place(
    id="test:RU",
    name="Russia",
    latitude=60,
    longitude=100,
    feature_class="A",
    feature_code="PCLI",
    country_code="RU",
    radius_km=2300,
)
PAMIRS = Place(
    id="test:pamirs",
    name="Pamirs",
    latitude=38.5,
    longitude=73.0,
    feature_class="T",
    feature_code="MTS",
    country_code="TJ",
    radius_km=200,
)

_TEXT = """Jets over the Pamirs

BISHKEK, Kyrgyzstan (AP) -- Russian jets flew from the Kant airbase, 20 km east of Bishkek. \
The base lies in Kyrgyzstan.

A convoy went to Osh and on toward the Pamirs. In Troy, nobody noticed. A ship lay off Gwadar. \
The Frogfoot is an aircraft, and Zzyzxville is a town that no list knows.

Bishkek agreed.
"""


def resolution(
    text: str,
    words: str,
    place: Place | None = None,
    *,
    occurrence: int = 0,
    confidence: float = 0.95,
    kind: Kind = "literal",
    role: Role = "name",
    approximate: bool = False,
    others: tuple[Place, ...] = (),
    reason: Reason = "no-candidate",
    explanation: str = "",
) -> Resolution:
    """Resolve one occurrence of `words` in `text`."""
    start = -1
    for _ in range(occurrence + 1):
        start = text.index(words, start + 1)
    mention = Mention(start=start, end=start + len(words), text=words, kind=kind, role=role)
    found = (place, *others) if place else others
    return Resolution(
        mention=mention,
        place=place,
        confidence=confidence if place else 0.0,
        candidates=tuple(
            Candidate(place=p, name=words, match="primary", score=0.9 / (1 + n))
            for n, p in enumerate(found)
        ),
        approximate=approximate,
        explanation=explanation,
        reason=None if place else reason,
    )


def article() -> ParsedDocument:
    """Give a short article with every kind of mention."""
    text = _TEXT
    rows = [
        resolution(text, "Pamirs", PAMIRS),
        resolution(text, "BISHKEK", BISHKEK, explanation="The dateline names the capital."),
        resolution(text, "Kyrgyzstan", KYRGYZSTAN),
        resolution(text, "Russian", RUSSIA, kind="associative"),
        resolution(text, "Kant airbase", KANT, others=(BISHKEK,)),
        resolution(text, "Bishkek", BISHKEK, confidence=0.9),
        resolution(text, "Kyrgyzstan", KYRGYZSTAN, occurrence=1),
        resolution(text, "Osh", OSH, confidence=0.85, approximate=True),
        resolution(text, "Pamirs", PAMIRS, occurrence=1),
        resolution(text, "Troy", TROY, confidence=0.6, others=(TROY_ELSEWHERE,)),
        resolution(text, "Gwadar", GWADAR, confidence=0.3),
        resolution(text, "Frogfoot", reason="rejected"),
        resolution(text, "Zzyzxville"),
        resolution(text, "Bishkek", BISHKEK, occurrence=1),
    ]
    document = Document(text=text, title="Jets over the Pamirs", source="jets.txt")
    return ParsedDocument(document=document, resolutions=tuple(rows))


def other_article() -> ParsedDocument:
    """Give a second, older article about other places."""
    text = "El Paso lies across the river.\nBishkek does not.\n\nEl Paso grew."
    rows = (
        resolution(text, "El Paso", EL_PASO),
        resolution(text, "Bishkek", BISHKEK),
        resolution(text, "El Paso", EL_PASO, occurrence=1),
    )
    document = Document(
        text=text,
        title="Across the river",
        source="news/river.txt",
        published=dt.date(2012, 9, 12),
        sections=(Section(start=0, end=len(text), label="page 1"),),
    )
    return ParsedDocument(document=document, resolutions=rows)


#: Texts that would run, vanish or break something if a page took them for markup or a template.
HOSTILE = (
    "{{ 7*191 }}",
    "{{ cycler.__init__.__globals__.os.popen('touch pwned').read() }}",
    "{% raw %}",
    "{# x #}",
    "</script><script>window.PWNED=1</script>",
    "</title><script>window.PWNED=1</script>",
    "<img src=x onerror=window.PWNED=1>",
    "<!-- <script>",
    "`${window.PWNED=1}`",
    "${1+1}",
    "]]>\u2028\u2029",
    "\U0001f30d\U0001f600 caf\u00e9",
    "javascript:window.PWNED=1",
    "@CSP@ {{ this.policy }}",
    "&lt;b&gt; &amp;",
)


def hostile_document() -> tuple[ParsedDocument, str]:
    """Give a document all of whose parts are hostile, and its text as the page shall show it."""
    bad = " ".join(HOSTILE)
    paragraphs = [f"{words} Paris {words}" for words in HOSTILE]
    paragraphs += ["NUL \x00 and \ud83d alone near Paris", f"In {HOSTILE[0]}{HOSTILE[4]} it was."]
    text = "\n\n".join(paragraphs)
    paris = Place(
        id=f"evil:{bad}",
        name=f"Paris {bad}",
        latitude=48.85,
        longitude=2.35,
        feature_class="P",
        feature_code="PPLC",
        country_code="FR",
        admin1=bad,
        admin2=bad,
        source=bad,
    )
    rows: list[Resolution] = []
    start = text.find("Paris")
    while start >= 0:
        mention = Mention(start=start, end=start + 5, text="Paris")
        rows.append(
            Resolution(
                mention=mention,
                place=paris,
                confidence=0.9,
                candidates=(
                    Candidate(place=paris, name=bad, match="primary", score=0.9),
                    Candidate(place=TROY, name=bad, match="fuzzy", score=0.1),
                ),
                explanation=bad,
            )
        )
        start = text.find("Paris", start + 1)
    rows.append(resolution(text, HOSTILE[0] + HOSTILE[4]))
    document = Document(
        text=text,
        id=bad,
        title=bad,
        source=f"news/{bad}.txt",
        sections=(Section(start=0, end=len(text), label=bad),),
    )
    shown = text.replace("\x00", "\ufffd").replace("\ud83d", "\ufffd")
    return ParsedDocument(document=document, resolutions=tuple(rows)), shown
