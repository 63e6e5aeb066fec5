"""What holds on real prints; without MATCHER_DATA these tests are skipped."""

import json
from pathlib import Path

import numpy as np
import pytest
from matcher import evaluation
from matcher.cli.app import run
from matcher.fingerprint import DECISION_THRESHOLD, compare, read

SETS = ("FVC2002_DB1_B", "FVC2002_DB3_B", "FVC2004_DB1_B", "FVC2004_DB4_B")


def test_every_record_reads_and_comes_back_equal(real_prints: Path) -> None:
    files = sorted(real_prints.glob("*/leader/*.fmr"))[::7]
    assert files
    for path in files:
        [template] = read(path)
        assert template.diagnostics == []
        assert read(template.to_bytes()) == [template]


def test_an_impression_finds_another_of_its_finger(real_prints: Path, capfd: pytest.CaptureFixture[str]) -> None:
    leader = real_prints / SETS[0] / "leader"
    arguments = ["search", str(leader), str(leader / "101_1.fmr"), "--exclude", "101_1", "--json"]
    assert run(arguments) == 0
    document = json.loads(capfd.readouterr().out)
    assert document["candidates"][0]["subject_id"].startswith("101_")
    assert document["searched"] == 79


def test_pooled_error_rate_of_four_sets(real_prints: Path) -> None:
    result = evaluation.evaluate_folders([real_prints / name / "leader" for name in SETS])
    assert result.rates.eer <= 0.015
    assert result.naming == ["<finger>_<impression>"] * 4
    assert np.mean(result.non_mated >= DECISION_THRESHOLD) < 1e-3


def test_turning_a_print_by_quarters_changes_no_score(real_prints: Path) -> None:
    from matcher.fingerprint import Template

    leader = real_prints / SETS[2] / "leader"
    [probe], [reference] = read(leader / "101_1.fmr"), read(leader / "101_2.fmr")
    m = probe.minutiae
    x, y, direction = m["x"], m["y"], m["direction"]
    expected = compare(probe, reference).score
    for _ in range(3):
        x, y, direction = y, -x, direction + np.pi / 2
        turned = Template.from_arrays(x, y, direction, kind=m["kind"], quality=m["quality"])
        assert compare(turned, reference).score == expected
