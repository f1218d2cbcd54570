"""The examples in the docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import numerics

MODULES = [info.name for info in pkgutil.walk_packages(numerics.__path__, "numerics.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples():
    assert sum(doctest.testmod(importlib.import_module(name)).attempted for name in MODULES) >= 8


@pytest.mark.parametrize(
    "package", ["numerics.memory", "numerics.equivalence", "numerics.learning", "numerics.certified"]
)
def test_contents_page_is_complete(package):
    room = importlib.import_module(package)
    assert sorted(set(room.__all__)) == sorted(room.__all__)
    assert all(hasattr(room, name) for name in room.__all__)
