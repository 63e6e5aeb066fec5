"""A cluster of processes: the same answers as one gallery, and what is said where a worker is lost, silent or late."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from command import Fingers
from distributed import Client, LocalCluster
from matcher import ClusterError, Gallery, InvalidValueError, simulate
from matcher.distributed import Cluster, ClusterAnswer, split, worker
from matcher.dna import Profile, Rule
from matcher.fingerprint import Model, Template

SHARDS = 3
RULE = Rule("moderate", min_loci=4, max_mismatches=22)


@pytest.fixture(scope="module")
def people() -> Fingers:
    """Sixty people: two fingers each, two impressions of both."""
    fingers = [[at(t, k % 2 + 1) for t in prints] for k, prints in enumerate(simulate.fingers(120, 2, seed=41))]
    return [[a[0], b[0], a[1], b[1]] for a, b in zip(fingers[::2], fingers[1::2], strict=True)]


def at(template: Template, position: int) -> Template:
    m = template.minutiae
    return Template.from_arrays(m["x"], m["y"], m["direction"], kind=m["kind"], finger_position=position)


@pytest.fixture(scope="module")
def profiles() -> list[Profile]:
    return list(simulate.profiles(60, "nist1036", seed=5))


@pytest.fixture(scope="module")
def whole(people: Fingers, profiles: list[Profile]) -> Gallery:
    """All of them in one gallery."""
    gallery = Gallery.in_memory()
    with gallery.batch() as batch:
        for k, (prints, profile) in enumerate(zip(people, profiles, strict=True)):
            seen: dict[str, Any] = {"visible_to": ["DE"]} if k % 10 == 9 else {}
            batch.enrol(f"S{k:02}", prints[:2], profile, tags=["red"] if k % 2 else [], **seen)
    return gallery


@pytest.fixture(scope="module")
def shards(whole: Gallery, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return split(whole, tmp_path_factory.mktemp("cut"), SHARDS)


@pytest.fixture(scope="module")
def local() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=":0") as local:
        yield local


@pytest.fixture(scope="module")
def client(local: LocalCluster) -> Iterator[Client]:
    with Client(local) as client:
        yield client


@pytest.fixture
def cluster(client: Client, shards: list[Path]) -> Iterator[Cluster]:
    client.wait_for_workers(2)
    with Cluster(client, shards) as cluster:
        yield cluster


def without_rows(answer: Any) -> dict[str, Any]:
    """An answer for DNA; the rows of candidates are those of their shards."""
    found: dict[str, Any] = answer.to_dict()
    for candidate in found["candidates"]:
        del candidate["row"]
    return found


def process_of(client: Client, address: str) -> int:
    pid = client.run(os.getpid, workers=[address])[address]
    assert isinstance(pid, int)
    return pid


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Hold a worker's process still, as a machine does that swaps or hangs: no other way makes it as silent."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def meanwhile(work: Callable[[], Any]) -> Callable[[], Any]:
    """Begin work in a thread, and return what waits for what it found."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()

    def wait() -> Any:
        thread.join(60)
        [one] = found
        return one

    return wait


def holder_of(cluster: Cluster, path: Path) -> str:
    [address] = cluster.status()["shards"][str(path)]["workers"]
    assert isinstance(address, str)
    return address


def settled(local: LocalCluster, client: Client, cluster: Cluster, count: int = 2) -> None:
    """Wait until the nanny has replaced what was killed, and the cluster knows it."""
    client.wait_for_workers(count, timeout=60)
    for _ in range(100):
        if len(cluster.status()["workers"]) == count:
            return
        time.sleep(0.1)
    raise AssertionError(cluster.status())


# The same answers


