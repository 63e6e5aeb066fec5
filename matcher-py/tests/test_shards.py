"""Shards: what leaves the house, until when it is searched, and how it is kept current."""

import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from command import Fingers
from matcher import (
    ExpiredError,
    Gallery,
    InvalidValueError,
    NotAGalleryError,
    NotEnrolledError,
    ReadOnlyError,
    StoreError,
    WrongBaseError,
)
from matcher.dna import Profile, Rule

RULE = Rule("high", min_loci=2)


def person(name: str, fga: int) -> Profile:
    return Profile(name, {"FGA": (fga, 24), "TH01": (6, 9.3)})


@pytest.fixture
def bureau(tmp_path: Path, fingers: Fingers) -> Gallery:
    """S0 to S3 for everybody, S4 for NL, S5 red; all with DNA."""
    gallery = Gallery.create(tmp_path / "bureau")
    with gallery.batch() as batch:
        for k in range(4):
            batch.enrol(f"S{k}", fingers[k][:1], person("p", 18 + k))
        batch.enrol("S4", fingers[4][:1], person("p", 22), owner="NL", visible_to=[])
        batch.enrol("S5", fingers[5][:1], person("p", 23), tags=["red"])
    return gallery


def opened(path: Path) -> Gallery:
    return Gallery.open(path, read_only=True)


def test_a_shard_answers_as_its_gallery(bureau: Gallery, tmp_path: Path, fingers: Fingers) -> None:
    before = int(time.time())
    noted = bureau.export(tmp_path / "post 7")
    assert before <= noted["exported"] <= time.time()
    assert (noted["subjects"], noted["not_after"], noted["deltas"], noted["purpose"]) == (5, None, 0, "criminal")
    assert noted["part"] == "what everybody may see, with DNA profiles, with records"
    with opened(tmp_path / "post 7") as shard:
        assert shard.shard == noted
        assert shard.read_only
        assert shard.search(fingers[2][1]) == bureau.search(fingers[2][1])
        assert shard.search_dna(person("t", 19), RULE)[0].subject_id == "S1"
        assert shard.get("S1").dna == bureau.get("S1").dna
        assert "S4" not in shard
        with pytest.raises(ReadOnlyError, match="shard"):
            shard.enrol("S9", fingers[9][:1])
        with pytest.raises(InvalidValueError, match="in a shard"):
            shard.export(tmp_path / "again")
    with pytest.raises(ReadOnlyError, match="shard"):
        Gallery.open(tmp_path / "post 7")
    assert bureau.shard is None
    assert Gallery.in_memory().shard is None


def test_progress_is_told(bureau: Gallery, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    bureau.export(tmp_path / "shard", progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bureau.export(tmp_path / "stopped", progress=stop)


def test_what_leaves_the_house(bureau: Gallery, tmp_path: Path) -> None:
    wishes: list[tuple[dict[str, Any], list[str]]] = [
        ({"viewer": "NL"}, ["S0", "S1", "S2", "S3", "S4", "S5"]),
        ({"tags": ["red", "blue"]}, ["S5"]),
        ({"only": ["S1", "S2", "S4", "nobody"], "exclude": ["S2"]}, ["S1"]),
    ]
    for number, (keywords, expected) in enumerate(wishes):
        path = tmp_path / f"shard {number}"
        assert bureau.export(path, **keywords)["subjects"] == len(expected)
        with opened(path) as shard:
            assert shard.subjects() == expected

    light: dict[str, Any] = {"dna": False, "records": False, "max_minutiae": 12, "positions": range(3)}
    noted = bureau.export(tmp_path / "light", **light)
    expected_filter = {"profiles": False, "records": False, "max_minutiae": 12, "positions": [0, 1, 2]}
    assert {name: noted["filter"][name] for name in expected_filter} == expected_filter
    with opened(tmp_path / "light") as shard:
        assert shard.stats()["profiles"] == 0
        with pytest.raises(InvalidValueError, match="not in this shard"):
            shard.get("S1")


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"max_minutiae": 3}, "max_minutiae is 3"),
        ({"max_minutiae": -3}, "max_minutiae is -3"),
        ({"positions": [11]}, "finger_position is 11"),
        ({"not_after": 5}, "not_after is 5"),
        ({"not_after": -5}, "not_after is -5"),
        ({"not_after": datetime(2100, 1, 1)}, "expected a datetime that says its time zone"),
        ({"not_after": datetime(1969, 1, 1, tzinfo=timezone.utc)}, "expected a time after 1970"),
        ({"only": [""]}, "subject id"),
    ],
)
def test_values_out_of_range_are_refused(bureau: Gallery, tmp_path: Path, keywords: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidValueError, match=words):
        bureau.export(tmp_path / "shard", **keywords)
    assert not (tmp_path / "shard").exists()


