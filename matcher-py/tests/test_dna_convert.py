"""`matcher dna convert`: files of profiles and of frequencies in another format, and what is lost on the way."""

from pathlib import Path

import pytest
from command import Capture, json_of
from matcher.cli.app import run
from matcher.cli.dna.convert import _losses
from matcher.dna import Frequencies, Profile, read_profiles
from matcher.errors import InvalidValueError

TESTDATA = Path(__file__).parents[2] / "testdata" / "dna"
EVIDENCE = b"SampleName,Marker,Allele1,Allele2,Height1,Height2\nstain,TH01,6,9.3,340,905\nstain,FGA,20,,95,\n"


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    path = tmp_path / "evidence.csv"
    path.write_bytes(EVIDENCE)
    return path


def test_from_a_table_to_cmf_and_back(evidence: Path, tmp_path: Path, capfd: Capture) -> None:
    cmf = tmp_path / "out.xml"
    code, document = json_of(capfd, "dna", "convert", evidence, cmf, "--submission", "source_lab=LAB-7")
    assert code == 0
    assert document["b"] == {"path": str(cmf), "format": "codis-cmf", "profiles": 1}
    lost = {loss["what"].split(",")[0]: loss["first"] for loss in document["lost"]}
    assert lost == {"heights of peaks are lost": "stain", "the format needs a category": "stain"}
    assert "<SOURCELAB>LAB-7</SOURCELAB>" in cmf.read_text()
    [written] = read_profiles(cmf, "codis-cmf")
    assert (written.loci, written.category) == ({"FGA": ("20", "-"), "TH01": ("6", "9.3")}, "Other")

    back = tmp_path / "back.csv"
    code, document = json_of(capfd, "dna", "convert", cmf, back, "--to", "EuroForMix")
    assert (code, document["b"]["format"], document["lost"]) == (0, "long-table", [])
    assert "comments" in document["not_read"][0]
    assert read_profiles(back) == [written]


@pytest.mark.parametrize("name", ["profiles.xml", "peaks.txt", "evidence.csv", "references.csv"])
def test_a_long_table_loses_nothing(name: str, tmp_path: Path, capfd: Capture) -> None:
    target = tmp_path / "out.csv"
    code, document = json_of(capfd, "dna", "convert", TESTDATA / name, target)
    assert (code, document["lost"]) == (0, [])
    assert read_profiles(target) == read_profiles(TESTDATA / name)


def test_people_are_told_what_is_lost(evidence: Path, tmp_path: Path, capfd: Capture) -> None:
    target = tmp_path / "out.csv"
    assert run(["dna", "convert", str(evidence), str(target), "--to", "wide-table"]) == 0
    shown = capfd.readouterr()
    assert "1 profile as wide-table" in shown.out
    assert "warning: heights of peaks are lost: 1 profile, the first is stain" in shown.err
    assert "note: not read, and so not in" in shown.err
    assert target.read_bytes() == b"id,FGA_1,FGA_2,TH01_1,TH01_2\nstain,20,,6,9.3\n"


def test_what_euroformix_takes_for_an_allele_is_told(tmp_path: Path, capfd: Capture) -> None:
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(b"id,TH01_1,TH01_2,FGA_1,FGA_2\na,6,,20,21\nb,OL,7,20,21\n")
    arguments = ("dna", "convert", source, target, "--to", "euroformix")
    code, document = json_of(capfd, *arguments)
    assert (code, document["taken_for_seen"]) == (0, ["b"])  # of an unknown second allele nothing is written
    assert run([*map(str, arguments), "--force"]) == 0
    assert (
        "EuroForMix takes -, * and OL for alleles that were seen: 1 profile, the first is b" in capfd.readouterr().err
    )
    assert json_of(capfd, "dna", "convert", source, tmp_path / "c.csv")[1]["taken_for_seen"] == []


