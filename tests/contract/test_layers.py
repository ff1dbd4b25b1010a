"""Who may import whom: a module imports only from the layers above it, nor from its neighbors."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

GEO = Path(__file__).resolve().parents[2] / "geo"

#: Top to bottom; the modules of one line do not import each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("atomic", "place", "settings", "names", "geodesy"),
    ("document",),
    ("datelines", "lines"),
    ("languages", "sections", "sentences"),
    ("protocols",),
    (
        "readers",
        "recognizers",
        "gazetteer",
        "resolver",
        "exporters",
        "page",
        "corrections",
        "registry",
        "rulings",
        "testing",
    ),
    ("pipeline", "geocoders"),
    ("evaluation", "scan", "integrations", "checkup", "mentions", "summary"),
    ("cli",),
)

#: The registry is how neighbors find each other, so they may ask it.
ALLOWED = {
    ("readers", "registry"),
    ("exporters", "registry"),
    ("document", "page"),  # a notebook asks a value to draw itself
}

#: Where a package may be imported, and nowhere else.
HOMES = {
    "folium": {"page"},
    "branca": {"page"},
    "typer": {"cli"},
    "onnxruntime": {"recognizers"},
    "sqlite3": {"gazetteer", "geocoders", "exporters"},
}

HEAVY = {"folium", "numpy", "onnxruntime", "pandas", "geopy", "rich", "spacy", "pyarrow"}

RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


def modules() -> list[Path]:
    return sorted(
        p for p in GEO.rglob("*.py") if p.parent != GEO or p.stem not in ("__init__", "__main__")
    )


def unit_of(path: Path) -> str:
    parts = path.relative_to(GEO).parts
    return parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            if node.module == "geo":
                names.update(f"geo.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(GEO)))
def test_module_imports_only_from_layers_above(path: Path) -> None:
    own = unit_of(path)
    assert own in RANK, f"{own} is on no layer; add it to LAYERS"
    for name in imports_of(path):
        if not name.startswith("geo."):
            continue
        other = name.split(".")[1]
        if other == own or other not in RANK or (own, other) in ALLOWED:
            continue
        assert RANK[other] < RANK[own], f"{own} may not import {other}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(GEO)))
def test_heavy_packages_stay_at_home(path: Path) -> None:
    for name in imports_of(path):
        top = name.split(".")[0]
        if top in HOMES:
            assert unit_of(path) in HOMES[top], f"{top} belongs to {sorted(HOMES[top])}"


@pytest.mark.parametrize(
    "code",
    [
        "import geo",
        "import sys; sys.argv = ['geo', '--help']\n"
        "from geo.cli.app import main\n"
        "try: main()\nexcept SystemExit: pass",
    ],
    ids=["import geo", "geo --help"],
)
def test_light_starts_load_nothing_heavy(code: str) -> None:
    check = f"\nimport sys\nprint('LOADED', sorted({HEAVY} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code + check], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "LOADED []"
