"""Galleries in a folder: what lasts, who sees it, who may write, and what is said where something is wrong."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from command import Fingers
from matcher import (
    CandidateList,
    DamagedError,
    FileError,
    Gallery,
    InvalidValueError,
    MatcherError,
    NotAGalleryError,
    NotEnrolledError,
    ReadOnlyError,
    simulate,
)
from matcher.dna import Profile, Rule
from matcher.fingerprint import Matcher, Model

RULE = Rule("moderate", min_loci=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a gallery will be; no plain name."""
    return tmp_path / "büro 7"


@pytest.fixture
def lasting(path: Path, fingers: Fingers) -> Gallery:
    """The first impressions, as S0 to S11, on the disk."""
    gallery = Gallery.create(path)
    with gallery.batch() as batch:
        for number, impressions in enumerate(fingers):
            batch.enrol(f"S{number}", impressions[:1])
    return gallery


def ids(answer: CandidateList) -> list[str]:
    return [candidate.subject_id for candidate in answer]


def person(name: str, *alleles: tuple[int, int]) -> Profile:
    return Profile(name, dict(zip(("FGA", "TH01", "D3S1358"), alleles, strict=True)))


def of_child(work: Callable[[], object]) -> str:
    """Fork, work in the child, and return what it found, or which exception it met."""
    there, here = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            found = str(work())
        except BaseException as error:
            found = f"{type(error).__name__}: {error}"
        os.write(here, found.encode())
        os._exit(0)
    os.close(here)
    with os.fdopen(there, "rb") as stream:
        found = stream.read().decode()
    os.waitpid(child, 0)
    return found


# What lasts


def test_what_was_enrolled_is_there_when_the_gallery_is_opened_again(path: Path, fingers: Fingers) -> None:
    before = datetime.now(timezone.utc) - timedelta(seconds=1)
    with Gallery.create(path, purpose="missing") as gallery:
        gallery.enrol(
            "A-17",
            fingers[0][:2],
            [person("p", (21, 22), (6, 7), (15, 16))],
            owner="NL",
            tags=["red", "blue"],
            visible_to={"DE", "BE"},
            provenance="reel 4, frame 12",
        )
        gallery.enrol("B", fingers[1][0])
    with Gallery.open(str(path)) as gallery:
        assert (len(gallery), gallery.subjects(), "A-17" in gallery) == (2, ["A-17", "B"], True)
        assert (gallery.path, gallery.purpose, gallery.read_only) == (path.resolve(), "missing", False)
        subject = gallery.get("A-17")
        assert subject.fingerprints == fingers[0][:2]
        assert [profile.id for profile in subject.dna] == ["p"]
        assert (subject.owner, subject.tags, subject.visible_to) == ("NL", ["blue", "red"], ["BE", "DE"])
        assert subject.provenance == "reel 4, frame 12"
        assert subject.enrolled is not None
        assert before <= subject.enrolled <= datetime.now(timezone.utc)
        plain = gallery.get("B")
        assert (plain.owner, plain.tags, plain.visible_to, plain.provenance) == (None, [], None, None)
        assert "büro 7" in repr(gallery)
        assert "missing" in repr(gallery)
    assert repr(gallery) == "<Gallery, closed>"
    assert gallery.path == path.resolve(), "also when it is closed"


def test_answers_are_those_of_a_gallery_in_memory(lasting: Gallery, gallery: Gallery, fingers: Fingers) -> None:
    for impressions in fingers[:4]:
        for mode in ("fast", "exhaustive"):
            expected = gallery.search(impressions[1], mode=mode)
            assert lasting.search(impressions[1], mode=mode, threads=1) == expected
    assert lasting.search_many([f[1] for f in fingers]) == gallery.search_many([f[1] for f in fingers])
    matcher = Matcher(fingers[0][1])
    assert list(matcher.scores(lasting)) == list(matcher.scores(gallery))
    assert repr(gallery).startswith("<Gallery in memory: 12 subjects")


def test_a_batch_that_fails_enrols_nobody(lasting: Gallery, path: Path, fingers: Fingers) -> None:
    def fail_half_way() -> None:
        with lasting.batch() as batch:
            batch.enrol("new", fingers[0][:1])
            raise LookupError("mine")

    def fail_at_the_end() -> None:
        with lasting.batch() as batch:
            batch.enrol("new", fingers[0][:1])
            batch.enrol("S0", fingers[0][:1])

    with pytest.raises(LookupError, match="mine"):
        fail_half_way()
    with pytest.raises(MatcherError, match="enrolled already"):
        fail_at_the_end()
    lasting.close()
    with Gallery.open(path) as again:
        assert len(again) == 12