@pytest.mark.parametrize(
    "keywords",
    [
        {},
        {"limit": 3, "min_score": 10.0},
        {"mode": "exhaustive"},
        {"position": "any", "max_rotation": 60.0},
        {"exclude": ["S04"], "viewer": "DE"},
        {"tags": iter(["red"]), "purposes": {"criminal"}},
        {"threads": 2},
    ],
)
def test_an_answer_is_that_of_one_gallery_to_the_bit(
    cluster: Cluster, whole: Gallery, people: Fingers, keywords: dict[str, Any]
) -> None:
    for k in (4, 9):
        for probe in (people[k][2], people[k][2:]):
            keywords = {name: list(v) if name == "tags" else v for name, v in keywords.items()}
            here = {name: value for name, value in keywords.items() if name != "purposes"}
            expected = whole.search(probe, **here)
            answer = cluster.search(probe, **keywords)
            assert answer == expected
            assert pickle.dumps(answer.candidates) == pickle.dumps(expected)
            assert (answer.missing, answer.retried, answer.complete) == ((), (), True)


def test_an_answer_is_used_as_a_list(cluster: Cluster, whole: Gallery, people: Fingers) -> None:
    answer, expected = cluster.search(people[3][2]), whole.search(people[3][2])
    assert (len(answer), answer[0].subject_id, [c.score for c in answer]) == (
        len(expected),
        "S03",
        [c.score for c in expected],
    )
    assert answer[0].evidence().pairs.shape == expected[0].evidence().pairs.shape
    assert (answer.searched, answer.not_comparable, answer.not_searched) == (54, 0, 0)
    assert (answer.mode, answer.cascade, answer.method) == (expected.mode, expected.cascade, expected.method)
    assert answer.to_dict() == {**expected.to_dict(), "missing": [], "retried": []}
    assert answer.to_pandas().equals(expected.to_pandas())
    assert pickle.loads(pickle.dumps(answer)) == answer
    assert "S03" in answer._repr_html_()
    assert repr(answer).startswith("<ClusterAnswer: <CandidateList: ")
    with pytest.raises(AttributeError):
        answer.nothing  # noqa: B018


def test_batches_are_the_single_ones_in_order(cluster: Cluster, whole: Gallery, people: Fingers) -> None:
    probes = [prints[2] for prints in people[:20]] + [prints[2:] for prints in people[:3]]
    told: list[tuple[int, int]] = []
    answers = cluster.search_many(iter(probes), limit=5, progress=lambda done, total: told.append((done, total)))
    assert answers == whole.search_many(probes, limit=5)
    assert told[-1] == (23, 23)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert cluster.search_many([]) == []
    stopped = cluster.search_many(probes[:3], deadline=0)
    assert [(one.complete, one.not_searched >= 54) for one in stopped] == [(False, True)] * 3


def test_dna_is_that_of_one_gallery(cluster: Cluster, whole: Gallery, profiles: list[Profile]) -> None:
    searches: list[dict[str, Any]] = [
        {},
        {"limit": 2, "viewer": "DE", "frequencies": "nist1036", "theta": 0.02},
        {"exclude": ["S07"], "tags": ["red"]},
    ]
    rest: dict[str, Any] = {"missing": [], "retried": []}
    for keywords in searches:
        probes = profiles[5:9]
        expected = [without_rows(one) for one in whole.search_dna_many(probes, RULE, **keywords)]
        many = cluster.search_dna_many(probes, RULE, **keywords)
        assert [without_rows(one) for one in many] == [{**one, **rest} for one in expected]
        assert without_rows(cluster.search_dna(probes[0], RULE, **keywords)) == {**expected[0], **rest}
        assert len(many[0]) > 1
    assert cluster.search_dna_many([], RULE) == []


def test_what_is_wrong_with_a_question_is_said_as_by_a_gallery(cluster: Cluster, people: Fingers) -> None:
    probe = people[0][2]
    wrong: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"mode": "slow"}, InvalidValueError, "mode"),
        ({"limit": -1}, InvalidValueError, "limit"),
        ({"deadline": -1}, InvalidValueError, "deadline is -1"),
        ({"threads": 0}, InvalidValueError, "threads is 0"),
        ({"purposes": ["missing persons"]}, InvalidValueError, "purposes"),
        ({"tags": "red"}, TypeError, "tags is str"),
    ]
    for keywords, kind, words in wrong:
        with pytest.raises(kind, match=words):
            cluster.search(probe, **keywords)
        with pytest.raises(kind, match=words):
            cluster.search_many([probe] * 9, **keywords)
    with pytest.raises(TypeError, match="profile is str"):
        cluster.search_dna("p", RULE)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError):
        cluster.search([])
    assert cluster.search(probe).complete


