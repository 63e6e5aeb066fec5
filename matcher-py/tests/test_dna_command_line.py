"""`matcher dna ...`: exit codes, JSON that is nothing but JSON, and words for people."""

import json
from pathlib import Path

import pytest
from command import Capture, json_of
from dna_examples import PERSON
from matcher import simulate
from matcher.cli.app import run
from matcher.dna import Profile, Rule, write_profiles


@pytest.fixture
def people() -> list[Profile]:
    return list(simulate.profiles(50, "nist1036-cauc", seed=4))


@pytest.fixture
def database(tmp_path: Path, people: list[Profile]) -> Path:
    path = tmp_path / "database.csv"
    write_profiles(people, path)
    return path


@pytest.fixture
def probe(tmp_path: Path, people: list[Profile]) -> Path:
    """Person 12, who has lost an allele, under another id."""
    path = tmp_path / "probe.csv"
    loci = dict(people[12].loci)
    loci["FGA"] = (loci["FGA"][0], "-")
    write_profiles(Profile("trace", loci), path)
    return path


def test_search_finds(database: Path, probe: Path, people: list[Profile], capfd: Capture) -> None:
    arguments = ("dna", "search", database, probe, "--frequencies", "nist1036-cauc")
    code, document = json_of(capfd, *arguments)
    assert code == 0
    assert document["complete"] is True
    assert document["database"]["profiles"] == 50
    assert document["rule"]["name"] == "codis_moderate"
    [search] = document["searches"]
    assert search["probe"]["id"] == "trace"
    assert search["searched"] == 50
    [candidate] = search["candidates"]
    assert candidate["profile_id"] == people[12].id
    assert candidate["score"] == 29
    assert candidate["log10_rmp"] < -25
    assert candidate["loci"]["FGA"] == "agrees"

    assert run([str(argument) for argument in arguments] + ["--evidence"]) == 0
    shown = capfd.readouterr()
    assert people[12].id in shown.out
    assert "Verdict" in shown.out
    assert shown.err == ""


def test_search_does_not_find(database: Path, probe: Path, people: list[Profile], capfd: Capture) -> None:
    code, document = json_of(capfd, "dna", "search", database, probe, "--exclude", people[12].id)
    assert code == 1
    assert document["searches"][0]["candidates"] == []
    assert document["searches"][0]["searched"] == 49
    assert run(["dna", "search", str(database), str(probe), "--exclude", people[12].id]) == 1
    assert "No profile agrees." in capfd.readouterr().out


def test_search_with_several_probes(database: Path, people: list[Profile], tmp_path: Path, capfd: Capture) -> None:
    path = tmp_path / "probes.csv"
    write_profiles([Profile("one", people[1].loci), Profile("nobody", PERSON), Profile("y", {"DYS391": (10,)})], path)
    code, document = json_of(capfd, "dna", "search", database, path, "--limit", 1)
    assert code == 0
    one, nobody, y = document["searches"]
    assert [candidate["profile_id"] for candidate in one["candidates"]] == [people[1].id]
    assert (nobody["candidates"], nobody["not_comparable"]) == ([], 50)
    assert y["reason"]
    assert json_of(capfd, "dna", "search", database, path, "--profile", "nobody")[0] == 4
    assert json_of(capfd, "dna", "search", database, path, "--profile", "y")[0] == 4
    assert run(["dna", "search", str(database), str(path), "--profile", "y"]) == 4
    assert "not comparable" in capfd.readouterr().err
    code, document = json_of(capfd, "dna", "search", database, path, "--profile", "two")
    assert (code, document["error"]["field"]) == (2, "profile")


def test_a_probe_that_is_in_the_database_is_said(database: Path, capfd: Capture) -> None:
    assert run(["dna", "search", str(database), str(database), "--profile", "P0000003"]) == 0
    assert "the database has a profile P0000003 too; --exclude P0000003 leaves it out" in capfd.readouterr().err


def test_what_was_not_read_was_not_searched(database: Path, probe: Path, capfd: Capture) -> None:
    text = database.read_text().splitlines()
    text[5] = text[5].replace(",", ",9.3.1.1,", 1).rsplit(",", 1)[0]
    database.write_text("\n".join(text) + "\n")
    code, document = json_of(capfd, "dna", "search", database, probe)
    assert (code, document["complete"]) == (3, False)
    assert document["searches"][0]["candidates"]
    assert "not read" in str(document["database"]["diagnostics"])
    assert json_of(capfd, "dna", "search", database, probe, "--skip-unreadable")[0] == 0
    assert json_of(capfd, "dna", "info", database)[0] == 3


def test_a_folder_as_a_database(tmp_path: Path, probe: Path, people: list[Profile], capfd: Capture) -> None:
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    write_profiles(people[:20], folder / "a.csv")
    write_profiles(people[10:20], folder / "below" / "b.xml", "codis-cmf")
    (folder / "notes.md").write_text("nothing")
    code, document = json_of(capfd, "dna", "search", folder, probe)
    assert code == 0
    assert [c["profile_id"] for c in document["searches"][0]["candidates"]] == [people[12].id] * 2
    assert sorted(document["database"]["formats"].values()) == ["codis-cmf", "wide-table"]
    (folder / "broken.csv").write_bytes(b"GIF89a")
    code, document = json_of(capfd, "dna", "search", folder, probe)
    assert code == 3
    assert document["database"]["unreadable"][0]["file"].endswith("broken.csv")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert json_of(capfd, "dna", "search", empty, probe)[0] == 2