def test_wrong_types_are_refused(bureau: Gallery, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="only is str"):
        bureau.export(tmp_path / "shard", only="S1")
    with pytest.raises(TypeError, match="not_after is float"):
        bureau.export(tmp_path / "shard", not_after=4e9)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="in memory"):
        Gallery.in_memory().export(tmp_path / "shard")


def test_a_shard_that_is_past_is_searched_only_where_that_is_asked_for(
    bureau: Gallery, tmp_path: Path, fingers: Fingers
) -> None:
    end = datetime.now(timezone.utc) + timedelta(seconds=1.2)
    noted = bureau.export(tmp_path / "shard", not_after=end)
    assert noted["not_after"] == int(end.timestamp())
    shard = opened(tmp_path / "shard")
    while time.time() < noted["not_after"] + 1.1:
        time.sleep(0.1)
    for search in (
        lambda: shard.search(fingers[1][1]),
        lambda: shard.search_many([fingers[1][1]]),
        lambda: shard.search_dna(person("t", 19), RULE),
        lambda: shard.search(fingers[1][1], dna=person("t", 19), rule=RULE),
    ):
        with pytest.raises(ExpiredError, match="ask for the expired one") as caught:
            search()
        assert isinstance(caught.value, StoreError)
        assert Path(caught.value.path) == tmp_path / "shard"
        assert str(noted["not_after"]) in caught.value.reason
    shard.accept_expired()
    assert shard.search(fingers[1][1])[0].subject_id == "S1"
    shard.close()
    with pytest.raises(ValueError, match="closed"):
        shard.accept_expired()


def test_a_delta_makes_a_shard_current(bureau: Gallery, tmp_path: Path, fingers: Fingers) -> None:
    path, delta = tmp_path / "shard", tmp_path / "delta"
    bureau.export(path)
    bureau.enrol("S9", fingers[9][:1])
    bureau.remove("S1")
    noted = bureau.export_delta(path, delta)
    with opened(path) as shard:
        assert "S1" in shard
        now = Gallery.apply_delta(path, delta)
        assert (now["deltas"], now["subjects"], now["digest"]) == (1, 5, noted["digest"])
        assert shard.shard == now
        assert shard.subjects() == ["S0", "S2", "S3", "S5", "S9"]
        assert shard.search(fingers[9][1])[0].subject_id == "S9"
        with pytest.raises(NotEnrolledError):
            shard.get("S1")
    assert Gallery.apply_delta(path, delta) == now


def test_a_delta_of_something_else_is_refused(bureau: Gallery, tmp_path: Path, fingers: Fingers) -> None:
    bureau.export(tmp_path / "one")
    with pytest.raises(WrongBaseError) as caught:
        bureau.export_delta(tmp_path / "one", tmp_path / "delta", dna=False)
    assert caught.value.reason
    with Gallery.create(tmp_path / "other") as other:
        other.enrol("A", fingers[0][:1])
        other.export(tmp_path / "two")
        other.enrol("B", fingers[1][:1])
        other.export_delta(tmp_path / "two", tmp_path / "delta of two")
    with pytest.raises(WrongBaseError):
        Gallery.apply_delta(tmp_path / "one", tmp_path / "delta of two")
    with pytest.raises(NotAGalleryError):
        Gallery.apply_delta(tmp_path, tmp_path / "delta of two")
