"""Fetch a page or a file from an address that was given by hand, and from nowhere else."""

import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from geo.errors import MissingExtraError, ReadError
from geo.protocols import Source
from geo.readers.options import ReadOptions

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

__all__ = ["Fetched", "fetch"]

_REDIRECTS = 5
_PIECE = 1 << 16
_MOVED = frozenset([301, 302, 303, 307, 308])
_PORTS = {"http": 80, "https": 443}

#: From host and port to the addresses it has.
Resolve = Callable[[str, int], Sequence[str]]


class Fetched(NamedTuple):
    """What came, and what the server says it is."""

    source: Source
    media_type: str


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def fetch(url: str, options: ReadOptions, *, resolve: Resolve = _resolve) -> Fetched:
    """Return what lies at an http or https address.

    The host is looked up here, every address it has is checked, and the connection goes to one
    that was: between check and use nothing can change. Each redirect is checked the same way.

    Parameters
    ----------
    url
        Redirects are followed, five at most, and never from https to http; the name of the
        source stays what was given.
    options
        `allow_private`, `fetch_seconds`, `largest_bytes`.
    resolve
        Stands in for the system's look-up.

    Raises
    ------
    ReadError
        It cannot be had, is too large or too slow, or lies on this machine or a private network.
    MissingExtraError
        The extra `url` is not installed.
    """
    try:
        import urllib3
    except ImportError as error:
        raise MissingExtraError(
            f'cannot read {url}: fetching needs an extra: pip install "mentionmap[url]".'
        ) from error
    until = time.monotonic() + options.fetch_seconds
    at = url
    for _ in range(_REDIRECTS + 1):
        try:
            answer = _request(url, at, until, options, resolve)
        except (urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
            if isinstance(error, ReadError):
                raise
            raise _failed(url, _said(error)) from error
        try:
            if answer.status in _MOVED and answer.headers.get("Location"):
                at = _moved(url, at, answer.headers["Location"])
                continue
            if answer.status != 200:
                raise ReadError(
                    f"cannot read {url}: the server answered {answer.status} "
                    f"{answer.reason or ''}".rstrip()
                    + ". Open it in a browser, save the page, give the file."
                )
            content = _body(url, answer, until, options)
        finally:
            answer.close()
        media_type, charset = _content_type(answer.headers.get("Content-Type", ""))
        return Fetched(Source(url, _in_utf8(content, media_type, charset)), media_type)
    raise _failed(url, f"more than {_REDIRECTS} redirects")


def _request(
    url: str, at: str, until: float, options: ReadOptions, resolve: Resolve
) -> "BaseHTTPResponse":
    import urllib3

    parts = urlsplit(at)
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    if parts.scheme not in _PORTS or not host:
        raise _failed(url, f'"{at}" is no http or https address')
    address = _public_address(url, host, port, options, resolve)
    left = max(0.1, until - time.monotonic())
    timeout = urllib3.Timeout(connect=min(10.0, left), read=left)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address,
            port,
            timeout=timeout,
            retries=False,
            server_hostname=host,
            assert_hostname=host,
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout, retries=False)
    shown = f"[{host}]" if ":" in host else host
    return pool.urlopen(
        "GET",
        urlunsplit(("", "", parts.path or "/", parts.query, "")),
        headers={
            "Host": shown if port == _PORTS[parts.scheme] else f"{shown}:{port}",
            "User-Agent": "mentionmap (a person asked for this page)",
            "Accept-Encoding": "gzip, deflate",
        },
        redirect=False,
        preload_content=False,
        decode_content=False,
    )


def _public_address(url: str, host: str, port: int, options: ReadOptions, resolve: Resolve) -> str:
    addresses = resolve(host, port)
    if not addresses:
        raise _failed(url, f"{host} has no address")
    for address in addresses:
        parsed = ipaddress.ip_address(address.partition("%")[0])
        mapped = getattr(parsed, "ipv4_mapped", None)
        if not (mapped or parsed).is_global or parsed.is_multicast:
            if options.allow_private:
                continue
            raise ReadError(
                f"cannot read {url}: {host} is {address}, on this machine or a private network. "
                "Give --allow-private if you mean it."
            )
    return addresses[0]


def _moved(url: str, at: str, location: str) -> str:
    target = urljoin(at, location)
    if at.startswith("https:") and not target.startswith("https:"):
        raise _failed(url, "it redirects from https to an address without encryption")
    return target


def _body(url: str, answer: "BaseHTTPResponse", until: float, options: ReadOptions) -> bytes:
    import urllib3

    pieces: list[bytes] = []
    size = 0
    while True:
        if time.monotonic() > until:
            raise _failed(url, f"it took more than {options.fetch_seconds:.0f} seconds")
        try:
            piece = answer.read1(_PIECE, decode_content=True)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _failed(url, _said(error)) from error
        if not piece:
            return b"".join(pieces)
        size += len(piece)
        if size > options.largest_bytes:
            limit = options.largest_bytes / 2**20
            raise ReadError(
                f"cannot read {url}: it is larger than {limit:,.0f} MB. Fetch it by hand, split it."
            )
        pieces.append(piece)


def _content_type(header: str) -> tuple[str, str]:
    media_type, *parameters = header.split(";")
    charset = ""
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            charset = value.strip(" \"'").lower()
    return media_type.strip().lower(), charset


def _in_utf8(content: bytes, media_type: str, charset: str) -> bytes:
    """Write text in UTF-8 where the server names another encoding: its word goes before others."""
    if not media_type.startswith("text/") or charset in ("", "utf-8", "utf8"):
        return content
    try:
        return b"\xef\xbb\xbf" + content.decode(charset, "replace").encode("utf-8", "replace")
    except LookupError:
        return content


def _said(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    if isinstance(reason, socket.gaierror):
        return "its host is not known"
    if isinstance(reason, TimeoutError) or "timed out" in str(reason).lower():
        return "the server did not answer in time"
    return " ".join(str(reason).split())[:200] or type(error).__name__


def _failed(url: str, what: str) -> ReadError:
    return ReadError(f"cannot read {url}: {what}. Save the page with a browser, give the file.")
