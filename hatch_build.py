"""Make what ships but is not committed: the gazetteer and the page's script.

A thin caller of `geo.gazetteer.build` and `geo.page.bundle`; each product is kept until one of
its inputs changes, so that a second build costs nothing.
"""

import hashlib
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShippedData(BuildHookInterface[Any]):  # Any: the hook needs nothing of the build's config
    """Build the gazetteer and the page bundle before the package is packed."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make what is missing or older than its inputs; `version` is the kind of build."""
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from geo.page.bundle import build as build_bundle

            build_bundle(root / "geo/page/bundle", root=root)
            if self.target_name == "wheel":
                _build_gazetteer(root)
        finally:
            sys.path.remove(str(root))


def _build_gazetteer(root: Path) -> None:
    from geo.gazetteer.build import build, source_versions

    inputs = hashlib.sha256(repr(sorted(source_versions().items())).encode())
    for path in sorted([root / "geo/names.py", *root.glob("geo/gazetteer/**/*")]):
        if path.suffix in (".py", ".sql", ".csv"):
            inputs.update(path.read_bytes())
    target = root / "geo/data/gazetteer.sqlite"
    key = root / "geo/data/gazetteer.key"
    if target.is_file() and key.is_file() and key.read_text() == inputs.hexdigest():
        return
    build(target, progress=lambda what, done, of: print(f"gazetteer {done}/{of}: {what}"))  # noqa: T201  # a build log
    key.write_text(inputs.hexdigest())
