"""The page's own sources: what they must not do, how they are pinned, whether one can read them."""

import json
import re
from pathlib import Path

import pytest

from geo.page import bundle, cities
from geo.page.bundle import BundleError, build

ROOT = Path(__file__).parents[2]
APP = ROOT / "geo/page/app"
SOURCES = sorted((APP / "src").glob("*.ts"))
STYLES = sorted((APP / "src").glob("*.css"))

FORBIDDEN = (
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
    'setAttribute("style"',
    "bindPopup",
    "bindTooltip",
    "addAttribution",
    "fetch(",
    "XMLHttpRequest",
    "http://www.w3.org/1999",
)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_words_enter_the_page_as_text_only(source: Path) -> None:
    content = source.read_text(encoding="utf-8")
    assert [words for words in FORBIDDEN if words in content] == []
    # Kept in the browser is what a reader corrects, and nothing else.
    assert source.name == "ledger.ts" or "localStorage" not in content
    addresses = re.findall(r"https?://[^\"'\s]+", content)
    assert [a for a in addresses if a != "http://www.w3.org/2000/svg"] == []


def test_the_lock_file_pins_all_and_names_no_registry() -> None:
    package = json.loads((APP / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((APP / "package-lock.json").read_text(encoding="utf-8"))
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    packages = {k.removeprefix("node_modules/"): v for k, v in lock["packages"].items() if k}
    assert {name: packages[name]["version"] for name in wanted} == wanted
    assert all("resolved" not in entry for entry in packages.values())
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build(ROOT / "geo/page/bundle", root=ROOT)
    return ROOT / "geo/page/bundle"


def test_a_second_build_costs_nothing(products: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("npm was asked again")

    monkeypatch.setattr(bundle, "install", refuse)
    before = {path.name: path.stat().st_mtime_ns for path in products.iterdir()}
    build(products, root=ROOT)
    assert before == {path.name: path.stat().st_mtime_ns for path in products.iterdir()}


def test_a_build_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page.js").write_text("old", encoding="utf-8")

    def fail(*_: object, **__: object) -> None:
        raise BundleError("no network")

    monkeypatch.setattr(bundle, "install", fail)
    with pytest.raises(BundleError, match="no network"):
        build(tmp_path, root=ROOT)
    assert [path.name for path in tmp_path.iterdir()] == ["page.js"]


def test_licenses_travel_with_the_script(products: Path) -> None:
    script = (products / "page.js").read_text(encoding="utf-8")
    licenses = (products / "LICENSES.txt").read_text(encoding="utf-8")
    assert script.startswith("/*!")
    for name in ("leaflet 1.9.4 (BSD-2-Clause)", "supercluster", "geojson-vt", "kdbush"):
        assert name in licenses
        assert name in script.split("*/")[0]


def test_cities_are_named_by_size_and_where_the_map_has_detail(products: Path) -> None:
    file = products / cities.FILE
    labels = cities.city_labels(file, [(74.0, 42.0, 76.0, 44.0)])
    names = [name for name, *_ in labels]
    assert names[0] in ("Shanghai", "Beijing", "Istanbul")
    assert "Bishkek" in names
    assert "Tokmok" in names
    assert "Osh" not in names
    assert all(zoom <= 6 or (74 <= x <= 76 and 42 <= y <= 44) for _, y, x, zoom in labels)
    assert cities.city_labels(file.with_name("missing.json"), []) == []


def luminance(color: str) -> float:
    channels = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def theme(name: str) -> dict[str, str]:
    css = (APP / "src/colors.css").read_text(encoding="utf-8")
    blocks = re.findall(r"(:root[^{]*)\{([^}]*)\}", css)
    values: dict[str, str] = {}
    for selector, body in blocks:
        if "data-theme" not in selector or name in selector:
            values |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b;", body))
    return values


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "panel"),
        ("ink", "ground"),
        ("ink", "same"),
        ("muted", "panel"),
        ("muted", "ground"),
        ("on-point", "point"),
        ("point", "panel"),
        ("area", "panel"),
        ("area", "land"),
        ("panel", "area"),
        ("panel", "ink"),
        ("panel", "muted"),
        ("ink", "land"),
        ("ink", "sea"),
        ("ground-name", "land"),
    ],
)
def test_colors_can_be_told_apart(name: str, ink: str, ground: str) -> None:
    colors = theme(name)
    assert contrast(colors[ink], colors[ground]) >= 4.5, f"{ink} on {ground}"


def test_modules_are_short() -> None:
    for path in [*SOURCES, *STYLES]:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path.name


def test_sources_pass_the_type_checker() -> None:
    kept = ROOT / ".cache" / "page-types.sha256"
    key = bundle.digest(APP)
    if kept.is_file() and kept.read_text(encoding="utf-8") == key:
        return
    try:
        bundle.check_types(root=ROOT)
    except BundleError as error:
        if "npm-cli.js" in str(error):
            pytest.skip(f"the type checker is not here and cannot be fetched: {error}")
        raise
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(key, encoding="utf-8")