def test_dna_and_relatives_of_a_lasting_gallery(path: Path) -> None:
    people = {
        "A": person("first", (21, 22), (6, 7), (15, 16)),
        "B": person("second", (20, 25), (8, 9), (14, 18)),
    }
    memory = Gallery.in_memory()
    with Gallery.create(path) as lasting:
        for name, profile in people.items():
            lasting.enrol(name, dna=profile)
            memory.enrol(name, dna=profile)
        probe = person("probe", (21, 22), (6, 7), (15, 16))
        found = lasting.search_dna(probe, RULE)
        assert [(c.subject_id, c.profile_id, c.score) for c in found] == [("A", "first", 3)]
        assert found == memory.search_dna(probe, RULE)
        assert lasting.search_dna_many([probe, probe], RULE) == [found, found]
        relatives = lasting.search_relatives(probe, "parent-child", "nist1036-cauc")
        expected = memory.search_relatives(probe, "parent-child", "nist1036-cauc")
        assert [(c.subject_id, c.score) for c in relatives] == [(c.subject_id, c.score) for c in expected]
        assert relatives[0].evidence().log10_lr == relatives[0].score


def test_removing_and_compacting(lasting: Gallery, path: Path, fingers: Fingers) -> None:
    lasting.remove("S3")
    assert "S3" not in ids(lasting.search(fingers[3][1], limit=100))
    calls: list[tuple[int, int]] = []
    lasting.compact(progress=lambda done, total: calls.append((done, total)))
    assert calls
    stats = lasting.stats()
    assert (stats["subjects"], stats["prints"], stats["removed"]) == (11, 11, 0)
    assert stats["store"]["segments"] == 1
    assert stats["store"]["purpose"] == "criminal"
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(MatcherError, match="cancelled"):
        lasting.compact(cancel=cancel)
    lasting.close()
    with Gallery.open(path) as again:
        assert "S3" not in again
        assert ids(again.search(fingers[4][1], limit=1)) == ["S4"]
        with pytest.raises(NotEnrolledError):
            again.get("S3")


def test_simulated_subjects_are_enrolled_in_durable_batches(path: Path) -> None:
    calls: list[tuple[int, int]] = []
    with Gallery.create(path) as gallery:
        same = simulate.gallery(
            1500, fingers=2, seed=3, into=gallery, progress=lambda done, total: calls.append((done, total))
        )
        assert same is gallery
        assert calls[-1] == (1500, 1500)
        assert gallery.stats()["prints"] == 3000
    with Gallery.open(path, read_only=True) as again:
        assert len(again) == 1500
        name = again.subjects()[1234]
        assert ids(again.search(again.get(name).fingerprints[0], limit=1)) == [name]


def test_a_batch_tells_how_far_it_is(path: Path) -> None:
    calls: list[tuple[int, int]] = []
    seen: list[int] = []

    def progress(done: int, total: int) -> None:
        calls.append((done, total))
        seen.append(len(gallery))

    people = [(f"S{k}", prints) for k, prints in enumerate(simulate.fingers(4200, impressions=1, seed=5))]
    with Gallery.create(path) as gallery:
        with gallery.batch(threads=1, progress=progress) as batch:
            for name, prints in people:
                batch.enrol(name, prints)
        assert calls[-1] == (4200, 4200)
        assert set(seen) <= {0, 4200}, "who looks meanwhile sees all of it or nothing"
        assert len(gallery) == 4200

        def stop(done: int, total: int) -> None:
            raise KeyError("enough")

        def enrol_and_stop() -> None:
            with gallery.batch(progress=stop) as batch:
                for name, prints in people:
                    batch.enrol(f"again {name}", prints)

        with pytest.raises(KeyError, match="enough"):
            enrol_and_stop()


# Many at once


def test_two_handles_of_one_folder_see_each_other_at_once(lasting: Gallery, path: Path, fingers: Fingers) -> None:
    other = Gallery.open(path)
    reader = Gallery.open(path, read_only=True)
    other.enrol("new", fingers[0][2])
    for handle in (lasting, other, reader):
        assert "new" in handle
        assert len(handle) == 13
        assert "new" in ids(handle.search(fingers[0][2]))
    lasting.remove("new")
    assert [len(handle) for handle in (lasting, other, reader)] == [12, 12, 12]
    lasting.close()
    other.enrol("newer", fingers[0][2])
    assert reader.get("newer").id == "newer"
    with pytest.raises(ReadOnlyError) as raised:
        reader.enrol("x")
    assert raised.value.path == str(path.resolve())
    assert raised.value.reason