# What it is made of


def test_shards_come_and_go_while_it_runs(
    cluster: Cluster, whole: Gallery, people: Fingers, shards: list[Path], tmp_path: Path
) -> None:
    searches = meanwhile(lambda: cluster.search_many([prints[2] for prints in people] * 2))
    more = Gallery.in_memory()
    enlarged = Gallery.in_memory()
    for k, (first, second) in enumerate(simulate.fingers(5, 2, seed=97)):
        more.enrol(f"N{k}", first)
        probe = second
    for name in whole.subjects():
        subject = whole.get(name)
        enlarged.enrol(name, subject.fingerprints, visible_to=subject.visible_to)
    for name in more.subjects():
        enlarged.enrol(name, more.get(name).fingerprints)
    [extra] = split(more, tmp_path / "more", 1)
    cluster.add(extra)
    assert cluster.shards == [*map(str, shards), str(extra)]
    assert cluster.search(probe) == enlarged.search(probe)
    cluster.remove(extra)
    assert cluster.search(probe) == whole.search(probe)
    with pytest.raises(ClusterError, match="is not in the cluster"):
        cluster.remove(extra)
    assert [answer.complete for answer in searches()] == [True] * 120
    status = cluster.status()
    assert sorted(path for one in status["workers"].values() for path in one["shards"]) == sorted(map(str, shards))
    assert sum(one["prints"] for one in status["shards"].values()) == 120
    assert {one["lost"] for one in status["shards"].values()} == {None}


def test_what_does_not_belong_together_is_refused(
    cluster: Cluster, client: Client, whole: Gallery, shards: list[Path], people: Fingers, tmp_path: Path
) -> None:
    with pytest.raises(ClusterError, match="in the cluster already"):
        cluster.add(shards[0])
    with pytest.raises(ClusterError, match="named twice"):
        Cluster(client, [shards[0], shards[0]])
    [same] = split(whole, tmp_path / "same", 1)
    with pytest.raises(ClusterError, match=r"same.*has subjects that .*shard-0000 has, too"):
        cluster.add(same)
    few = Gallery.in_memory()
    few.enrol("new", people[0][0])
    [other] = split(few, tmp_path / "other", 1, purpose="missing persons")
    with pytest.raises(ClusterError, match="purpose is missing persons, expected criminal, as in"):
        cluster.add(other)
    untrained = Gallery.in_memory(model=Model.untrained())
    untrained.enrol("new", people[0][0])
    split(untrained, tmp_path / "untrained", 1, model=Model.untrained())
    with pytest.raises(ClusterError, match="prepared"):
        cluster.add(tmp_path / "untrained" / "shard-0000")
    with pytest.raises(ClusterError, match=r"cannot be opened by any worker .*nowhere"):
        cluster.add(tmp_path / "nowhere")
    with pytest.raises(ClusterError, match="expected one that is there"):
        cluster.add(other, workers=["node77"])
    assert cluster.shards == list(map(str, shards))
    with Cluster(client, [tmp_path / "untrained" / "shard-0000"], model=Model.untrained()) as alone:
        assert alone.search(people[0][2])[0].subject_id == "new"
        assert len(alone.search_many([people[0][2]])) == 1
    with Cluster(client) as empty, pytest.raises(ClusterError, match="shards of the cluster is 0"):
        empty.search(people[0][2])


