"""All against all: who is in a gallery twice, by prints and by DNA, from Python and from the command line."""

import csv
import importlib.util
import json
import pickle
import threading
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command import Capture, json_of
from matcher import Gallery, InvalidValueError, Links, simulate
from matcher.cli.app import run
from matcher.dna import Profile, ProfileTable
from matcher.fingerprint import DECISION_THRESHOLD, Template, score_matrix


@pytest.fixture(scope="module")
def prints() -> list[list[Template]]:
    return [list(finger) for finger in simulate.fingers(12, impressions=2, seed=21)]


def fill(gallery: Gallery, prints: list[list[Template]]) -> Gallery:
    """Twelve subjects, of whom three are there again under an alias, and one without prints."""
    for k, (first, second) in enumerate(prints):
        gallery.enrol(f"S{k:02}", [first])
        if k % 5 == 0:
            gallery.enrol(f"alias {k:02}", [second], visible_to=["BE"] if k == 10 else None)
    gallery.enrol("nobody", [])
    return gallery


@pytest.fixture
def gallery(prints: list[list[Template]]) -> Gallery:
    return fill(Gallery.in_memory(), prints)


@pytest.fixture(scope="module")
def people() -> list[Profile]:
    return list(simulate.profiles(30, "nist1036-cauc", seed=4))


def test_who_is_there_twice_is_found(gallery: Gallery, prints: list[list[Template]]) -> None:
    links = gallery.find_duplicates()
    assert isinstance(links, Links)
    assert links.clusters() == [["S00", "alias 00"], ["S05", "alias 05"]]
    assert (links.kind, links.score_kind, links.mode) == ("fingerprint", "comparison", "fast")
    assert (links.searched, links.not_comparable, links.not_searched) == (14, 1, 0)
    assert (links.pairs, links.pairs_searched, links.complete) == (91, 91, True)
    assert links.stages is not None
    assert links.stages["prints"] == 91
    scores = score_matrix([p[0] for p in prints], [p[1] for p in prints])
    expected = {("S00", "alias 00", scores[0, 0]), ("S05", "alias 05", scores[5, 5])}
    assert set(links.edges) == expected
    assert [link.score for link in links] == sorted((score for *_, score in expected), reverse=True)
    assert (links[0].agreeing, links[0].records) == (1, (0, 0))
    assert links[-1].b == links.edges[-1][1]
    with pytest.raises(IndexError):
        links[2]
    exhaustive = gallery.find_duplicates(mode="exhaustive")
    assert (exhaustive.edges, exhaustive.stages, exhaustive.mode) == (links.edges, None, "exhaustive")


def test_an_answer_is_that_of_what_may_be_seen(gallery: Gallery) -> None:
    seen = gallery.find_duplicates(viewer="BE")
    assert [link.b for link in seen if link.a == "S10"] == ["alias 10"]
    assert gallery.find_duplicates(viewer="BE", exclude=["alias 10"]) == gallery.find_duplicates()
    assert gallery.find_duplicates(tags=["red"]).pairs == 0
    assert len(gallery.find_duplicates(limit=1)) == 1
    assert gallery.find_duplicates(limit=1).found == 2
    assert gallery.find_duplicates(min_score=1e6).found == 0


def test_links_are_values(gallery: Gallery) -> None:
    links = gallery.find_duplicates()
    assert links == gallery.find_duplicates(threads=1) == pickle.loads(pickle.dumps(links))
    assert links != gallery.find_duplicates(limit=1)
    document = json.loads(json.dumps(links.to_dict()))
    assert document["found"] == 2
    assert document["links"][0]["records"] == [0, 0]
    assert repr(links).startswith("<Links: 2 found, 2 listed; 14 searched")
    assert repr(links[0]).startswith("<Link ")


