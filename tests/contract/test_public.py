"""`__all__` is the public surface: it names what is there, and no more than what is there."""

import importlib
import pkgutil

import pytest

import geo

PACKAGES = sorted(
    name
    for _, name, _ in pkgutil.walk_packages(geo.__path__, "geo.")
    if not name.startswith(("geo.cli", "geo.__main__", "geo.page.bundle"))
)


@pytest.mark.parametrize("name", ["geo", *PACKAGES])
def test_all_names_exist_and_are_sorted(name: str) -> None:
    module = importlib.import_module(name)
    public = getattr(module, "__all__", None)
    assert public is not None, f"{name} has no __all__"
    assert len(set(public)) == len(public)
    for attribute in public:
        assert hasattr(module, attribute)


@pytest.mark.parametrize("name", ["geo", *PACKAGES])
def test_public_functions_and_classes_are_in_all(name: str) -> None:
    module = importlib.import_module(name)
    for attribute, value in vars(module).items():
        if attribute.startswith("_") or getattr(value, "__module__", None) != name:
            continue
        assert attribute in module.__all__, f"{name}.{attribute} is public by its name only"
