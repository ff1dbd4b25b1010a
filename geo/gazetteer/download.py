"""Fetch files from GeoNames' download server: resumed, checked, written aside and renamed.

A download that was cut off leaves `.KG.zip.part` beside its target, with the server's own mark of
the version it is a part of; the next attempt asks for the rest of that very version.
"""

import email.utils
import errno
import http.client
import json
import shutil
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import urljoin, urlsplit

from geo.errors import GazetteerError, SettingsError

__all__ = ["GEONAMES_URL", "Downloader", "NotOnServerError", "host_of"]

#: Where GeoNames publishes its files.
GEONAMES_URL = "https://download.geonames.org/export/dump/"

#: Called with the name of a file, its bytes so far, and all its bytes or 0 where not known.
Progress = Callable[[str, int, int], None]

_USER_AGENT = "mentionmap (geo gazetteer install)"
_CHUNK = 256 * 1024
_TIMEOUT_S = 60.0

#: Attempts in a row that bring no new byte, before we give up.
_ATTEMPTS = 5
_FIRST_PAUSE_S = 1.0

#: A server that asks for a longer pause is left alone, s.
_LONGEST_PAUSE_S = 600.0

#: Room that a download leaves on the disk, bytes.
_SPARE = 16 * 1024 * 1024


class NotOnServerError(GazetteerError):
    """Say that the server has no such file."""


class _TryAgain(Exception):  # noqa: N818  # no error: it asks for another attempt
    """Ask for another attempt, after `pause_s` where the server says how long."""

    def __init__(self, reason: str, pause_s: float | None = None) -> None:
        super().__init__(reason)
        self.pause_s = pause_s


