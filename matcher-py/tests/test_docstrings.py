"""Every example in a docstring of the compiled module runs and prints what it says.

pytest collects the docstrings of Python files by itself, but does not look into a compiled module.
"""

import doctest
import inspect
from collections.abc import Iterator

import pytest
from matcher import _matcher

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def docstrings(owner: object, name: str) -> Iterator[tuple[str, str]]:
    """Names and docstrings of an object and of the public members that belong to it."""
    text = getattr(owner, "__doc__", None)
    if isinstance(text, str) and ">>>" in text:
        yield name, text
    if inspect.isclass(owner) or inspect.ismodule(owner):
        for key, member in vars(owner).items():
            if not key.startswith("_") and (callable(member) or inspect.isdatadescriptor(member)):
                yield from docstrings(member, f"{name}.{key}")


@pytest.mark.parametrize(("name", "text"), [pytest.param(*d, id=d[0]) for d in docstrings(_matcher, "_matcher")])
def test_examples(name: str, text: str) -> None:
    test = doctest.DocTestParser().get_doctest(text, {}, name, None, None)
    report: list[str] = []
    result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.append)
    assert result.failed == 0, "".join(report)