def test_workers_and_clients_that_cannot_be_used_are_refused(
    client: Client, shards: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TypeError, match="client is str"):
        Cluster("tcp://127.0.0.1:8786", shards)
    with pytest.raises(TypeError, match="shards is one path"):
        Cluster(client, str(shards[0]))
    with pytest.raises(InvalidValueError, match="replicas is 0"):
        Cluster(client, shards, replicas=0)
    monkeypatch.setattr(worker, "VERSION", "9.9.9, protocol 1")
    with pytest.raises(ClusterError, match=r"matcher is .*, expected 9.9.9, protocol 1"):
        Cluster(client, shards)
    nobody = LocalCluster(n_workers=0, dashboard_address=":0")
    expected = pytest.raises(ClusterError, match="workers is none, expected 1 or more")
    with nobody, Client(nobody) as lonely, expected:
        Cluster(lonely, shards)


def test_a_closed_cluster_is_closed(client: Client, shards: list[Path], people: Fingers) -> None:
    cluster = Cluster(client, shards, replicas=2)
    assert all(len(one["workers"]) == 2 for one in cluster.status()["shards"].values())
    assert repr(cluster).startswith("<Cluster of 3 shards on 2 workers: 60 subjects, 120 prints, 60 DNA profiles")
    cluster.close()
    cluster.close()
    for use in (cluster.status, lambda: cluster.search(people[0][2]), lambda: cluster.search_many([people[0][2]])):
        with pytest.raises(ValueError, match="closed"):
            use()
    assert repr(cluster) == "<Cluster, closed>"


def test_dask_is_needed_only_for_clusters() -> None:
    def said(code: str) -> str:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert said("import sys, matcher; print([m for m in ('dask', 'distributed') if m in sys.modules])") == "[]"
    without = "import sys; sys.modules['distributed'] = None\ntry:\n import matcher.distributed\n"
    assert "pip install matcher[distributed]" in said(without + "except ImportError as error:\n print(error)")


# When something fails


def test_a_worker_killed_in_the_middle_of_a_search(
    cluster: Cluster, local: LocalCluster, client: Client, whole: Gallery, people: Fingers, shards: list[Path]
) -> None:
    probe = people[6][2]
    held = [path for path in shards if holder_of(cluster, path) == holder_of(cluster, shards[0])]
    pid = process_of(client, holder_of(cluster, shards[0]))
    os.kill(pid, signal.SIGSTOP)
    answer = meanwhile(lambda: cluster.search(probe))
    time.sleep(0.5)
    os.kill(pid, signal.SIGKILL)
    found: ClusterAnswer = answer()
    assert found == whole.search(probe)
    assert found.retried == tuple(map(str, held))
    settled(local, client, cluster)

    pid = process_of(client, holder_of(cluster, shards[0]))
    batch = meanwhile(lambda: cluster.search_many([prints[2] for prints in people]))
    time.sleep(0.3)
    os.kill(pid, signal.SIGKILL)
    assert batch() == whole.search_many([prints[2] for prints in people])
    settled(local, client, cluster)


def test_a_shard_that_only_a_dead_worker_saw_is_missing(
    cluster: Cluster, local: LocalCluster, client: Client, people: Fingers, profiles: list[Profile], shards: list[Path]
) -> None:
    settled(local, client, cluster)
    first, second = sorted(cluster.status()["workers"])
    places: dict[Any, Any] = {shards[0]: [first], shards[1]: [second], shards[2]: None}
    with Cluster(client, places) as split_up:
        assert split_up.search(people[6][2]).complete
        facts = split_up.status()["shards"][str(shards[0])]
        os.kill(process_of(client, first), signal.SIGKILL)
        answer = split_up.search(people[6][2])
        assert [lost.path for lost in answer.missing] == [str(shards[0])]
        assert answer.missing[0].subjects == answer.not_searched == facts["subjects"]
        assert not answer.complete
        assert answer.to_dict()["missing"][0]["reason"]
        assert "shard-0000" in repr(answer)
        assert "shard-0000" in answer._repr_html_()
        found = split_up.search_dna(profiles[3], RULE)
        assert (found.complete, found.not_searched, found.to_dict()["not_searched"]) == (
            False,
            *[facts["profiles"]] * 2,
        )
        for answer in split_up.search_many([prints[2] for prints in people[:20]]):
            assert [lost.path for lost in answer.missing] == [str(shards[0])]
        assert split_up.status()["shards"][str(shards[0])]["lost"]
        split_up.remove(shards[1])
        split_up.remove(shards[2])
        with pytest.raises(ClusterError, match="shards that were searched is 0"):
            split_up.search(people[6][2])
    settled(local, client, cluster)


