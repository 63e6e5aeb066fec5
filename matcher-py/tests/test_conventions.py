"""Mistaken conventions of a set of prints, and where users are told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command import Capture, json_of
from matcher import fingerprint, simulate
from matcher.cli.app import run
from matcher.fingerprint import Template, check_conventions, write

Change = Callable[[Any, Any, Any], tuple[Any, Any, Any]]


@pytest.fixture(scope="module")
def prints() -> list[Template]:
    return [impressions[0] for impressions in simulate.fingers(40, impressions=1, seed=3)]


def spoiled(prints: list[Template], change: Change) -> list[Template]:
    made = []
    for one in prints:
        m = one.minutiae
        x, y, direction = change(m["x"], m["y"], m["direction"])
        made.append(Template.from_arrays(x - x.min(), y - y.min(), direction, dpi=500))
    return made


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (lambda x, y, a: (x, y, a), None),
        (lambda x, y, a: (-x, y, np.pi - a), None),
        (lambda x, y, a: (x, y, -a), "clockwise"),
        (lambda x, y, a: (x, y, a + np.pi / 2), "from_y_axis"),
        (lambda x, y, a: (x, y, a / 2), "small_unit"),
        (lambda x, y, a: (x, y, np.degrees(a).round()), "scattered"),
        (lambda x, y, a: (x * 2, y * 2, a), "resolution"),
    ],
)
def test_a_spoiled_set_is_suspected(prints: list[Template], change: Change, mistake: str | None) -> None:
    found = check_conventions(spoiled(prints, change))
    assert [suspicion.mistake for suspicion in found] == ([] if mistake is None else [mistake])
    for suspicion in found:
        assert not suspicion.usual[0] <= suspicion.found <= suspicion.usual[1]
        assert suspicion.prints <= len(prints)
        assert suspicion.description in str(suspicion)
    assert check_conventions([]) == []


def test_what_is_no_template_is_refused() -> None:
    with pytest.raises(TypeError):
        fingerprint.check_conventions([1])  # type: ignore[list-item]


def test_info_and_enrol_warn(prints: list[Template], tmp_path: Path, capfd: Capture) -> None:
    folder = tmp_path / "prints"
    folder.mkdir()
    for index, one in enumerate(spoiled(prints, lambda x, y, a: (x, y, -a))):
        write(one, folder / f"{index}.fmr")
    code, document = json_of(capfd, "info", folder)
    assert (code, [suspicion["mistake"] for suspicion in document["suspicions"]]) == (0, ["clockwise"])
    assert run(["info", str(folder)]) == 0
    assert "suspected: directions counted clockwise" in capfd.readouterr().err
    code, document = json_of(capfd, "enrol", tmp_path / "gallery", folder)
    assert (code, [suspicion["mistake"] for suspicion in document["suspicions"]]) == (0, ["clockwise"])
