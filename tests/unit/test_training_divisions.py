"""Which English name goes to which division: a code alone proves nothing."""

import pytest

from geo.gazetteer.sources.points import Subdivision
from geo.names import fold
from training.divisions import Named, assign


def division(code: str, name: str, *alternates: str) -> Subdivision:
    return Subdivision(
        name=name,
        iso_code=f"XX-{code}",
        code=f"XX.{code}",
        geonames_id=1,
        kind="",
        alternates=alternates,
        level=1,
    )


def named(code: str, name: str, *others: str) -> Named:
    return Named(f"xx{code}", name, frozenset(map(fold, others)))


def test_a_name_like_the_divisions_own_is_taken() -> None:
    ours = [division("05", "Adygeya, Respublika")]
    assert assign(ours, [named("05", "Adygea")]) == {"XX.05": "Adygea"}


def test_a_name_that_another_language_vouches_for_is_taken() -> None:
    ours = [division("05", "Bayern", "Бавария")]
    assert assign(ours, [named("05", "Upper Land", "Бавария")]) == {"XX.05": "Upper Land"}


def test_names_follow_the_divisions_where_codes_were_renumbered() -> None:
    ours = [division("05", "Kermānshāh"), division("16", "Īlām")]
    assert assign(ours, [named("05", "Ilam"), named("16", "Kermanshah")]) == {
        "XX.05": "Kermanshah",
        "XX.16": "Ilam",
    }


def test_a_code_that_now_names_another_division_gives_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert assign([division("08", "Drâa-Tafilalet")], [named("08", "Grand Casablanca")]) == {}
    assert "XX-08 Drâa-Tafilalet" in capsys.readouterr().out


def test_a_namesake_keeps_its_name() -> None:
    ours = [division("57", "Vilniaus miestas", "Vilnius"), division("58", "Vilnius")]
    assert assign(ours, [named("58", "Vilnius")], reviewed={"XX-57"}) == {"XX.58": "Vilnius"}


def test_a_direction_alone_is_no_name() -> None:
    assert assign([division("13", "Ash Shamālīyah", "Northern")], [named("13", "Northern")]) == {}