def test_a_slow_worker_is_left_behind_when_time_is_up(
    cluster: Cluster,
    local: LocalCluster,
    client: Client,
    whole: Gallery,
    people: Fingers,
    profiles: list[Profile],
    shards: list[Path],
) -> None:
    settled(local, client, cluster)
    slow = holder_of(cluster, shards[0])
    held = [str(path) for path in shards if holder_of(cluster, path) == slow]
    places: dict[Any, Any] = {path: [slow] for path in held}
    slow_alone = Cluster(client, places)
    probes = [prints[2] for prints in people[:12]]
    with stopped(process_of(client, slow)):
        began = time.monotonic()
        answer = cluster.search(people[6][2], deadline=4.0)
        assert time.monotonic() - began < 8
        assert [lost.path for lost in answer.missing] == held
        assert "in time" in answer.missing[0].reason
        assert not answer.complete
        assert answer.searched > 0
        many = cluster.search_many(probes, deadline=6.0)
        assert [[lost.path for lost in one.missing] for one in many] == [held] * 12
        for nothing in (
            slow_alone.search(people[6][2], deadline=0.5),
            *slow_alone.search_many(probes[:9], deadline=0.5),
            slow_alone.search_dna(profiles[0], RULE, deadline=0.5),
        ):
            assert (len(nothing), nothing.searched, nothing.complete) == (0, 0, False)
            assert nothing.not_searched == sum(lost.subjects for lost in nothing.missing) > 0
        with pytest.raises(KeyboardInterrupt):
            interrupt_soon(lambda: cluster.search(people[6][2]))
    assert cluster.search(people[6][2], deadline=30.0) == whole.search(people[6][2])


def interrupt_soon(work: Callable[[], Any]) -> None:
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        work()
    finally:
        timer.cancel()


def test_a_silent_worker_is_replaced_after_a_while(
    cluster: Cluster, local: LocalCluster, client: Client, whole: Gallery, people: Fingers, shards: list[Path]
) -> None:
    settled(local, client, cluster)
    with Cluster(client, shards, patience=2.0) as hasty:
        silent = holder_of(hasty, shards[0])
        with stopped(process_of(client, silent)):
            answer = hasty.search(people[8][2])
            assert answer == whole.search(people[8][2])
            assert str(shards[0]) in answer.retried
            assert "no sign of life" in hasty.status()["unusable"][silent]
            assert hasty.search_many([people[8][2]]) == [answer.candidates]
        settled(local, client, hasty)


def test_interrupting_leaves_the_cluster_as_it_was(cluster: Cluster, whole: Gallery, people: Fingers) -> None:
    probes = [prints[2] for prints in people] * 3

    def enough(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cluster.search_many(probes, progress=enough)
    with pytest.raises(KeyboardInterrupt):
        interrupt_soon(lambda: cluster.search_many(probes * 5))
    assert cluster.search_many(probes[:9]) == whole.search_many(probes[:9])


def test_workers_that_come_later_are_used(
    cluster: Cluster, local: LocalCluster, client: Client, whole: Gallery, people: Fingers, shards: list[Path]
) -> None:
    settled(local, client, cluster)
    local.scale(3)
    settled(local, client, cluster, 3)
    assert cluster.search(people[1][2]) == whole.search(people[1][2])
    assert sorted(len(one["shards"]) for one in cluster.status()["workers"].values()) == [1, 1, 1]
    assert cluster.search_many([people[1][2]]) == [whole.search(people[1][2])]
    local.scale(2)
    settled(local, client, cluster)
    assert cluster.search(people[1][2]) == whole.search(people[1][2])
