"""How long 300 mixed files take: read alone, read and drawn, and each format beside plain text.

`python benchmarks/reading.py [FILES]` makes that many files (300) in a folder of its own, reads
them twice, the second time with the workers started, draws their map, and prints a table:
documents, seconds, files a second, and the peak memory of this process so far and of the largest
worker.
"""

import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geo.exporters import export
from geo.pipeline import Geoparser
from geo.readers import read_sources
from tests.fixtures.documents import make

FILES = 300
#: About the length of a news article.
PARAGRAPHS = make.PARAGRAPHS * 6
SUFFIXES = ("txt", "docx", "eml", "html", "jsonl", "md", "odt", "pdf", "rtf", "csv", "xlsx", "zip")


def content(suffix: str, number: int) -> bytes:
    """Return one article in a format; no two are alike."""
    paragraphs = tuple(f"{one} It was report {number}." for one in PARAGRAPHS)
    rows = [["id", "text"], *([f"{number}-{n}", one] for n, one in enumerate(paragraphs))]
    if suffix == "docx":
        return make.docx("".join(map(make.word_paragraph, paragraphs)))
    if suffix == "odt":
        return make.odt("".join(f"<text:p>{one}</text:p>" for one in paragraphs))
    if suffix == "pdf":
        lines = [line.replace("ō", "o") for one in paragraphs for line in make.wrapped(one, 80)]
        return make.pdf([lines[at : at + 40] for at in range(0, len(lines), 40)])
    if suffix == "rtf":
        return make.rtf(make.TITLE, paragraphs)
    if suffix == "xlsx":
        return make.xlsx({"News": rows})
    if suffix == "zip":
        return make.zipped({"a.txt": f"{number} {make.TEXT}", "b.md": make.markdown()})
    body = "\n\n".join(paragraphs)
    texts = {
        "csv": lambda: "".join(f'"{one}","{two}"\n' for one, two in rows),
        "eml": lambda: make.eml(body, number=number),
        "html": lambda: make.html().replace("</article>", f"<p>{'<p>'.join(paragraphs)}</article>"),
        "jsonl": lambda: f'{{"text": "report {number} of Osh"}}\n' * 20,
        "md": lambda: make.markdown() + body,
        "txt": lambda: body,
    }
    return texts[suffix]().encode()


def measure(label: str, paths: list[Path], work: Callable[[list[Path]], int]) -> None:
    """Do the work on the files and print a row of the table; it returns how many documents."""
    start = time.perf_counter()
    documents = work(paths)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{label:24} {len(paths):6} {documents:9} {seconds:8.2f} {len(paths) / seconds:8.1f} "
        f"{peak:8.0f}"
    )


def read(paths: list[Path]) -> int:
    """Read the files."""
    return sum(1 for _ in read_sources(paths))


def draw(paths: list[Path]) -> int:
    """Read the files, parse them and write their map beside them."""
    with Geoparser() as parser:
        parsed = list(parser.parse_all(read_sources(paths)))
    export(parsed, paths[0].with_name("map.html"))
    return len(parsed)


def main(files: int = FILES) -> None:
    """Make the files, read them, print what it took."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number in range(files):
            suffix = SUFFIXES[number % len(SUFFIXES)]
            paths.append(Path(folder) / f"{number:05}.{suffix}")
            paths[-1].write_bytes(content(suffix, number))
        print(f"{'':24} {'files':>6} {'documents':>9} {'seconds':>8} {'files/s':>8} {'peak MB':>8}")
        measure("read, from a cold start", paths, read)
        measure("read, again", paths, read)
        for suffix in SUFFIXES:
            measure(f".{suffix}", [one for one in paths if one.suffix == f".{suffix}"], read)
        measure("read, parsed, drawn", paths, draw)
    # The worker counts once it has ended.
    from geo.readers import apart

    apart._WORKERS.close()
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak of the worker that reads rich formats: {worker:.0f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