def test_who_only_looks_does_not_wait_for_a_long_change(path: Path) -> None:
    people = [(f"S{k}", prints) for k, prints in enumerate(simulate.fingers(4200, impressions=1, seed=5))]
    with Gallery.create(path) as gallery:
        gallery.enrol(*people[0])
        probe = people[0][1][0]
        under_way, found = threading.Event(), []

        def progress(done: int, total: int) -> None:
            under_way.set()
            if done < total:
                found.append((len(gallery), ids(gallery.search(probe, threads=1, limit=1))))

        with gallery.batch(progress=progress) as batch:
            for name, prints in people[1:]:
                batch.enrol(name, prints)
        assert under_way.is_set()
        assert found
        assert all(answer == (1, ["S0"]) for answer in found)
        assert len(gallery) == 4200


COMMON = "import sys; from matcher import Gallery, errors; path = sys.argv[1]\n"


def in_another_process(path: Path, code: str) -> str:
    arguments = [sys.executable, "-c", COMMON + code, str(path)]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.strip()


def test_another_process_reads_and_is_refused_to_write_until_it_is_closed(
    lasting: Gallery, path: Path, fingers: Fingers
) -> None:
    write = (
        "try: Gallery.open(path).enrol('other'); print('enrolled')\n"
        "except errors.InUseError as error: print('in use', error.path == path)"
    )
    assert in_another_process(path.resolve(), write) == "in use True"
    assert in_another_process(path, "print(len(Gallery.open(path, read_only=True)))") == "12"
    reader = Gallery.open(path, read_only=True)
    lasting.close()
    reader.close()
    assert in_another_process(path.resolve(), write) == "enrolled"
    with Gallery.open(path) as gallery:
        assert "other" in gallery


def test_a_reader_sees_what_another_process_enrols(lasting: Gallery, path: Path) -> None:
    lasting.close()
    with Gallery.open(path, read_only=True) as reader:
        in_another_process(path, "Gallery.open(path).enrol('late')")
        assert "late" in reader
        in_another_process(path, "g = Gallery.open(path); g.remove('late'); g.compact()")
        assert "late" not in reader
        assert len(reader) == 12
        reader.refresh()


def test_what_was_acknowledged_outlives_a_process_that_dies(lasting: Gallery, path: Path) -> None:
    lasting.close()
    die = "import os; g = Gallery.open(path); g.enrol('late'); g.remove('S1'); os._exit(0)"
    for _ in range(2):
        in_another_process(path, die)
        with Gallery.open(path) as gallery:
            assert "late" in gallery
            assert "S1" not in gallery
            gallery.remove("late")
            gallery.enrol("S1")
            assert gallery.verify() == []


def test_reading_changes_nothing_on_the_disk(lasting: Gallery, path: Path, fingers: Fingers) -> None:
    lasting.close()

    def state() -> dict[str, tuple[int, int]]:
        return {str(file): (file.stat().st_size, file.stat().st_mtime_ns) for file in path.rglob("*")}

    before = state()
    with Gallery.open(path, read_only=True) as gallery:
        gallery.search(fingers[0][1])
        gallery.get("S0")
        gallery.stats()
        assert gallery.verify() == []
        assert gallery.read_only
        with pytest.raises(ReadOnlyError):
            gallery.remove("S0")
        with pytest.raises(ReadOnlyError):
            gallery.compact()
        with pytest.raises(ReadOnlyError):
            gallery.enrol("x")
    assert state() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_forked_child_reads_and_does_not_write(lasting: Gallery, path: Path, fingers: Fingers) -> None:
    expected = ids(lasting.search(fingers[2][1]))
    assert of_child(lambda: ids(lasting.search(fingers[2][1], threads=1))) == str(expected)
    assert of_child(lambda: ids(lasting.search(fingers[2][1]))) == str(expected)
    assert of_child(lambda: (len(lasting), lasting.get("S4").id, lasting.read_only)) == "(12, 'S4', True)"
    assert of_child(lambda: ids(Gallery.open(path, read_only=True).search(fingers[2][1]))) == str(expected)
    assert of_child(lambda: lasting.enrol("x")).startswith("ReadOnlyError")
    assert of_child(lambda: lasting.remove("S1")).startswith("ReadOnlyError")
    assert of_child(lasting.compact).startswith("ReadOnlyError")
    assert of_child(lasting.close) == "None"
    lasting.enrol("still the writer")
    assert len(lasting) == 13


