"""The package imports, knows its version and was built the way it is delivered."""

from importlib.metadata import version

import matcher
from matcher import _matcher


def test_version_is_that_of_the_installed_package() -> None:
    assert matcher.__version__ == version("matcher")


def test_the_tests_run_on_an_optimised_build() -> None:
    profile, target = _matcher.build_info.split()
    assert profile == "release"
    assert "-" in target