def test_deadline(database: Path, probe: Path, capfd: Capture) -> None:
    code, document = json_of(capfd, "dna", "search", database, probe, "--deadline", 0)
    assert (code, document["searches"][0]["not_searched"]) == (3, 50)


def test_rules_from_files(database: Path, probe: Path, tmp_path: Path, capfd: Capture) -> None:
    path = tmp_path / "rule.toml"
    path.write_text(Rule("high", min_loci=29, name="all of them").to_toml())
    code, document = json_of(capfd, "dna", "search", database, probe, "--rule", path)
    assert (code, document["rule"]["name"]) == (1, "all of them")
    code, document = json_of(capfd, "dna", "search", database, probe, "--rule", "strict")
    assert (code, document["error"]["field"]) == (2, "rule")


def test_frequencies_from_files(database: Path, probe: Path, tmp_path: Path, capfd: Capture) -> None:
    path = tmp_path / "lab.csv"
    path.write_text("Allele,TH01\n6,0.2\n9.3,0.8\n")
    arguments = ("dna", "search", database, probe, "--frequencies", path)
    assert json_of(capfd, *arguments)[0] == 2  # 5/2N needs the size of the sample
    code, document = json_of(capfd, *arguments, "--rare", "0.01")
    assert code == 0
    assert document["options"]["frequencies"] == "lab"
    assert json_of(capfd, "dna", "search", database, probe, "--frequencies", "mars")[0] == 2


def test_wrong_input(database: Path, probe: Path, tmp_path: Path, capfd: Capture) -> None:
    for arguments in (
        ("dna", "search", database, tmp_path / "none.csv"),
        ("dna", "search", tmp_path / "none.csv", probe),
        ("dna", "search", database, probe, "--exclude", "nobody"),
        ("dna", "search", database, probe, "--category", "nobody"),
        ("dna", "search", database, probe, "--theta", "2", "--frequencies", "nist1036"),
        ("dna", "search", database),
        ("dna", "find"),
        ("dna", "compare", probe, probe, "--a", "nobody"),
        ("dna", "info", tmp_path / "none.csv"),
    ):
        code, document = json_of(capfd, *arguments)
        assert code == 2, arguments
        assert document["error"]["message"]


def test_compare(database: Path, probe: Path, people: list[Profile], capfd: Capture) -> None:
    code, document = json_of(capfd, "dna", "compare", probe, database)
    assert code == 0
    assert document["b"]["id"] == people[12].id
    assert len(document["compared"]) == 50
    assert document["matches"] == 29
    at = {row["locus"]: row for row in document["loci"]}
    assert at["FGA"]["verdict"] == "agrees"
    assert at["FGA"]["a"][1] == "-"
    assert at["TH01"]["a"] == at["TH01"]["b"] == list(people[12].loci["TH01"])

    assert run(["dna", "compare", str(probe), str(database), "--b", people[12].id]) == 0
    shown = capfd.readouterr()
    assert "hit: the rule is met" in shown.out
    assert "Penta E" in shown.out
    assert run(["dna", "compare", str(probe), str(database), "--b", people[3].id]) == 1
    assert "no hit" in capfd.readouterr().out
    assert json_of(capfd, "dna", "compare", probe, database, "--rule", "y_haplotype")[0] == 4


def test_compare_mixtures_with_victims(tmp_path: Path, capfd: Capture) -> None:
    rule = tmp_path / "rule.toml"
    rule.write_text(Rule("moderate", min_loci=1, mixtures="victim_containment").to_toml())
    paths = {}
    for name, alleles, kind in [("a", (20, 21, 22), "mixture"), ("b", (22, 23), "mixture"), ("va", (20, 21), "single")]:
        paths[name] = tmp_path / f"{name}.csv"
        write_profiles(Profile(name, {"FGA": alleles}, kind=kind), paths[name])  # type: ignore[arg-type]
    victim_b = tmp_path / "vb.csv"
    write_profiles(Profile("vb", {"FGA": (23, 23)}), victim_b)
    arguments = ("dna", "compare", paths["a"], paths["b"], "--rule", rule)
    assert json_of(capfd, *arguments)[0] == 1
    assert json_of(capfd, *arguments, "--victim-a", paths["va"], "--victim-b", victim_b)[0] == 0


def test_info(database: Path, people: list[Profile], capfd: Capture) -> None:
    code, document = json_of(capfd, "dna", "info", database)
    assert code == 0
    assert (document["profiles"], document["partial"], document["kinds"]) == (50, 0, {"single": 50})
    assert len(document["loci"]) == 29
    assert document["formats"] == {str(database): "wide-table"}
    assert run(["dna", "info", str(database)]) == 0
    out = capfd.readouterr().out
    assert "Profiles" in out
    assert "wide-table" in out


def test_json_may_stand_first_and_help_is_there(database: Path, capfd: Capture) -> None:
    assert run(["--json", "dna", "info", str(database)]) == 0
    assert json.loads(capfd.readouterr().out)["command"] == "dna info"
    assert run(["dna", "search", "--help"]) == 0
    assert "DATABASE" in capfd.readouterr().out


def test_control_characters_of_a_file_never_reach_the_terminal(tmp_path: Path, capfd: Capture) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(b"id,TH01_1,TH01_2\n\x1b[31mred,6,7\nb,6,9.3\n")
    assert run(["dna", "info", str(path)]) in (0, 3)
    shown = capfd.readouterr()
    assert "\x1b[31m" not in shown.out + shown.err
