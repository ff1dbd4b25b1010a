"""What a pin on raw text is worth, beside one on a name that was given."""

from geo.document import Document, Mention
from geo.gazetteer import SqliteGazetteer
from geo.place import Candidate
from geo.resolver import RankingResolver
from geo.resolver.calibration import confidence


def first(gazetteer: SqliteGazetteer, name: str) -> Candidate:
    return gazetteer.lookup(name)[0]


def found(name: str, score: float, role: str = "name") -> Mention:
    return Mention(start=0, end=len(name), text=name, score=score, role=role)  # type: ignore[arg-type]


def test_of_a_given_name_only_the_place_is_in_doubt(gazetteer: SqliteGazetteer) -> None:
    assert confidence(0.8312345, found("Osh", 1.0), first(gazetteer, "Osh")) == 0.8312


def test_confidence_grows_with_the_place_and_with_the_mention(gazetteer: SqliteGazetteer) -> None:
    osh = first(gazetteer, "Osh")
    rising = [confidence(p, found("Osh", 0.9), osh) for p in (0.1, 0.4, 0.7, 0.95)]
    assert rising == sorted(set(rising))
    rising = [confidence(0.9, found("Osh", score), osh) for score in (0.2, 0.5, 0.8, 0.97)]
    assert rising == sorted(set(rising))
    assert 0 < rising[0] < rising[-1] < 1


def test_initials_and_parts_of_longer_names_are_doubted(gazetteer: SqliteGazetteer) -> None:
    osh = first(gazetteer, "Osh")
    plain = confidence(0.9, found("Osh", 0.95), osh)
    assert confidence(0.9, found("OSH", 0.95), osh) < plain
    assert confidence(0.9, found("Osh", 0.95, "inside"), osh) < plain
    known = first(gazetteer, "US")
    assert known.match == "abbreviation"
    assert confidence(0.9, found("US", 0.95), known) > confidence(0.9, found("US", 0.95), osh)


def test_a_code_of_an_airfield_is_less_likely_than_a_name(gazetteer: SqliteGazetteer) -> None:
    harbin = first(gazetteer, "Harbin")
    by_code = [c for c in gazetteer.lookup("HRB", limit=60) if c.place.id == harbin.place.id]
    assert by_code
    assert by_code[0].score < 0.5 * harbin.score


def test_initials_that_nothing_goes_by_are_not_placed_by_neighbors(
    gazetteer: SqliteGazetteer,
) -> None:
    text = "The QZXW met in Osh. The Qzxwova met in Osh."
    names = ("QZXW", "Osh", "Qzxwova")
    mentions = [
        Mention(start=text.index(name), end=text.index(name) + len(name), text=name)
        for name in names
    ]
    initials, _, other = RankingResolver(gazetteer).resolve(Document(text=text), mentions)
    assert initials.place is None
    assert other.approximate
    assert other.place is not None
    assert other.place.name == "near Osh"
