"""Cutting a gallery into shards: what goes along, where it goes, and how an interrupted cut goes on."""

import json
from pathlib import Path

import pytest
from command import Fingers
from matcher import FileError, Gallery, InvalidValueError, StoreError
from matcher.distributed import split
from matcher.distributed.splitting import shard_of
from matcher.dna import Profile


@pytest.fixture
def bureau(tmp_path: Path, fingers: Fingers) -> Gallery:
    """Twelve subjects on the disk, some with more than prints."""
    gallery = Gallery.create(tmp_path / "bureau", purpose="missing persons")
    with gallery.batch() as batch:
        for k in range(2, 12):
            batch.enrol(f"S{k}", fingers[k][:1])
    profile = Profile("p", {"FGA": (21, 22), "TH01": (6, 9.3)})
    gallery.enrol("S0", fingers[0][:2], profile, owner="NL", tags=["red"], visible_to=["DE"], provenance="reel 4")
    gallery.enrol("S1", dna=profile, visible_to=[])
    return gallery


def kept(gallery: Gallery, name: str) -> tuple[object, ...]:
    one = gallery.get(name)
    return one.fingerprints, one.dna, one.owner, one.tags, one.visible_to, one.provenance


def check(bureau: Gallery, paths: list[Path]) -> None:
    """The shards together are the gallery."""
    found: list[str] = []
    for number, path in enumerate(paths):
        with Gallery.open(path, read_only=True) as shard:
            assert shard.purpose == bureau.purpose
            assert shard.method == bureau.method
            for name in shard.subjects():
                assert shard_of(name, len(paths)) == number
                assert kept(shard, name) == kept(bureau, name)
            found += shard.subjects()
    assert sorted(found) == bureau.subjects()


def test_everything_goes_along(bureau: Gallery, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    paths = split(bureau, tmp_path / "cut", 3, progress=lambda done, total: told.append((done, total)))
    assert told == [(12, 12)]
    assert [path.name for path in paths] == ["shard-0000", "shard-0001", "shard-0002"]
    assert all(path.is_absolute() for path in paths)
    check(bureau, paths)
    assert bureau.path is not None
    again = split(bureau.path, tmp_path / "again", 3)
    check(bureau, again)
    with pytest.raises(FileError, match="the cut is done"):
        split(bureau, tmp_path / "cut", 3)


def test_where_a_subject_goes_never_changes() -> None:
    # SHA-256 of "A-17" begins with 73df676f27525e21.
    assert [shard_of("A-17", shards) for shards in (1, 7, 10_000)] == [0, 6, 9185]


def test_an_interrupted_cut_goes_on(bureau: Gallery, tmp_path: Path, fingers: Fingers) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    folder = tmp_path / "cut"
    with pytest.raises(KeyboardInterrupt):
        split(bureau, folder, 3, progress=stop)
    assert not json.loads((folder / "split.json").read_text())["done"]
    with pytest.raises(FileError, match="begun with another shards"):
        split(bureau, folder, 4)
    first = folder / f"shard-{shard_of('S5', 3):04}"
    with Gallery.open(first) as shard:  # as if it had been cut before it changed
        shard.remove("S5")
        shard.enrol("S5", fingers[0][0])
        shard.enrol("gone", fingers[0][0])
    bureau.remove("S7")
    check(bureau, split(bureau, folder, 3))
    assert json.loads((folder / "split.json").read_text())["done"]


def test_what_cannot_be_cut_is_refused(bureau: Gallery, tmp_path: Path) -> None:
    for wrong in (0, 10_001):
        with pytest.raises(InvalidValueError, match="shards"):
            split(bureau, tmp_path / "cut", wrong)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("Dear all")
    with pytest.raises(FileError, match=r"not empty \(letter.txt\)"):
        split(bureau, tmp_path / "other", 2)
    (tmp_path / "other" / "split.json").write_text("{")
    with pytest.raises(FileError, match="cannot be read"):
        split(bureau, tmp_path / "other", 2)
    with pytest.raises(FileError):
        split(bureau, tmp_path / "other" / "letter.txt", 2)
    with pytest.raises(StoreError):
        split(tmp_path / "other", tmp_path / "cut", 2)
