"""Bytes to text: byte order mark, UTF-8, UTF-16 without a mark, then a guess with a warning."""

import codecs
import re
import unicodedata
import warnings

from geo.errors import GeoWarning, ReadError

__all__ = ["decode", "replace_unusable"]

#: Longest first: the mark of UTF-32 LE begins with that of UTF-16 LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: How files begin that are often given by mistake.
_BINARY = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database"),
    (b"PAR1", "a Parquet file"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
#: More control characters than this share of the bytes, and it is no text.
_CONTROL_SHARE = 0.01
#: The detector sees this much of a long text; it needs far less.
_DETECTED_BYTES = 1 << 18


def decode(content: bytes, name: str) -> str:
    """Return the text of `content`; line ends stay as they are, a byte order mark does not.

    NUL and lone surrogates, which no output could carry, become U+FFFD one for one, so that
    offsets made elsewhere still hold.

    Parameters
    ----------
    content
        A whole source.
    name
        What to call it in messages.

    Raises
    ------
    ReadError
        It is empty, has no text but white space, or is binary.

    Warns
    -----
    GeoWarning
        The encoding was guessed, or characters were replaced.
    """
    if not content:
        raise ReadError(f"cannot read {name}: it is empty. Give a file that has text.")
    text = _marked(content, name)
    if text is None:
        text = _unmarked(content, name)
    if not text or text.isspace():
        raise ReadError(f"cannot read {name}: it has no text, only white space. Give one that has.")
    usable = replace_unusable(text)
    if usable != text:
        count = len(_UNUSABLE.findall(text))
        _warn(f"{name}: {count} NUL or surrogate characters replaced by U+FFFD")
    return usable


def replace_unusable(text: str) -> str:
    """Put U+FFFD in the place of each NUL and each lone surrogate."""
    return _UNUSABLE.sub(_REPLACEMENT, text)


def _marked(content: bytes, name: str) -> str | None:
    for mark, encoding in _MARKS:
        if not content.startswith(mark):
            continue
        body = content[len(mark) :]
        try:
            return body.decode(encoding, "surrogatepass")
        except UnicodeDecodeError as error:
            _warn(f"{name}: broken {encoding.upper()} at byte {error.start + len(mark)}, replaced")
            return body.decode(encoding, "replace")
    return None


def _unmarked(content: bytes, name: str) -> str:
    for start, kind in _BINARY:
        if content.startswith(start):
            raise _binary(name, f", {kind}")
    controls = len(content) - len(content.translate(None, _CONTROLS))
    plain = controls <= max(1, _CONTROL_SHARE * len(content))
    broken = 0
    if plain:
        try:
            return content.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            broken = error.start
    wide = _wide(content)
    if wide is not None:
        return wide
    if not plain or 0 in content:
        raise _binary(name, "")
    # A few bad bytes among many good sequences are damage, not another encoding.
    mended = content.decode("utf-8", "replace")
    bad = mended.count(_REPLACEMENT)
    good = sum(1 for character in mended if character > "\x7f") - bad
    if good > 4 * bad:
        _warn(f"{name}: broken UTF-8, first at byte {broken}; {bad} characters replaced")
        return mended
    return _guessed(content, name)


def _wide(content: bytes) -> str | None:
    """Decode UTF-16 without a mark: its spaces and line ends have every NUL on one side."""
    if len(content) % 2 or 0 not in content:
        return None
    even, odd = content[::2].count(0), content[1::2].count(0)
    if min(even, odd) > max(even, odd) // 50:
        return None
    try:
        text = content.decode("utf-16-le" if odd > even else "utf-16-be", "surrogatepass")
    except UnicodeDecodeError:
        return None
    sample = text[:10_000]
    # Binary numbers read as text are full of controls and of code points that mean nothing.
    strange = sum(1 for c in sample if unicodedata.category(c)[0] == "C" and not c.isspace())
    return text if strange <= _CONTROL_SHARE * len(sample) else None


def _guessed(content: bytes, name: str) -> str:
    import chardet

    guess = chardet.detect(content[:_DETECTED_BYTES])
    encoding = guess["encoding"] or "windows-1252"
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        text = content.decode(encoding if _is_known(encoding) else "windows-1252", "replace")
    if content.decode("windows-1252", "replace") == text:
        encoding = "windows-1252"  # of the encodings that agree on these bytes, the usual one
    _warn(
        f"{name}: not UTF-8; read as {encoding.lower()} (guessed). "
        "Save it as UTF-8 if letters look wrong."
    )
    return text


def _is_known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


def _binary(name: str, kind: str) -> ReadError:
    return ReadError(
        f"cannot read {name}: it is binary{kind}, not text. Save its text as UTF-8 first."
    )


def _warn(message: str) -> None:
    # The level of the reader's caller means nothing here: what matters is the file in the message.
    warnings.warn(message, GeoWarning, stacklevel=2)
