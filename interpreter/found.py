"""What nothing lists: a file is found by its name, and in it the one class of its kind."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TypeVar

Kind = TypeVar("Kind")


def class_in(package: str, name: str, kind: type[Kind]) -> type[Kind] | None:
    """The class of this kind that the file ``name`` of ``package`` defines; None where there is no such file.

    Raises ImportError where it defines none, or several.
    """
    module = f"{package}.{name}"
    if find_spec(module) is None:
        return None
    found = [
        value
        for value in vars(import_module(module)).values()
        if isinstance(value, type) and issubclass(value, kind) and value.__module__ == module
    ]
    if len(found) != 1:
        raise ImportError(f"{module} should define one {kind.__name__}, and defines {len(found)}")
    return found[0]
