"""Models: read, named by what they made, taken wherever prints are compared; and what they are fitted on."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from matcher import FileError, Gallery, InvalidValueError, evaluation, simulate
from matcher.fingerprint import (
    Matcher,
    Model,
    Template,
    compare,
    compare_pairs,
    cylinders,
    score_matrix,
)

Fingers = list[list[Template]]
MODELS = Path(__file__).parents[2] / "matcher-core" / "models"


@pytest.fixture(scope="session")
def shipped() -> Path:
    """The card of the model that the package ships."""
    [card] = [path for path in MODELS.glob("*.json") if Model.read(path) == Model.standard()]
    return card


def test_a_result_names_its_model(fingers: Fingers) -> None:
    probe, reference, _ = fingers[0]
    standard, untrained = Model.standard(), Model.untrained()
    assert standard.id.startswith(str(standard.card["name"]))
    assert untrained.card == {}
    assert compare(probe, reference).method.model == standard.id
    assert Matcher(probe, model=untrained).method.model == "untrained"
    assert standard.id in str(compare(probe, reference).method)
    assert standard != untrained
    assert len({standard, untrained, Model.standard()}) == 2


def test_a_file_is_the_model_that_it_was(shipped: Path, fingers: Fingers) -> None:
    model = Model.read(shipped)
    assert model.id == Model.standard().id
    assert repr(model) == f"<Model: {model.id}>"
    probe, reference, _ = fingers[0]
    assert compare(probe, reference, model=str(shipped)) == compare(probe, reference)


def test_a_model_goes_to_other_processes(shipped: Path) -> None:
    for model in (Model.read(shipped), Model.untrained()):
        again = pickle.loads(pickle.dumps(model))
        assert again == model
        assert again.card == model.card
    restore, (card, projection) = Model.standard().__reduce__()
    with pytest.raises(InvalidValueError, match="sha256"):
        restore(card, projection[:-1] + bytes([projection[-1] ^ 1]))


def test_all_ways_of_comparing_take_a_model(fingers: Fingers) -> None:
    probe, reference, _ = fingers[0]
    untrained = Model.untrained()
    score = compare(probe, reference, model=untrained).score
    assert score != compare(probe, reference).score
    assert Matcher(probe, model=untrained).score(reference) == score
    assert score_matrix([probe], [reference], model=untrained).tolist() == [[score]]
    assert compare_pairs([probe, reference], model=untrained)["score"].tolist() == [score]


def test_a_gallery_holds_prints_of_one_model(shipped: Path, fingers: Fingers) -> None:
    gallery = Gallery.in_memory(model=shipped)
    assert gallery.method == Gallery.in_memory().method
    gallery.enrol("S0", fingers[0][0])
    with pytest.raises(InvalidValueError, match="method"):
        Matcher(fingers[0][1], model=Model.untrained()).scores(gallery)


def test_what_is_no_model(shipped: Path, tmp_path: Path, fingers: Fingers) -> None:
    with pytest.raises(FileError):
        Model.read(tmp_path / "none.json")
    (tmp_path / "text.json").write_text("no card")
    with pytest.raises(InvalidValueError):
        Model.read(tmp_path / "text.json")
    with pytest.raises(TypeError, match="model is int, expected a Model or the path of a card"):
        compare(fingers[0][0], fingers[0][1], model=5)  # type: ignore[arg-type]
    projection = bytearray(shipped.with_suffix(".bin").read_bytes())
    projection[1000] ^= 1
    (tmp_path / shipped.with_suffix(".bin").name).write_bytes(projection)
    (tmp_path / shipped.name).write_bytes(shipped.read_bytes())
    with pytest.raises(InvalidValueError, match="sha256"):
        Model.read(tmp_path / shipped.name)


def test_a_table_holds_the_parts_of_each_comparison(fingers: Fingers) -> None:
    prints = [impression for finger in fingers[:3] for impression in finger[:2]]
    table = compare_pairs(prints)
    assert list(zip(table["probe"], table["reference"], strict=True)) == [
        (a, b) for a in range(6) for b in range(a + 1, 6)
    ]
    for row in table:
        comparison = compare(prints[row["probe"]], prints[row["reference"]])
        assert row["score"] == comparison.score
        assert {name: row[name] for name in comparison.parts} == comparison.parts
    chosen = compare_pairs(prints, [(5, 0), (1, 1)], threads=1)
    assert chosen[0]["score"] == compare(prints[5], prints[0]).score
    assert chosen["reference"].tolist() == [0, 1]


@pytest.mark.parametrize("pairs", [[(0, 6)], [(-1, 0)], [(0.0, 1.0)], [0, 1], [(0, 1, 2)]])
def test_pairs_are_indexes_of_prints(fingers: Fingers, pairs: list[tuple[int, int]]) -> None:
    with pytest.raises(InvalidValueError, match="pair"):
        compare_pairs([finger[0] for finger in fingers[:6]], pairs)


def test_no_pairs_are_an_empty_table(fingers: Fingers) -> None:
    assert compare_pairs([]).shape == (0,)
    assert compare_pairs(fingers[0], []).shape == (0,)
    assert compare_pairs(fingers[0], np.zeros((0, 2), int)).shape == (0,)


def test_a_table_tells_its_progress_and_stops(fingers: Fingers) -> None:
    prints = [impression for finger in fingers for impression in finger]
    calls: list[tuple[int, int]] = []
    compare_pairs(prints, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (630, 630)

    def stop(done: int, total: int) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        compare_pairs(prints, progress=stop)


def test_cylinders_of_the_minutiae_with_neighbours() -> None:
    [template] = next(simulate.fingers(1, impressions=1, seed=11))
    values, index = cylinders(template)
    assert values.dtype == np.uint8
    assert values.shape == (len(index), 672)
    assert 0 < values.max() <= 127
    assert sorted(set(index.tolist())) == index.tolist()
    assert index.max() < len(template)
    fewer, _ = cylinders(template, {"cylinder": {"min_contributors": 12}})
    assert len(fewer) < len(values)
    assert cylinders(Template.from_arrays([5], [5], [0]))[0].shape == (0, 672)


def test_cylinders_turn_with_the_print() -> None:
    [template] = next(simulate.fingers(1, impressions=1, seed=11))
    m = template.minutiae
    turned = Template.from_arrays(m["y"], -m["x"], m["direction"] + np.pi / 2)
    same = Template.from_arrays(m["x"], m["y"], m["direction"])
    (values, index), (others, other_index) = cylinders(same), cylinders(turned)
    place = {int(source): row for row, source in enumerate(turned.minutiae["source_index"][other_index])}
    rows = [place[int(source)] for source in same.minutiae["source_index"][index]]
    assert np.array_equal(values, others[rows])


def test_a_labelled_folder_says_who_is_who(folder: Path) -> None:
    prints = evaluation.read_folder(folder)
    assert [name for name, _, _, _ in prints][:3] == ["100_1", "100_2", "101_1"]
    assert prints[3][1:3] == ("101", "2")
    assert isinstance(prints[0][3], Template)
    with pytest.raises(InvalidValueError):
        evaluation.read_folder(folder, "<finger>-<impression>")