def test_a_closed_gallery_says_so(lasting: Gallery, fingers: Fingers) -> None:
    lasting.close()
    lasting.close()
    for use in (lambda: len(lasting), lambda: lasting.search(fingers[0][1]), lasting.compact, lasting.verify):
        with pytest.raises(ValueError, match="the gallery is closed"):
            use()


# Who may see what


def test_what_one_may_not_see_changes_no_answer(fingers: Fingers, path: Path) -> None:
    with Gallery.create(path) as gallery:
        gallery.enrol("open", fingers[0][0])
        expected = gallery.search(fingers[0][1])
        gallery.enrol("theirs", fingers[0][0], owner="DE", visible_to=["BE"], tags=["red"])
        gallery.enrol("nobody's", fingers[0][0], visible_to=[])
        assert gallery.search(fingers[0][1]) == expected
        assert gallery.search(fingers[0][1], viewer="FR") == expected
        assert ids(gallery.search(fingers[0][1], viewer="BE")) == ["open", "theirs"]
        assert ids(gallery.search(fingers[0][1], viewer="DE", tags=["red", "blue"])) == ["theirs"]
        assert ids(gallery.search(fingers[0][1], tags=["red"])) == []
        assert [ids(a) for a in gallery.search_many([fingers[0][1]], viewer="DE", tags={"red"})] == [["theirs"]]


def test_viewers_and_tags_of_profiles() -> None:
    gallery = Gallery.in_memory()
    profile = person("p", (21, 22), (6, 7), (15, 16))
    gallery.enrol("open", dna=profile, tags=["red"])
    gallery.enrol("theirs", dna=profile, owner="DE", visible_to=[])
    assert [c.subject_id for c in gallery.search_dna(profile, RULE)] == ["open"]
    assert [c.subject_id for c in gallery.search_dna(profile, RULE, viewer="DE")] == ["open", "theirs"]
    [answer] = gallery.search_dna_many([profile], RULE, viewer="DE", tags=["red"])
    assert [c.subject_id for c in answer] == ["open"]
    population = "nist1036-cauc"
    relatives = gallery.search_relatives(profile, "parent-child", population)
    assert [c.subject_id for c in relatives] == ["open"]
    relatives = gallery.search_relatives(profile, "parent-child", population, viewer="DE", tags=None)
    assert [c.subject_id for c in relatives] == ["open", "theirs"]
    assert len(gallery.search_relatives(profile, "parent-child", population, tags=["blue"])) == 0


def test_a_gallery_of_another_purpose_is_not_searched_unasked(path: Path, fingers: Fingers) -> None:
    profile = person("p", (21, 22), (6, 7), (15, 16))
    with Gallery.create(path, purpose="missing persons") as gallery:
        gallery.enrol("S0", fingers[0][0], profile)
        probe = fingers[0][1]
        assert ids(gallery.search(probe)) == ids(gallery.search(probe, purposes=["criminal", "missing persons"]))
        with pytest.raises(InvalidValueError, match=r'purposes is \["criminal"\], expected "missing persons"'):
            gallery.search(probe, purposes=["criminal"])
        with pytest.raises(InvalidValueError, match="purposes"):
            gallery.search_many([probe], purposes=[])
        with pytest.raises(InvalidValueError, match="purposes"):
            gallery.search_dna(profile, RULE, purposes=["criminal"])
        with pytest.raises(InvalidValueError, match="purposes"):
            gallery.search_dna_many([profile], RULE, purposes=["criminal"])
        with pytest.raises(InvalidValueError, match="purposes"):
            gallery.search_relatives(profile, "parent-child", "nist1036-cauc", purposes=["criminal"])
    memory = Gallery.in_memory()
    assert memory.purpose == ""
    assert memory.path is None
    assert len(memory.search(fingers[0][1], purposes=["criminal"])) == 0


def test_policies_are_checked(fingers: Fingers) -> None:
    gallery = Gallery.in_memory()
    with pytest.raises(TypeError, match="tags is str, expected an iterable of str"):
        gallery.enrol("A", tags="red")
    with pytest.raises(TypeError, match="visible_to has int"):
        gallery.enrol("A", visible_to=[7])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="purposes is str"):
        gallery.search(fingers[0][1], purposes="criminal")
    with pytest.raises(InvalidValueError, match="owner"):
        gallery.enrol("A", owner="")
    with pytest.raises(InvalidValueError, match="tag"):
        gallery.enrol("A", tags=["a\nb"])
    with pytest.raises(InvalidValueError, match="provenance"):
        gallery.enrol("A", provenance="x" * 5000)
    profile = person("p", (21, 22), (6, 7), (15, 16))
    with pytest.raises(TypeError, match="vewer"):
        gallery.search_relatives(profile, "parent-child", "nist1036-cauc", vewer="DE")  # type: ignore[call-arg]
    assert len(gallery) == 0


