"""Files of profiles, read and written."""

import io
import pickle
from pathlib import Path

import pytest
from dna_examples import PERSON, person
from matcher import FileError, MatcherError, UnknownFormatError, dna
from matcher.dna import Profile

TESTDATA = Path(__file__).parents[2] / "testdata" / "dna"
ODD = b"id,TH01_1,TH01_2,FGA_1,FGA_2,shoe size\na,6,9.3.1,20,21,40\nb,7,8,20,,41\n"


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("profiles.xml", "codis-cmf"),
        ("peaks.txt", "genemapper"),
        ("evidence.csv", "long-table"),
        ("references.csv", "wide-table"),
    ],
)
def test_every_format_is_read(name: str, format: str) -> None:
    path = TESTDATA / name
    assert dna.format_of(path) == format
    profiles = dna.read_profiles(path)
    assert len(profiles) >= 2
    assert profiles == dna.read_profiles(str(path)) == dna.read_profiles(path.read_bytes(), format)
    with pytest.raises(MatcherError):
        dna.read_profiles(path, "codis-cmf" if format != "codis-cmf" else "genemapper")


@pytest.mark.parametrize("format", ["codis-cmf", "long-table", "wide-table"])
def test_what_is_written_is_read_again(format: str, tmp_path: Path) -> None:
    profiles = [
        Profile("a", {**PERSON, "FGA": (21, None)}, category="Arrestee"),
        Profile("b", {"TH01": (6, 7, 8), "FGA": (20, 21, 22)}, kind="mixture", category="Forensic Mixture"),
    ]
    target = tmp_path / "profiles"
    dna.write_profiles(profiles, target, format)
    back = dna.read_profiles(target)
    assert [(p.id, p.kind, p.category, p.loci) for p in back] == [(p.id, p.kind, p.category, p.loci) for p in profiles]
    stream = io.BytesIO()
    dna.write_profiles(iter(profiles), stream, format)
    assert stream.getvalue() == target.read_bytes()


def test_heights_of_peaks() -> None:
    [first, *_] = dna.read_profiles(TESTDATA / "evidence.csv")
    assert first.heights["TH01"] == (340.0, 905.0)
    assert first.loci["TH01"] == ("6", "9.3")
    assert pickle.loads(pickle.dumps(first)) == first
    assert Profile.from_dict(first.to_dict()) == first
    assert person().heights == {}


def test_one_bad_profile_does_not_lose_its_neighbours() -> None:
    [b] = dna.read_profiles(ODD)
    assert (b.id, b.loci) == ("b", {"FGA": ("20", "-"), "TH01": ("7", "8")})
    assert any(
        "line 2, column 3 (TH01)" in text and text.endswith("(this profile is not read)") for text in b.diagnostics
    )
    assert any("shoe size" in text for text in b.diagnostics)
    assert pickle.loads(pickle.dumps(b)).diagnostics == b.diagnostics
    assert b == Profile("b", {"FGA": (20, None), "TH01": (7, 8)})  # diagnostics do not count
    with pytest.raises(MatcherError, match=r'allele is "9.3.1"'):
        dna.read_profiles(ODD, strict=True)


def test_the_sender_of_a_submission(tmp_path: Path) -> None:
    profile = Profile("a", PERSON, category="Arrestee")
    sender = {"destination_ori": "LAB1", "source_lab": "LAB2", "user_id": "someone", "date_time": "2026-01-02T03:04:05"}
    target = tmp_path / "out.xml"
    target.write_text("old")
    dna.write_profiles(profile, target, "codis-cmf", submission=sender)
    text = target.read_text()
    assert all(value in text for value in sender.values())
    assert [path.name for path in tmp_path.iterdir()] == ["out.xml"]
    with pytest.raises(MatcherError, match='field is "lab"'):
        dna.write_profiles(profile, target, "codis-cmf", submission={"lab": "x"})
    with pytest.raises(MatcherError, match="profile format is wide-table, expected codis-cmf"):
        dna.write_profiles(profile, target, submission=sender)
    with pytest.raises(MatcherError):
        dna.write_profiles(profile, target, "codis-cmf", submission={"date_time": "yesterday"})
    with pytest.raises(FileError):
        dna.write_profiles(profile, tmp_path / "none" / "out.xml", "codis-cmf", submission=sender)
    assert target.read_text() == text


def test_what_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        dna.read_profiles(tmp_path / "none.csv")
    with pytest.raises(UnknownFormatError):
        dna.read_profiles(b"GIF89a")
    with pytest.raises(MatcherError, match='profile format is "csv", expected one of codis-cmf'):
        dna.read_profiles(ODD, "csv")
    with pytest.raises(MatcherError, match="profile format is genemapper"):
        dna.write_profiles(person(), io.BytesIO(), "genemapper")
    with pytest.raises(MatcherError, match="number of profiles is 0"):
        dna.write_profiles([], io.BytesIO())
    with pytest.raises(FileError):
        dna.write_profiles(person(), tmp_path / "none" / "out.csv")
    with pytest.raises(TypeError, match="expected profiles"):
        dna.write_profiles("profile", io.BytesIO())  # type: ignore[arg-type]
    assert set(dna.FORMATS) == {"codis-cmf", "genemapper", "long-table", "wide-table"}


def test_files_of_the_field(dna_data: Path) -> None:
    formats = dna_data / "formats"
    for path, format, least in [
        (formats / "codis_cmf" / "Codis-Single-Profile.xml", "codis-cmf", 1),
        (formats / "euroformix" / "ESX17_refs.csv", "long-table", 2),
        (formats / "codis_cmf" / "database_codis_generated_44.csv", "wide-table", 44),
        (dna_data / "cases" / "db_nist1036_29loci.csv", "wide-table", 1034),
    ]:
        profiles = dna.read_profiles(path)
        assert dna.format_of(path) == format
        assert len(profiles) >= least, path