def test_nothing_is_written_over(evidence: Path, tmp_path: Path, capfd: Capture) -> None:
    target = tmp_path / "out.csv"
    target.write_text("precious")
    code, document = json_of(capfd, "dna", "convert", evidence, target)
    assert code == 2
    assert "--force replaces it" in document["error"]["message"]
    assert target.read_text() == "precious"
    assert json_of(capfd, "dna", "convert", evidence, target, "--force")[0] == 0
    assert target.read_bytes() == EVIDENCE.replace(b"stain,TH01,6,9.3,340,905\nstain,FGA,20,,95,\n", b"") + (
        b"stain,FGA,20,,95,\nstain,TH01,6,9.3,340,905\n"
    )
    for path, said in ((evidence, "is the file that is read"), (tmp_path, "is a folder")):
        code, document = json_of(capfd, "dna", "convert", evidence, path, "--force")
        assert code == 2
        assert said in document["error"]["message"]
    assert evidence.read_bytes() == EVIDENCE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence.csv", "out.csv"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("out.txt",), "extension of B is '.txt', expected one of .xml, .csv, or --to"),
        (("out.csv", "--to", "genemapper"), "--to is 'genemapper', expected one of codis-cmf"),
        (("out.csv", "--to", "strmix"), "--to is 'strmix', expected one of codis-cmf"),
        (("out.csv", "--submission", "source_lab=x"), "expected codis-cmf, which alone states a submission"),
        (("out.xml", "--submission", "source_lab"), "--submission is 'source_lab', expected FIELD=TEXT"),
        (("out.xml", "--submission", "lab=x"), 'field is "lab", expected destination_ori'),
        (("out.xml", "--submission", "date_time=2024-02-30T00:00:00"), "SUBMITDATETIME is"),
        (("out.csv", "--population", "x"), "--population is 'x', expected none with profiles"),
        (("out.csv", "--profile", "nobody"), "profile is 'nobody', expected one of stain"),
        (("out.csv", "--frequencies", "--to", "codis-cmf"), "--to is 'codis-cmf', expected one of euroformix, strmix"),
        (("out.csv", "--frequencies", "--profile", "a"), "--profile is 'a', expected none with --frequencies"),
        (("none/out.csv",), "none/out.csv: No such file or directory"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(
    evidence: Path, tmp_path: Path, capfd: Capture, arguments: tuple[str, ...], said: str
) -> None:
    code, document = json_of(capfd, "dna", "convert", evidence, tmp_path / arguments[0], *arguments[1:])
    assert code == 2
    assert said in document["error"]["message"]
    assert [path.name for path in tmp_path.iterdir()] == ["evidence.csv"]


def test_what_comes_back_as_something_else_is_not_written() -> None:
    profile = Profile("a", {"TH01": (6, 7)}, category="Arrestee")
    for after in (
        [],
        [profile, profile],
        [Profile("b", {"TH01": (6, 7)}, category="Arrestee")],
        [Profile("a", {"TH01": (6, 8)}, category="Arrestee")],
        [Profile("a", {"TH01": (6, 7)}, category="Staff")],
        [Profile("a", {"TH01": (6, 7)}, kind="mixture", category="Arrestee")],
    ):
        with pytest.raises(InvalidValueError, match="nothing is written"):
            _losses([profile], after)
    assert _losses([profile], [profile]) == []


def test_two_people_with_one_id_are_no_sample(tmp_path: Path, capfd: Capture) -> None:
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(b"id,TH01_1,TH01_2\na,6,7\na,8,9\n")
    code, document = json_of(capfd, "dna", "convert", source, target)
    assert code == 2
    assert "each id once in a long table" in document["error"]["message"]
    assert not target.exists()


def test_a_profile_that_is_not_read_is_told(tmp_path: Path, capfd: Capture) -> None:
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(b"id,TH01_1,TH01_2\na,6,9.3.1\nb,8,9\n")
    code, document = json_of(capfd, "dna", "convert", source, target)
    assert (code, document["b"]["profiles"]) == (3, 1)
    assert [profile.id for profile in read_profiles(target)] == ["b"]


def test_frequencies_for_other_programs(tmp_path: Path, capfd: Capture) -> None:
    source = tmp_path / "population.csv"
    source.write_bytes(b"Allele;TH01;FGA\n9,3;0,35;\n20;;0,1\nN;400;402\n")
    target = tmp_path / "out.csv"
    code, document = json_of(capfd, "dna", "convert", source, target, "--frequencies")
    assert (code, document["a"]["loci"], len(document["lost"])) == (0, 2, 1)
    assert "sample size is known at 2 loci" in document["lost"][0]
    assert target.read_bytes() == b"Allele,FGA,TH01\n9.3,,0.35\n20,0.1,\n"
    arguments = ("dna", "convert", source, target, "--frequencies", "--to", "strmix", "--force")
    assert json_of(capfd, *arguments)[1]["lost"] == []
    assert Frequencies.read(target).counted("FGA") == 402
    assert run([str(argument) for argument in arguments]) == 0
    assert "frequencies at 2 loci for strmix" in capfd.readouterr().out
    several = tmp_path / "several.json"
    several.write_text('{"us": {"TH01": {"6": 1}}, "uk": {"TH01": {"7": 1}}}')
    code, document = json_of(capfd, "dna", "convert", several, target, "--frequencies", "--force")
    assert (code, "expected one of: uk, us" in document["error"]["message"]) == (2, True)
    code, _ = json_of(capfd, "dna", "convert", several, target, "--frequencies", "--force", "--population", "uk")
    assert (code, target.read_bytes()) == (0, b"Allele,TH01\n7,1.0\n")
