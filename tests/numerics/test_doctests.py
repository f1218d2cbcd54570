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


def test_contents_page_is_complete():
    memory = importlib.import_module("numerics.memory")
    assert sorted(set(memory.__all__)) == sorted(memory.__all__)
    assert all(hasattr(memory, name) for name in memory.__all__)