class _Part(NamedTuple):
    """A download under way: the file so far, and the mark of the version it is a part of."""

    path: Path
    mark: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def validator(self) -> str | None:
        with suppress(OSError, ValueError):
            found = json.loads(self.mark.read_text(encoding="utf-8")).get("validator")
            return found if isinstance(found, str) and found else None
        return None

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self.mark.unlink(missing_ok=True)


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follow redirects on the host that was named to the user, and no others."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if new.hostname != old.hostname or (old.scheme == "https" and new.scheme != "https"):
            raise GazetteerError(
                f"{req.full_url} sends us on to {new.scheme}://{new.hostname}, which nobody asked "
                "for. If you trust that server, name it with --mirror."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def host_of(url: str) -> str:
    """Return the host of a mirror's URL.

    Raises
    ------
    SettingsError
        It is no http or https URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f'a mirror is an http or https URL, got "{url}".')
    return parts.hostname


class Downloader:
    """Fetch files below one URL into a folder.

    Parameters
    ----------
    url
        The folder on the server.
    folder
        Where files go; it exists.
    sleep
        Waits between attempts; tests pass one that does not.
    """

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        progress: Progress | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.host = host_of(url)
        self._url = url if url.endswith("/") else f"{url}/"
        self._folder = folder
        self._report = progress or (lambda _what, _done, _of: None)
        self._sleep = sleep
        self._opener = urllib.request.build_opener(_SameHost)

    def fetch(self, name: str) -> Path:
        """Return the path of the file `name`, fetched unless the newest version is there already.

        Raises
        ------
        NotOnServerError
            The server has no such file.
        GazetteerError
            The server fails or refuses for good, the file arrives broken, or the disk is full.
        """
        target = self._folder / name.replace("/", "-")
        part = _Part(
            target.with_name(f".{target.name}.part"), target.with_name(f".{target.name}.mark")
        )
        best, failures = part.size, 0
        while True:
            try:
                fetched = self._attempt(name, target, part)
                break
            except _TryAgain as failure:
                failures = 1 if part.size > best else failures + 1
                best = max(best, part.size)
                if failures >= _ATTEMPTS:
                    raise GazetteerError(
                        f"cannot fetch {self._url}{name}: {failure}, {failures} times in a row. "
                        "Run the command again later; it goes on where it stopped."
                    ) from failure
                pause_s = failure.pause_s
                self._sleep(_FIRST_PAUSE_S * 2 ** (failures - 1) if pause_s is None else pause_s)
            except OSError as error:
                raise _cannot_write(target, error) from error
        if fetched:
            try:
                part.path.replace(target)
                part.mark.replace(_mark_of(target))
            except OSError as error:
                raise _cannot_write(target, error) from error
        return target

    def _attempt(self, name: str, target: Path, part: _Part) -> bool:
        """Fetch what is missing of the part; return False where the target is up to date."""
        request = urllib.request.Request(
            urljoin(self._url, name), headers={"User-Agent": _USER_AGENT}
        )
        validator = part.validator()
        at = part.size if validator else 0
        if at and validator:
            request.add_header("Range", f"bytes={at}-")
            request.add_header("If-Range", validator)
        elif target.exists() and (known := _Part(target, _mark_of(target)).validator()):
            header = "If-None-Match" if known.startswith('"') else "If-Modified-Since"
            request.add_header(header, known)
        try:
            response = self._opener.open(request, timeout=_TIMEOUT_S)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 304:
                    return False
                if error.code == 416:
                    part.discard()
                    raise _TryAgain("the part we have is not part of the file any more") from error
                raise _refusal(request.full_url, error) from error
        except (http.client.HTTPException, OSError) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            raise _TryAgain(f"no answer from {self.host}: {reason}") from error
        with response:
            resumed = response.status == 206
            if resumed and not _goes_on(response.headers.get("Content-Range"), at):
                part.discard()
                raise _TryAgain("the server sent another part than we asked for")
            self._receive(response, name, part, at if resumed else 0)
        self._check(target, part)
        return True

    def _receive(self, response: http.client.HTTPResponse, name: str, part: _Part, at: int) -> None:
        left = response.headers.get("Content-Length")
        total = at + int(left) if left and left.isdecimal() else 0
        _check_room(part.path, total - at)
        validator = _validator(response.headers)
        part.mark.write_text(json.dumps({"validator": validator}), encoding="utf-8")
        done = at
        with part.path.open("ab" if at else "wb") as out:
            self._report(name, done, total)
            while True:
                try:
                    block = response.read(_CHUNK)
                except (http.client.HTTPException, OSError) as error:
                    raise _TryAgain(f"the connection broke after {done:,} bytes") from error
                if not block:
                    break
                out.write(block)
                done += len(block)
                self._report(name, done, total)
        if total and done != total:
            raise _TryAgain(f"the file ended after {done:,} of {total:,} bytes")

    def _check(self, target: Path, part: _Part) -> None:
        if target.suffix != ".zip":
            return
        try:
            with zipfile.ZipFile(part.path) as archive:
                broken = archive.testzip()
        except (zipfile.BadZipFile, zlib.error, EOFError):
            broken = target.name
        if broken:
            # What is broken cannot be gone on with.
            part.discard()
            raise _TryAgain(f"{broken} arrived broken (its checksum is wrong)")


def _refusal(url: str, error: urllib.error.HTTPError) -> Exception:
    if error.code in (404, 410):
        return NotOnServerError(
            f"{url} does not exist (HTTP {error.code}). Check the country codes (ISO 3166-1 "
            "alpha-2, as KG) and the mirror."
        )
    if error.code == 429 or error.code >= 500:
        pause_s = _retry_after_s(error.headers)
        if pause_s is not None and pause_s > _LONGEST_PAUSE_S:
            return GazetteerError(
                f"{url}: the server asks to wait {pause_s / 60:.0f} minutes (HTTP {error.code}). "
                "Run the command again then; it goes on where it stopped."
            )
        return _TryAgain(f"the server answers HTTP {error.code}", pause_s)
    return GazetteerError(
        f"cannot fetch {url}: the server answers HTTP {error.code} {error.reason}. "
        "Open the address in a browser to see why, or name another server with --mirror."
    )


def _retry_after_s(headers: Message) -> float | None:
    """Return the seconds of a Retry-After header, which has a number or a date."""
    value = (headers.get("Retry-After") or "").strip()
    if value.isdecimal():
        return float(value)
    with suppress(ValueError, TypeError):
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    return None


def _validator(headers: Message) -> str:
    """Return the mark of a version: a strong ETag, else the date, else nothing."""
    tag = headers.get("ETag") or ""
    return tag if tag.startswith('"') else headers.get("Last-Modified") or ""


def _goes_on(content_range: str | None, at: int) -> bool:
    return (content_range or "").startswith(f"bytes {at}-")


def _mark_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.version")


def _check_room(path: Path, needed: int) -> None:
    free = shutil.disk_usage(path.parent).free
    if needed > 0 and free < needed + _SPARE:
        raise OSError(
            errno.ENOSPC,
            f"{needed / 1e6:,.0f} MB are to come, {free / 1e6:,.0f} MB are free",
        )


def _cannot_write(target: Path, error: OSError) -> GazetteerError:
    return GazetteerError(
        f"cannot write {target}: {error.strerror or error}. Make room, or set GEO_HOME to a folder "
        "with more; what was there before is untouched."
    )