def test_links_become_tables_and_graphs(gallery: Gallery, tmp_path: Path) -> None:
    links = gallery.find_duplicates()
    names = ["a", "b", "score", "agreeing", "record_a", "record_b"]
    for library, method in (("pyarrow", "to_arrow"), ("pandas", "to_pandas"), ("polars", "to_polars")):
        if importlib.util.find_spec(library) is None:
            continue
        table = getattr(links, method)()
        assert list(getattr(table, "column_names", table.columns)) == names
        assert len(table) == 2
    links.to_csv(tmp_path / "links.csv")
    with (tmp_path / "links.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["a"], row["b"], float(row["score"])) for row in rows] == links.edges
    links.to_graphml(tmp_path / "links.graphml")
    root = ElementTree.parse(tmp_path / "links.graphml").getroot()
    names_of = {"g": "http://graphml.graphdrawing.org/xmlns"}
    assert len(root.findall(".//g:node", names_of)) == 4
    assert len(root.findall(".//g:edge", names_of)) == 2
    with pytest.raises(OSError, match="no such folder"):
        links.to_csv(tmp_path / "no such folder" / "links.csv")


def test_work_that_was_stopped_goes_on(gallery: Gallery, tmp_path: Path) -> None:
    path, expected = tmp_path / "checkpoint", gallery.find_duplicates()
    event = threading.Event()
    event.set()
    stopped = gallery.find_duplicates(checkpoint=path, cancel=event)
    assert (stopped.complete, stopped.not_searched, stopped.pairs_searched) == (False, 14, 0)
    assert not gallery.find_duplicates(checkpoint=path, deadline=0).complete
    told: list[tuple[int, int]] = []
    assert gallery.find_duplicates(checkpoint=path, progress=lambda *of: told.append(of)) == expected
    assert told[-1] == (91, 91)
    assert gallery.find_duplicates(checkpoint=path) == expected
    content = path.read_bytes()
    assert b"alias" not in content
    path.write_bytes(content[:-1])
    assert gallery.find_duplicates(checkpoint=path) == expected
    with pytest.raises(InvalidValueError, match="min_score is default, expected 50"):
        gallery.find_duplicates(checkpoint=path, min_score=50)
    gallery.enrol("late", [])
    assert gallery.find_duplicates(checkpoint=path).found == 2  # who cannot be compared changes no work
    gallery.remove("S07")
    with pytest.raises(InvalidValueError, match="gallery is 14 subjects") as raised:
        gallery.find_duplicates(checkpoint=path)
    assert raised.value.field == "gallery"


def test_a_gallery_that_lasts_answers_the_same(gallery: Gallery, prints: list[list[Template]], tmp_path: Path) -> None:
    with fill(Gallery.create(tmp_path / "bureau"), prints) as lasting:
        assert lasting.find_duplicates() == gallery.find_duplicates()
        checkpoint = tmp_path / "checkpoint"
        lasting.find_duplicates(checkpoint=checkpoint)
        lasting.compact()
        assert lasting.find_duplicates(checkpoint=checkpoint) == gallery.find_duplicates(checkpoint=checkpoint)
    with pytest.raises(ValueError, match="closed"):
        lasting.find_duplicates()


def test_cases_are_linked_by_dna(people: list[Profile]) -> None:
    gallery = Gallery.in_memory()
    for k, profile in enumerate(people):
        gallery.enrol(f"case {k:02}", dna=[profile])
    gallery.enrol("series", dna=[people[3], Profile("again", people[20].loci)])
    links = gallery.find_duplicates("dna", rule="codis_moderate")
    assert links.clusters() == [["case 03", "case 20", "series"]]
    assert (links.kind, links.score_kind, links.mode) == ("dna", "agreeing_loci", "exhaustive")
    assert {(link.a, link.records) for link in links} == {("case 03", (0, 0)), ("case 20", (0, 1))}
    assert all(link.score == link.agreeing for link in links)
    table = ProfileTable([*people, people[3]])
    assert table.find_duplicates("codis_moderate").records == [(3, 30)]


def test_wrong_arguments_are_named(gallery: Gallery) -> None:
    for keywords, field in [
        ({"kind": "iris"}, "kind"),
        ({"kind": "dna"}, "rule"),
        ({"rule": "codis_moderate"}, "rule"),
        ({"mode": "slow"}, "mode"),
        ({"position": "left"}, "position"),
        ({"limit": -1}, "limit"),
        ({"deadline": -1.0}, "deadline"),
        ({"threads": 0}, "threads"),
        ({"min_score": float("nan")}, "min_score"),
    ]:
        with pytest.raises(InvalidValueError) as raised:
            gallery.find_duplicates(**keywords)  # type: ignore[arg-type]
        assert raised.value.field == field


@pytest.fixture
def folder_of_gallery(prints: list[list[Template]], people: list[Profile], tmp_path: Path) -> Path:
    path = tmp_path / "bureau"
    with fill(Gallery.create(path), prints) as gallery:
        gallery.enrol("case 1", dna=[people[0]])
        gallery.enrol("case 2", dna=[people[0]])
    return path


def test_the_command_finds_them(folder_of_gallery: Path, tmp_path: Path, capfd: Capture) -> None:
    out, checkpoint = tmp_path / "links.graphml", tmp_path / "checkpoint"
    code, document = json_of(capfd, "duplicates", folder_of_gallery, "--out", out, "--checkpoint", checkpoint)
    assert (code, document["command"], document["found"]) == (0, "duplicates", 2)
    assert document["clusters"] == [["S00", "alias 00"], ["S05", "alias 05"]]
    assert all(link["score"] >= DECISION_THRESHOLD for link in document["links"])
    assert out.read_text(encoding="utf-8").startswith("<?xml")
    assert checkpoint.exists()
    again = json_of(capfd, "duplicates", folder_of_gallery, "--checkpoint", checkpoint)[1]
    assert again["links"] == document["links"]
    code, document = json_of(capfd, "duplicates", folder_of_gallery, "--kind", "dna", "--rule", "high")
    assert (code, document["clusters"]) == (0, [["case 1", "case 2"]])
    assert json_of(capfd, "duplicates", folder_of_gallery, "--min-score", 1e6)[0] == 1
    assert json_of(capfd, "duplicates", folder_of_gallery, "--deadline", 0)[0] == 3
    assert json_of(capfd, "duplicates", folder_of_gallery, "--tag", "red")[0] == 1


def test_the_command_says_what_is_wrong(folder_of_gallery: Path, tmp_path: Path) -> None:
    for arguments in (["--kind", "dna"], ["--rule", "high"], ["--min-score", "nan"], ["--kind", "iris"]):
        assert run(["duplicates", str(folder_of_gallery), *arguments]) == 2
    assert run(["duplicates", str(tmp_path), "--kind", "dna", "--rule", "high"]) == 2


def test_people_read_tables(folder_of_gallery: Path, tmp_path: Path, capfd: Capture) -> None:
    assert run(["duplicates", str(folder_of_gallery), "--out", str(tmp_path / "links.csv")]) == 0
    text = capfd.readouterr().out
    assert "alias 05" in text
    assert "91 of 91 pairs" in text
    assert "links.csv" in text


def test_a_folder_of_files_is_compared_too(folder: Path, capfd: Capture) -> None:
    code, document = json_of(capfd, "duplicates", folder)
    assert code == 0
    assert ["103_1", "103_2"] in document["clusters"]
