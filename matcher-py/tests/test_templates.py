"""Templates from arrays and to arrays."""

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matcher import InvalidValueError, MatcherError
from matcher.fingerprint import MINUTIA_KINDS, Template

Columns = dict[str, Any]


def test_minutiae_come_back_as_a_structured_array_in_canonical_order() -> None:
    template = Template.from_arrays(
        [30, 10, 20], [90, 50, 50], [0.0, 1.0, 2.0], kind=[1, 2, 0], quality=[0.5, np.nan, 1.0]
    )
    minutiae = template.minutiae
    assert minutiae.dtype.names == ("x", "y", "direction", "kind", "quality", "source_index")
    assert minutiae.shape == (3,)
    assert minutiae["x"].tolist() == [10.0, 20.0, 30.0]
    assert minutiae["y"].tolist() == [50.0, 50.0, 90.0]
    assert minutiae["source_index"].tolist() == [1, 2, 0]
    assert minutiae["kind"].tolist() == [2, 0, 1]
    assert np.isnan(minutiae["quality"][0])
    assert minutiae["quality"][1:].tolist() == [1.0, 0.5]
    np.testing.assert_allclose(minutiae["direction"], [1.0, 2.0, 0.0], atol=1e-3)
    assert [minutiae.dtype[name].kind for name in minutiae.dtype.names] == ["f", "f", "f", "u", "f", "i"]


def test_the_array_is_a_copy_that_changes_nothing(columns: Columns) -> None:
    template = Template.from_arrays(**columns)
    minutiae = template.minutiae
    minutiae["x"] = 0
    assert (template.minutiae["x"] > 0).all()


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int32, np.uint16, np.int64])
def test_any_type_of_number_will_do(columns: Columns, kind: type[np.number[Any]]) -> None:
    whole = {name: np.floor(values) for name, values in columns.items()}
    expected = Template.from_arrays(**whole)
    typed = [values.astype(kind) for values in whole.values()]
    assert Template.from_arrays(*typed) == expected


def test_strided_reversed_and_listed_columns_give_the_same_template(columns: Columns) -> None:
    expected = Template.from_arrays(**columns)
    table = np.stack(list(columns.values()), axis=1)
    assert Template.from_arrays(table[:, 0], table[:, 1], table[:, 2]) == expected
    assert Template.from_arrays(*(column.tolist() for column in columns.values())) == expected
    assert Template.from_arrays(*(np.repeat(values, 3)[::3] for values in columns.values())) == expected
    assert Template.from_arrays(*(values.astype(">f8") for values in columns.values())) == expected
    frozen = [values.copy() for values in columns.values()]
    for values in frozen:
        values.flags.writeable = False
    assert Template.from_arrays(*frozen) == expected
    backwards = Template.from_arrays(*(values[::-1] for values in columns.values()))
    for field in ("x", "y", "direction"):
        assert backwards.minutiae[field].tolist() == expected.minutiae[field].tolist()


def test_the_columns_of_minutiae_make_the_template_again(columns: Columns) -> None:
    template = Template.from_arrays(**columns, quality=np.linspace(0, 1, 40))
    m = template.minutiae
    again = Template.from_arrays(m["x"], m["y"], m["direction"], kind=m["kind"], quality=m["quality"])
    assert len(again) == 40
    for field in ("x", "y", "direction", "kind", "quality"):
        assert again.minutiae[field].tolist() == m[field].tolist()


def test_columns_may_lie_at_any_address(columns: Columns) -> None:
    expected = Template.from_arrays(**columns)
    shifted = [np.frombuffer(b"-" + values.tobytes(), dtype=np.uint8)[1:].view(float) for values in columns.values()]
    assert not shifted[0].flags.aligned
    assert Template.from_arrays(*shifted) == expected


def test_kinds_are_codes_or_names(columns: Columns) -> None:
    codes = np.arange(40) % 3
    names = [MINUTIA_KINDS[code] for code in codes]
    by_code = Template.from_arrays(**columns, kind=codes)
    assert by_code == Template.from_arrays(**columns, kind=names)
    assert by_code == Template.from_arrays(**columns, kind=codes.astype(np.uint8))
    assert by_code == Template.from_arrays(**columns, kind=np.array(names))


def test_what_is_known_of_the_print_is_kept() -> None:
    template = Template.from_arrays(
        [1],
        [2],
        [3],
        dpi=569,
        width=300,
        height=400,
        finger_position=7,
        impression="latent lift",
        extractor="mine",
    )
    assert (template.dpi, template.width, template.height) == (569.0, 300, 400)
    assert (template.finger_position, template.impression, template.extractor) == (7, "latent lift", "mine")
    assert len(template) == 1
    assert template.diagnostics == []
    nothing = Template.from_arrays([], [], [])
    assert (nothing.width, nothing.impression, nothing.extractor, nothing.quality) == (None, None, None, None)
    assert len(nothing) == 0


def test_codes_and_names_of_impressions_are_the_same_thing() -> None:
    assert Template.from_arrays([], [], [], impression=0).impression == "live-scan plain"
    assert Template.from_arrays([], [], [], impression=7).impression == "latent lift"