# What is wrong


def test_what_is_no_gallery_says_why(path: Path, tmp_path: Path, lasting: Gallery) -> None:
    with pytest.raises(FileError, match="not empty"):
        Gallery.create(path)
    with pytest.raises(InvalidValueError, match="purpose"):
        Gallery.create(tmp_path / "other", purpose="")
    with pytest.raises((NotAGalleryError, FileError)):
        Gallery.open(tmp_path / "nothing here")
    (tmp_path / "folder").mkdir()
    for read_only in (False, True):
        with pytest.raises(NotAGalleryError) as raised:
            Gallery.open(tmp_path / "folder", read_only=read_only)
        assert raised.value.reason in str(raised.value)
        assert raised.value.path
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_gallery_of_another_method_is_prepared_anew_by_a_writer_alone(path: Path, fingers: Fingers) -> None:
    untrained = Model.untrained()
    with Gallery.create(path) as gallery:
        gallery.enrol("S0", fingers[0][0])
        standard = gallery.method
    memory = Gallery.in_memory(model=untrained)
    memory.enrol("S0", fingers[0][0])
    with pytest.raises(NotAGalleryError, match="prepared"):
        Gallery.open(path, read_only=True, model=untrained)
    with Gallery.open(path, model=untrained) as gallery:
        assert gallery.method == memory.method != standard
        assert gallery.search(fingers[0][1]) == memory.search(fingers[0][1])
    with Gallery.open(path) as gallery:
        assert gallery.method == standard
        assert ids(gallery.search(fingers[0][1])) == ["S0"]


def flip(file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 0xFF
    file.write_bytes(content)


def test_damage_is_found_and_what_can_be_read_is_saved(lasting: Gallery, path: Path, fingers: Fingers) -> None:
    lasting.compact()
    assert lasting.verify(progress=lambda done, total: None) == []
    lasting.close()
    [segment] = (path / "segments").iterdir()
    flip(segment, segment.stat().st_size // 2)
    with Gallery.open(path, read_only=True) as reader:
        [finding] = reader.verify()
        assert not finding.is_loss
        assert finding.file == segment.name
        assert finding.what in repr(finding)
        assert finding.to_dict() == {"file": finding.file, "what": finding.what, "is_loss": False}
        assert ids(reader.search(fingers[2][1], limit=1)) == ["S2"], "it is made again from the records"

    records = path / "records.redb"
    content = bytearray(records.read_bytes())
    for at in range(4096, len(content), 4096):
        content[at : at + 64] = bytes(64)
    records.write_bytes(content)
    with pytest.raises(DamagedError) as raised:
        Gallery.open(path)
    assert "records.redb" in raised.value.path
    report = Gallery.recover(path)
    assert report.saved + len(report.lost) + report.unaccounted >= 0
    assert (path / report.damaged_file).exists()
    assert report.purpose == "criminal"
    assert set(report.to_dict()) == {
        "saved",
        "lost",
        "unaccounted",
        "found_by_search",
        "removals_unknown",
        "purpose",
        "damaged_file",
    }
    assert "saved" in repr(report)
    with Gallery.open(path) as gallery:
        assert len(gallery) == report.saved


def test_an_index_is_made_or_refused_with_what_it_takes_and_searched_or_scanned(
    lasting: Gallery, fingers: Fingers
) -> None:
    lasting.compact()
    probe = fingers[5][1]
    try:
        made = lasting.build_index(cells=16)
    except InvalidValueError as error:
        assert "built with the feature faiss" in str(error)  # noqa: PT017
        made = None
    answer = lasting.search(probe, mode="indexed")
    assert answer.mode == ("fast" if made is None else "indexed")
    assert list(answer) == list(lasting.search(probe))
    assert answer.cascade is not None
    used = answer.cascade["index"]
    assert used["looked_up"] + used["scanned"] == 12
    if made is not None:
        assert (made["prints"], made["outside"], made["cells"]) == (12, 0, 16)
    with pytest.raises(InvalidValueError, match=r"index: cells is 17, expected a multiple of 16"):
        lasting.build_index(cells=17)
    with pytest.raises(InvalidValueError, match="index: cells is 0"):
        lasting.build_index(cells=-1)
    in_memory = Gallery.in_memory()
    with pytest.raises(InvalidValueError):
        in_memory.build_index()
