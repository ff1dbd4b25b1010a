"""Addresses: fetched only when asked for, from public hosts, within limits. Loopback only."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from geo.errors import ReadError
from geo.readers import ReadOptions, read_sources
from geo.readers.fetching import fetch

PRIVATE = ReadOptions(addresses=True, allow_private=True, fetch_seconds=2, largest_bytes=100_000)

Answer = Callable[[BaseHTTPRequestHandler], None]


def answer(
    content: bytes, *, status: int = 200, repeat: int = 1, **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for key, value in headers.items():
            handler.send_header(key.replace("_", "-"), value)
        handler.end_headers()
        for _ in range(repeat):
            handler.wfile.write(content)

    return send


def slow(handler: BaseHTTPRequestHandler) -> None:
    answer(b"", Content_Type="text/plain")(handler)
    for _ in range(100):
        handler.wfile.write(b"Osh ")
        time.sleep(0.1)


PAGES: dict[str, Answer] = {
    "/plain": answer("Ош и Кант".encode("koi8-r"), Content_Type="text/plain; charset=KOI8-R"),
    "/page": answer(b"<html><body><p>Osh", Content_Type="text/html"),
    "/gzip": answer(gzip.compress(b"Osh"), Content_Type="text/plain", Content_Encoding="gzip"),
    "/bomb": answer(
        gzip.compress(bytes(1 << 24)), Content_Type="text/plain", Content_Encoding="gzip"
    ),
    "/large": answer(b"Osh " * 1000, repeat=100, Content_Type="text/plain"),
    "/slow": slow,
    "/missing": answer(b"", status=404),
    "/moved": answer(b"", status=302, Location="/plain"),
    "/loop": answer(b"", status=302, Location="/loop"),
    "/inside": answer(b"", status=302, Location="http://169.254.169.254/secret"),
    "/file": answer(b"", status=302, Location="file:///etc/passwd"),
    "/host": lambda handler: answer(handler.headers["Host"].encode())(handler),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        with suppress(OSError):  # the client may have heard enough
            PAGES[self.path](self)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.enable_socket
def test_what_the_server_says_goes_before_what_it_sends(host: str) -> None:
    fetched = fetch(f"{host}/plain", PRIVATE)
    assert fetched.media_type == "text/plain"
    assert fetched.source.content.decode("utf-8-sig") == "Ош и Кант"
    assert fetched.source.name == f"{host}/plain"


@pytest.mark.enable_socket
def test_redirects_and_compression_are_followed(host: str) -> None:
    assert fetch(f"{host}/moved", PRIVATE).source.name == f"{host}/moved"
    assert fetch(f"{host}/gzip", PRIVATE).source.content == b"Osh"
    assert fetch(f"{host}/host", PRIVATE).source.content.decode() == host.removeprefix("http://")


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/missing", "the server answered 404 Not Found. Open it in a browser"),
        ("/large", "it is larger than 0 MB. Fetch it by hand"),
        ("/bomb", "it is larger than 0 MB. Fetch it by hand"),
        ("/slow", "it took more than 2 seconds. "),
        ("/loop", "more than 5 redirects. "),
        ("/file", '"file:///etc/passwd" is no http or https address. '),
    ],
)
def test_what_cannot_be_had_is_one_line(host: str, path: str, message: str) -> None:
    start = time.monotonic()
    with pytest.raises(ReadError) as caught:
        fetch(f"{host}{path}", PRIVATE)
    assert str(caught.value).startswith(f"cannot read {host}{path}: {message}")
    assert "\n" not in str(caught.value)
    assert time.monotonic() - start < 8


@pytest.mark.enable_socket
def test_a_server_that_is_not_there_is_one_line() -> None:
    with pytest.raises(ReadError, match=r"cannot read http://127\.0\.0\.1:9/: .*\. Save the page"):
        fetch("http://127.0.0.1:9/", PRIVATE)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "192.168.0.1",
        "0.0.0.0",
        "::1",
        "::ffff:127.0.0.1",
        "fe80::1%eth0",
        "fd00::1",
        "224.0.0.1",
    ],
)
def test_private_addresses_are_refused_before_a_connection(address: str) -> None:
    with pytest.raises(ReadError, match=r"on this machine or a private network\. Give --allow-pr"):
        fetch("http://news.example.org/", ReadOptions(), resolve=lambda host, port: [address])
    with pytest.raises(ReadError, match="private network"):
        fetch("http://a.example/", ReadOptions(), resolve=lambda host, port: ["9.9.9.9", address])


@pytest.mark.enable_socket
def test_a_redirect_to_a_private_address_is_refused(host: str) -> None:
    class Judged(list[str]):
        """Stands in for a public host: nothing to check, an address to connect to."""

        def __iter__(self) -> Iterator[str]:
            return iter(())

    def resolve(name: str, port: int) -> list[str]:
        return Judged(["127.0.0.1"]) if name == "public.example" else [name]

    url = host.replace("127.0.0.1", "public.example") + "/inside"
    with pytest.raises(ReadError, match=r"169\.254\.169\.254 is 169\.254\.169\.254, on this"):
        fetch(url, ReadOptions(fetch_seconds=2), resolve=resolve)


def test_addresses_are_fetched_only_when_asked_for() -> None:
    with pytest.raises(ReadError, match="addresses are not read"):
        list(read_sources(["https://news.example.org/"]))


@pytest.mark.enable_socket
def test_a_page_is_read_by_the_reader_of_its_media_type(host: str) -> None:
    [document] = read_sources([f"{host}/page"], options=PRIVATE)
    assert document.text == "Osh"
    assert document.source == f"{host}/page"
    assert document.hints.outlet == "127.0.0.1"