def test_the_engine_s_frame_is_500_dpi() -> None:
    template = Template.from_arrays([200], [400], [1.0], dpi=1000, width=600, height=800).at_500_dpi()
    assert template.dpi == 500.0
    assert (template.minutiae["x"][0], template.minutiae["y"][0]) == (100.0, 200.0)
    assert (template.width, template.height) == (300, 400)


def test_axes_may_differ() -> None:
    template = Template.from_arrays([200], [400], [1.0], dpi=(500, 1000))
    assert template.dpi == (500.0, 1000.0)
    assert template.at_500_dpi().minutiae[["x", "y"]][0].item() == (200.0, 200.0)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"x": [[1, 2]]}, "x"),
        ({"y": [1]}, "y"),
        ({"direction": [1, 2, 3]}, "direction"),
        ({"kind": [1]}, "kind"),
        ({"quality": [0.5]}, "quality"),
        ({"x": [1, np.nan]}, "x"),
        ({"y": [1, np.inf]}, "y"),
        ({"direction": [0, -np.inf]}, "direction"),
        ({"x": [1, 301], "width": 300, "height": 300}, "x"),
        ({"y": [1, -1], "width": 300, "height": 300}, "y"),
        ({"x": [1, 1e9]}, "x"),
        ({"kind": [1, 3]}, "kind"),
        ({"kind": ["ridge ending", "whorl"]}, "kind"),
        ({"quality": [0.5, 1.5]}, "quality"),
        ({"quality": [0.5, -0.1]}, "quality"),
        ({"dpi": 0}, "dpi"),
        ({"dpi": np.nan}, "dpi"),
        ({"width": 0, "height": 300}, "width"),
        ({"width": 70_000, "height": 300}, "width"),
        ({"width": 300}, "height"),
        ({"finger_position": 11}, "finger_position"),
        ({"finger_position": -1}, "finger_position"),
        ({"impression": 10}, "impression"),
        ({"impression": "smudge"}, "impression"),
    ],
)
def test_a_wrong_value_is_named(arguments: dict[str, Any], field: str) -> None:
    good: dict[str, Any] = {"x": [1, 2], "y": [3, 4], "direction": [0.0, 1.0]}
    with pytest.raises(InvalidValueError) as caught:
        Template.from_arrays(**{**good, **arguments})
    error = caught.value
    assert field in f"{error.record} {error.field}"
    assert error.value
    assert error.expected
    assert error.expected in str(error)


def test_repeated_minutiae_are_dropped_and_named() -> None:
    template = Template.from_arrays([5, 5, 9], [6, 6, 9], [1, 1, 1])
    assert len(template) == 2
    assert len(template.diagnostics) == 1
    assert "same as minutia" in template.diagnostics[0]


def test_of_too_many_minutiae_the_best_are_kept() -> None:
    n = 300
    template = Template.from_arrays(
        np.arange(n), np.arange(n), np.zeros(n), quality=np.where(np.arange(n) < 45, 0.1, 0.9)
    )
    assert len(template) == 255
    assert (template.minutiae["quality"] == 0.9).all()
    assert "300" in template.diagnostics[0]


def test_pickling_gives_an_equal_template(columns: Columns) -> None:
    template = Template.from_arrays(**columns, quality=np.full(40, np.nan), finger_position=3, extractor="mine")
    again = pickle.loads(pickle.dumps(template))
    assert again == template
    assert hash(again) == hash(template)
    assert again.extractor == "mine"
    repeated = Template.from_arrays([5, 5], [6, 6], [1, 1])
    assert pickle.loads(pickle.dumps(repeated)).diagnostics == repeated.diagnostics


def test_no_minutia_shows_in_the_representation(columns: Columns) -> None:
    text = repr(Template.from_arrays(**columns))
    assert "40" in text
    assert not any(f"{value:.1f}" in text for value in columns["x"])


FLOATS = st.lists(st.floats(allow_nan=True, allow_infinity=True, width=64), max_size=6)


@given(x=FLOATS, y=FLOATS, direction=FLOATS, quality=st.none() | FLOATS, dpi=st.floats())
def test_any_numbers_give_a_template_or_an_error_that_is_ours(
    x: list[float], y: list[float], direction: list[float], quality: list[float] | None, dpi: float
) -> None:
    try:
        template = Template.from_arrays(x, y, direction, quality=quality, dpi=dpi)
    except MatcherError:
        return
    assert len(template) <= len(x)
    assert np.isfinite(template.minutiae["x"]).all()
    assert np.isfinite(template.minutiae["direction"]).all()


@given(
    x=st.lists(st.floats(-70_000, 70_000), min_size=1, max_size=40),
    seed=st.integers(0, 2**32 - 1),
)
def test_plausible_numbers_are_mostly_taken(x: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = len(x)
    values = np.clip(x, 0, 60_000)
    template = Template.from_arrays(values, rng.uniform(0, 500, n), rng.uniform(-50, 50, n))
    assert 1 <= len(template) <= n
    assert ((template.minutiae["direction"] >= -np.pi) & (template.minutiae["direction"] < 2 * np.pi)).all()
    assert np.abs(np.sort(template.minutiae["x"]) - np.sort(values)).max() < 0.01 if len(template) == n else True
