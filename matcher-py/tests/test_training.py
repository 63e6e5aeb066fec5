"""The training program: its steps by hand formulas, and a whole run on simulated prints."""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from matcher import simulate
from matcher.fingerprint import Model, Template, compare_pairs, score_matrix, write

PROGRAM = Path(__file__).parents[2] / "examples" / "python" / "train_model.py"
Fingers = list[list[Template]]
Step = Callable[[str], ModuleType]


@pytest.fixture
def step(monkeypatch: pytest.MonkeyPatch) -> Step:
    """Give a step of the program by its name."""
    monkeypatch.syspath_prepend(str(PROGRAM.parent))

    def load(name: str) -> ModuleType:
        return importlib.import_module(f"training.{name}")

    return load


def test_sums_and_scores_are_those_of_the_matcher(step: Step, fingers: Fingers) -> None:
    table = compare_pairs([impression for finger in fingers for impression in finger])
    card = Model.standard().card
    assert np.array_equal(step("fusion").fused(table, card["fusion"]), table["fused"])
    knots = [tuple(knot) for knot in card["scale"]]
    assert np.array_equal(step("fusion").scores(table["fused"], knots), table["score"])


def test_the_slope_of_a_yes_or_no_is_its_log_odds_ratio(step: Step) -> None:
    feature = np.array([0.0] * 4 + [1.0] * 4)[:, None]
    mated = np.array([True, False, False, False, False, True, True, True])
    [slope] = step("fusion").logistic(feature, mated, np.full(8, 1 / 8))
    assert slope == pytest.approx(2 * np.log(3), rel=1e-3)


def test_a_weight_that_would_be_negative_is_none(step: Step) -> None:
    table = np.zeros(200, [("relaxation", float), ("evidence", float)])
    random = np.random.default_rng(1)
    mated = np.arange(200) < 100
    table["relaxation"] = random.normal(mated * 1.0, 1)
    table["evidence"] = random.normal(mated * -1.0, 1)
    assert step("fusion").fit([(table, mated)]) == {"relaxation": 1000, "evidence": 0}


def test_the_scale_takes_the_extractor_with_more_false_matches(step: Step) -> None:
    fusion = step("fusion")
    low, high = np.arange(1000), np.arange(1000) + 50
    assert fusion.reaching(low, 0.01) == 990
    assert (low >= fusion.reaching(low, 0.01)).sum() == 10
    knots, left_out = fusion.scale([low, high])
    assert knots[0] == (0, 0)
    assert knots[-1] == (fusion.reaching(high, 0.01), 20 * 1024)
    assert any("0.001: fewer than 10 false matches" in reason for reason in left_out)


def test_sums_of_products_are_exact(step: Step) -> None:
    rows = np.random.default_rng(1).integers(-127, 128, (2500, 672)).astype(np.int16)
    rows[:2048, 0] = 127
    whole = rows.astype(float)  # exact as well: all sums are below 2 ** 53
    assert np.array_equal(step("scatter").squares([rows[:700], rows[700:]]), whole.T @ whole)


def test_a_perturbed_copy_knows_which_minutia_is_which(step: Step) -> None:
    [template] = next(simulate.fingers(1, impressions=1, seed=3))
    copy, shown = step("copies").perturbed(template, np.random.default_rng(2))
    assert len(shown) == len(copy)
    known = shown >= 0
    assert 0.2 * len(template) < known.sum() < len(template)
    assert (~known).any()
    here, there = copy.minutiae[known], template.at_500_dpi().minutiae[shown[known]]
    assert np.hypot(here["x"] - there["x"], here["y"] - there["y"]).max() < 50
    turned = np.abs((here["direction"] - there["direction"] + np.pi) % (2 * np.pi) - np.pi)
    assert np.median(turned) < 0.3
    assert len(step("copies").perturbed(Template.from_arrays([], [], []), np.random.default_rng(2))[0]) == 0


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of two runs on forty simulated fingers of ten people, as one extractor sees them."""
    path = tmp_path_factory.mktemp("training")
    folder = path / "simulated" / "engine"
    folder.mkdir(parents=True)
    (path / "simulated" / "set.json").write_text('{"naming": "<person>_<finger>_<impression>", "terms": "none"}')
    for k, finger in enumerate(simulate.fingers(40, impressions=2, seed=99)):
        for impression, template in enumerate(finger):
            write(template, folder / f"{k % 10}_{k}_{impression}.fmr")
    for run in ("first", "second"):
        options = ["--name", "tiny", "--out", str(path / run), "--folds", "3", "--copies", "2"]
        done = subprocess.run(
            [sys.executable, str(PROGRAM), *options, str(folder)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "wrote tiny-" in done.stderr
    return path


def test_two_runs_write_the_same_bytes(trained: Path) -> None:
    for name in ("tiny.json", "tiny.bin"):
        assert (trained / "first" / name).read_bytes() == (trained / "second" / name).read_bytes()


def test_a_model_says_how_it_was_made(trained: Path) -> None:
    card = json.loads((trained / "first" / "tiny.json").read_text())
    assert card == Model.read(trained / "first" / "tiny.json").card
    [data] = card["data"]
    assert (data["set"], data["files"], data["people"], data["fingers"]) == ("simulated/engine", 80, 10, 40)
    assert data["terms"] == "none"
    assert card["date"] is None
    assert card["command"] == "train_model.py --name tiny --copies 2 --folds 3 simulated/engine"
    assert str(trained) not in (trained / "first" / "tiny.json").read_text()
    figures = card["figures"]["cross-validation over people"]["simulated/engine"]["fused"]
    assert (figures["mated"], figures["non_mated"]) == (40, 3120)
    assert figures["eer"][0] <= figures["eer"][2]


def test_a_trained_model_tells_other_fingers_apart(trained: Path, fingers: Fingers) -> None:
    model = Model.read(trained / "first" / "tiny.json")
    scores = score_matrix([f[0] for f in fingers], [f[1] for f in fingers], model=model)
    mated = np.eye(len(fingers), dtype=bool)
    assert np.median(scores[mated]) > scores[~mated].max()
    # One in two, by the scale: half of the non-mated scores or so lie above 3.
    assert 0.2 < np.mean(scores[~mated] >= 3) < 0.8


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--fit-on", "other/engine", "--"], "expected some of ['simulated/engine']"),
        (["--folds", "11"], "people are 10, expected at least 11"),
        (["--folds", "2"], "--folds is 2, expected 0, or 3 and more"),
        (["--copies", "1"], "--copies is 1, expected 0, or 2 and more"),
        (["--components", "255"], "--components is 255, expected 256 to 672"),
    ],
)
def test_what_cannot_be_asked_for(trained: Path, options: list[str], says: str) -> None:
    command = [sys.executable, str(PROGRAM), "--out", str(trained / "none"), *options]
    done = subprocess.run(
        [*command, str(trained / "simulated" / "engine")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert says in done.stderr
