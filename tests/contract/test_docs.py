"""The docs say what the program does: commands, Python, links and decisions."""

import re
from pathlib import Path

import pytest
import typer

from geo.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")])


def commands() -> set[str]:
    return set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # a group


def test_the_readme_names_every_command() -> None:
    named = set(re.findall(r"`geo (\w+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named == commands()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_pages_name_only_commands_that_exist(page: Path) -> None:
    for block in re.findall(r"```(?:console|sh)\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
        for name in re.findall(r"^\$ (?:.*\| )?geo ([a-z]+)", block, re.M):
            assert name in commands(), f"{page.name} shows geo {name}"


def test_the_readme_s_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    monkeypatch.chdir(tmp_path)
    printed: list[tuple[object, ...]] = []
    exec(code, {"print": lambda *words: printed.append(words)})
    assert [words[0] for words in printed] == ["Russian", "Kant airbase", "Bishkek"]
    assert (tmp_path / "map.html").stat().st_size > 100_000


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(
        r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")
    ):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_decisions_are_numbered_and_have_their_parts() -> None:
    numbers = []
    for page in sorted((ROOT / "docs/decisions").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        numbers.append(int(page.name[:4]))
        assert re.match(rf"# {page.name[:4]}\b", text), page.name
        for part in ("Context", "Decision", "Consequences"):
            assert part in text, f"{page.name} has no {part}"
    assert numbers == list(range(1, len(numbers) + 1))
