"""Fetching files from a mirror on this machine, and every way in which that may fail."""

import email.utils
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.errors import GazetteerError, SettingsError
from geo.gazetteer.download import Downloader, NotOnServerError, host_of
from tests.fixtures.gazetteer.mirror import Fault, Mirror, serving
from tests.fixtures.gazetteer.small import make_archive

BODY = bytes(range(256)) * 4000  # a megabyte; stored, so that a cut falls into the data


@pytest.fixture
def mirror(tmp_path: Path, socket_enabled: None) -> Iterator[Mirror]:
    """Serve one archive."""
    folder = tmp_path / "server"
    make_archive(folder / "KG.zip", "KG.txt", b"".join(n.to_bytes(4, "big") for n in range(99999)))
    (folder / "admin2Codes.txt").write_bytes(BODY)
    with serving(folder) as mirror:
        yield mirror


class Client:
    """A downloader whose pauses are written down instead of slept."""

    def __init__(self, mirror: Mirror, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.pauses: list[float] = []
        self.reports: list[tuple[str, int, int]] = []
        self.downloader = Downloader(
            mirror.url,
            folder,
            progress=lambda *report: self.reports.append(report),
            sleep=self.pauses.append,
        )

    def fetch(self, name: str = "KG.zip") -> bytes:
        return self.downloader.fetch(name).read_bytes()

    def left(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def client(mirror: Mirror, tmp_path: Path) -> Client:
    """Give a client of the mirror."""
    return Client(mirror, tmp_path / "client")


def original(mirror: Mirror, name: str = "KG.zip") -> bytes:
    return (mirror.folder / name).read_bytes()


def test_a_file_arrives_whole_and_nothing_else_stays(mirror: Mirror, client: Client) -> None:
    assert client.fetch() == original(mirror)
    assert client.left() == [".KG.zip.version", "KG.zip"]
    name, done, of = client.reports[-1]
    assert (name, done, of) == ("KG.zip", len(original(mirror)), len(original(mirror)))


def test_a_broken_connection_is_resumed_where_it_broke(mirror: Mirror, client: Client) -> None:
    mirror.faults["admin2Codes.txt"] = [Fault(cut_at=600_000)]
    assert client.fetch("admin2Codes.txt") == BODY
    assert mirror.ranges_asked("admin2Codes.txt") == [None, "bytes=600000-"]
    assert client.pauses == [1.0]


def test_a_torn_connection_is_tried_again(mirror: Mirror, client: Client) -> None:
    # How much had arrived before the tear is up to the system.
    mirror.faults["admin2Codes.txt"] = [Fault(cut_at=600_000, reset=True)]
    assert client.fetch("admin2Codes.txt") == BODY
    assert client.pauses == [1.0]


def test_a_later_run_resumes_what_an_earlier_one_left(mirror: Mirror, client: Client) -> None:
    mirror.faults["KG.zip"] = [Fault(cut_at=50_000), *[Fault(status=503)] * 5]
    with pytest.raises(GazetteerError, match="goes on where it stopped"):
        client.fetch()
    assert client.left() == [".KG.zip.mark", ".KG.zip.part"]
    later = Client(mirror, client.folder)
    assert later.fetch() == original(mirror)
    assert mirror.ranges_asked("KG.zip")[-1] == "bytes=50000-"


def test_a_part_of_an_older_version_is_not_gone_on_with(mirror: Mirror, client: Client) -> None:
    mirror.faults["admin2Codes.txt"] = [Fault(cut_at=50_000), *[Fault(status=503)] * 5]
    with pytest.raises(GazetteerError):
        client.fetch("admin2Codes.txt")
    newer = BODY[::-1]
    (mirror.folder / "admin2Codes.txt").write_bytes(newer)
    assert Client(mirror, client.folder).fetch("admin2Codes.txt") == newer


@pytest.mark.parametrize(("tags", "dates"), [(False, False), (False, True)])
def test_without_a_version_to_name_it_starts_over(
    mirror: Mirror, client: Client, tags: bool, dates: bool
) -> None:
    mirror.tags, mirror.dates = tags, dates
    mirror.faults["KG.zip"] = [Fault(cut_at=50_000)]
    assert client.fetch() == original(mirror)
    assert (mirror.ranges_asked("KG.zip")[1] is None) == (not dates)


def test_a_server_without_ranges_sends_all_again(mirror: Mirror, client: Client) -> None:
    mirror.ranges = False
    mirror.faults["KG.zip"] = [Fault(cut_at=50_000)]
    assert client.fetch() == original(mirror)


def test_a_file_that_is_always_cut_short_is_given_up(mirror: Mirror, client: Client) -> None:
    mirror.ranges = False
    mirror.faults["KG.zip"] = [Fault(cut_at=50_000)] * 99
    with pytest.raises(GazetteerError, match=r"ended after 50,000 of [\d,]+ bytes"):
        client.fetch()
    assert "KG.zip" not in client.left()
    assert len(mirror.requests) < 10


def test_an_archive_with_a_wrong_checksum_is_fetched_again(mirror: Mirror, client: Client) -> None:
    mirror.faults["KG.zip"] = [Fault(flip=30_000)]
    assert client.fetch() == original(mirror)
    assert mirror.ranges_asked("KG.zip") == [None, None]


def test_an_archive_that_is_always_broken_is_given_up(mirror: Mirror, client: Client) -> None:
    (mirror.folder / "KG.zip").write_bytes(b"<html>Please log in</html>")
    with pytest.raises(GazetteerError, match="its checksum is wrong"):
        client.fetch()
    assert client.left() == []


def test_a_missing_file_is_told_at_once(mirror: Mirror, client: Client) -> None:
    with pytest.raises(NotOnServerError, match=r"XX\.zip does not exist"):
        client.fetch("XX.zip")
    assert client.pauses == []
    assert len(mirror.requests) == 1


def test_a_server_that_asks_to_wait_is_obeyed(mirror: Mirror, client: Client) -> None:
    mirror.faults["KG.zip"] = [Fault(status=429, headers=(("Retry-After", "17"),))]
    assert client.fetch() == original(mirror)
    assert client.pauses == [17.0]


def test_it_may_name_a_date_instead_of_seconds(mirror: Mirror, client: Client) -> None:
    when = email.utils.formatdate(time.time() + 90, usegmt=True)
    mirror.faults["KG.zip"] = [Fault(status=503, headers=(("Retry-After", when),))]
    client.fetch()
    [pause] = client.pauses
    assert 60 < pause <= 90


def test_a_server_that_asks_for_an_hour_is_left_alone(mirror: Mirror, client: Client) -> None:
    mirror.faults["KG.zip"] = [Fault(status=429, headers=(("Retry-After", "3600"),))]
    with pytest.raises(GazetteerError, match="wait 60 minutes"):
        client.fetch()
    assert client.pauses == []


def test_pauses_grow_while_a_server_fails(mirror: Mirror, client: Client) -> None:
    mirror.faults["KG.zip"] = [Fault(status=500), Fault(status=502), Fault(status=503)]
    assert client.fetch() == original(mirror)
    assert client.pauses == [1.0, 2.0, 4.0]


def test_a_refusal_is_final(mirror: Mirror, client: Client) -> None:
    mirror.faults["KG.zip"] = [Fault(status=403)]
    with pytest.raises(GazetteerError, match="HTTP 403"):
        client.fetch()
    assert client.pauses == []


def test_a_server_that_is_not_there_is_named(tmp_path: Path, socket_enabled: None) -> None:
    (tmp_path / "empty").mkdir()
    with serving(tmp_path) as gone:
        pass
    client = Client(gone, tmp_path / "client")
    with pytest.raises(GazetteerError, match=r"no answer from 127\.0\.0\.1"):
        client.fetch()
    assert client.pauses == [1.0, 2.0, 4.0, 8.0]


def test_another_host_is_not_followed_to(mirror: Mirror, client: Client) -> None:
    target = (("Location", "http://elsewhere.example/KG.zip"),)
    mirror.faults["KG.zip"] = [Fault(status=302, headers=target)]
    with pytest.raises(GazetteerError, match=r"http://elsewhere\.example"):
        client.fetch()


def test_a_redirect_on_the_same_host_is_followed(mirror: Mirror, client: Client) -> None:
    target = (("Location", f"{mirror.url}admin2Codes.txt"),)
    mirror.faults["old.txt"] = [Fault(status=301, headers=target)]
    assert client.fetch("old.txt") == BODY


def test_an_unchanged_file_is_not_fetched_twice(mirror: Mirror, client: Client) -> None:
    client.fetch()
    before = (client.folder / "KG.zip").stat().st_mtime_ns
    assert client.fetch() == original(mirror)
    assert (client.folder / "KG.zip").stat().st_mtime_ns == before
    make_archive(mirror.folder / "KG.zip", "KG.txt", b"newer")
    assert client.fetch() == original(mirror)


def test_files_of_a_subfolder_are_kept_apart(mirror: Mirror, client: Client) -> None:
    make_archive(mirror.folder / "alternatenames/KG.zip", "KG.txt", b"names")
    assert client.downloader.fetch("alternatenames/KG.zip").name == "alternatenames-KG.zip"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_a_full_disk_is_told_and_what_came_can_be_gone_on_with(
    mirror: Mirror, client: Client
) -> None:
    # A limit on the size of files fails a write as a full disk does.
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from geo.errors import GazetteerError\n"
        "from geo.gazetteer.download import Downloader\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "try:\n"
        "    Downloader(sys.argv[1], Path(sys.argv[2])).fetch('admin2Codes.txt')\n"
        "except GazetteerError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, mirror.url, str(client.folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cannot write" in done.stdout, done.stderr
    assert "Make room" in done.stdout
    assert "admin2Codes.txt" not in client.left()
    assert client.fetch("admin2Codes.txt") == BODY
    assert mirror.ranges_asked("admin2Codes.txt")[-1] == "bytes=300000-"


def test_a_file_larger_than_the_disk_is_not_begun(mirror: Mirror, client: Client) -> None:
    huge = (("Content-Length", str(10**18)), ("ETag", '"huge"'))
    mirror.faults["huge.zip"] = [Fault(status=203, headers=huge)]
    with pytest.raises(GazetteerError, match="MB are to come"):
        client.fetch("huge.zip")


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/", "example.org", ""])
def test_a_mirror_is_a_web_address(url: str) -> None:
    with pytest.raises(SettingsError, match="http or https"):
        host_of(url)


def test_the_host_of_a_mirror_is_its_name() -> None:
    assert host_of("https://download.geonames.org/export/dump/") == "download.geonames.org"
