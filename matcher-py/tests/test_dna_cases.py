"""Cases of kinship from files, and `matcher dna kinship`: exit codes, JSON, words for people."""

import io
import json
from pathlib import Path

import pytest
from command import Capture, json_of
from matcher import FileError, MatcherError, UnknownFormatError, dna
from matcher.cli.app import run
from matcher.cli.dna.kinship import mutation_of
from matcher.dna import Frequencies, Mutation, kinship, read_case, read_pedigrees, write_pedigrees
from matcher.errors import InvalidValueError

CASES = Path(__file__).parents[2] / "testdata" / "cases"
PATERNITY = CASES / "paternity.toml"
PED = "fid iid pat mat sex TH01\nF1 AF 0 0 1 {}\nF1 M 0 0 2 7 7\nF1 C {} M 2 6 7\n"


@pytest.fixture
def pedigrees(tmp_path: Path) -> tuple[Path, Path]:
    """A trio, and the same with another father."""
    trio, other = tmp_path / "trio.ped", tmp_path / "other man.ped"
    trio.write_text(PED.format("6 9.3", "AF"))
    other.write_text(PED.format("6 9.3", "0"))
    return trio, other


def test_a_case_file() -> None:
    case = read_case(PATERNITY)
    assert (case.name, case.format, case.remarks) == ("Is AF the father of C?", "case-file", [])
    assert list(case.hypotheses) == ["father", "unrelated"]
    assert sorted(case.profiles) == ["AF", "C", "M"]
    assert case.frequencies == Frequencies.builtin("nist1036-cauc", rare="5/2N")
    assert (case.theta, case.prune_untyped, case.dropout) == (0.01, False, {})
    male, female = Mutation.stepwise(0.0035, 1e-6), Mutation.stepwise(0.0007, 1e-6)
    assert case.mutation == Mutation.by_sex(male=male, female=female)
    assert case.priors == {"father": 0.5, "unrelated": 0.5}
    assert (case.families, case.post_mortem, case.post_mortem_sex) == ({}, {}, {})
    report = case.kinship()
    assert report == kinship(
        case.hypotheses,
        case.profiles,
        case.frequencies,
        theta=case.theta,
        mutation=case.mutation,
        priors=case.priors,
    )
    assert report.log10_lr > 5
    assert case.kinship(mutation=None, theta=0).mutation is None
    several = case.kinship(
        frequencies=[Frequencies.builtin(f"nist1036-{name}", rare="5/2N") for name in ("cauc", "afam")]
    )
    assert several.populations == ["nist1036-cauc", "nist1036-afam"]
    with pytest.raises(TypeError):
        case.kinship(tetha=0.1)


def test_a_case_of_a_missing_person() -> None:
    case = read_case(CASES / "missing_person.toml")
    pedigree, missing = case.families["F1"]
    assert missing == ["missing man"]
    assert "missing man" in pedigree
    assert sorted(case.post_mortem) == ["V1", "V2"]
    assert case.post_mortem_sex == {"V1": "male", "V2": "male"}


def test_cases_that_state_no_table_ask_for_one() -> None:
    text = PATERNITY.read_text().replace('frequencies = "nist1036-cauc"\n', "").replace('rare = "5/2N"\n', "")
    case = read_case(text.encode())
    assert case.frequencies is None
    with pytest.raises(MatcherError, match="frequencies is none, expected a table"):
        case.kinship()
    assert case.kinship(frequencies="nist1036-cauc").counted == 20


def test_priors_of_a_case_may_be_rounded() -> None:
    text = PATERNITY.read_text().replace("father = 0.5, unrelated = 0.5", "father = 0.333, unrelated = 0.666")
    report = read_case(text.encode()).kinship()
    assert report.prior["father"] == pytest.approx(1 / 3)


def test_wrong_cases_say_what(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        read_case(tmp_path / "none.toml")
    with pytest.raises(UnknownFormatError, match="read it with read_pedigrees"):
        read_case(b"1 A 0 0 1 1\n1 B A 0 2 1\n")
    with pytest.raises(MatcherError, match="case format is"):
        read_case(PATERNITY, format="doc")
    broken = tmp_path / "paternity.toml"
    broken.write_text(PATERNITY.read_text().replace("theta", "tetha"))
    with pytest.raises(MatcherError, match=r"paternity.toml, case, line 5: .*unknown field `tetha`"):
        read_case(broken)
    assert dna.CASE_FORMATS == ("case-file", "familias")


def test_projects_of_familias(dna_data: Path) -> None:
    case = read_case(dna_data / "formats" / "familias" / "paternity.fam")
    assert (case.format, list(case.hypotheses)) == ("familias", ["H1", "H2"])
    assert case.kinship().log10_lr > 2


def test_pedigree_files(pedigrees: tuple[Path, Path]) -> None:
    families, profiles, remarks = read_pedigrees(pedigrees[0])
    assert list(families) == ["F1"]
    assert families["F1"].people[-1] == ("C", "AF", "M", "female")
    assert profiles["AF"].loci == {"TH01": ("6", "9.3")}
    assert remarks == []
    assert read_pedigrees(b"1 A 0 0 1 0 6 7\n", markers=["TH01"])[1]["A"].loci == {"TH01": ("6", "7")}
    with pytest.raises(MatcherError, match='line 1: sex of "A" is "x"'):
        read_pedigrees(b"1 A 0 0 x\n")
    with pytest.raises(FileError):
        read_pedigrees("none.ped")


def test_families_are_written_as_they_were_read(pedigrees: tuple[Path, Path], tmp_path: Path) -> None:
    families, profiles, _ = read_pedigrees(pedigrees[0])
    target = tmp_path / "written.ped"
    write_pedigrees(families, profiles, target)
    assert read_pedigrees(target, strict=True) == (families, profiles, [])
    stream = io.BytesIO()
    write_pedigrees(families, iter(profiles.values()), stream)
    assert stream.getvalue() == target.read_bytes()
    with pytest.raises(InvalidValueError, match="expected one of somebody in the families"):
        write_pedigrees(families, dna.Profile("nobody", {"TH01": (6, 7)}), target)
    with pytest.raises(InvalidValueError, match="expected two alleles, of which one is known"):
        write_pedigrees(families, dna.Profile(next(iter(profiles)), {"TH01": (6, 7, 8)}), target)
    with pytest.raises(FileError):
        write_pedigrees(families, [], tmp_path / "none" / "written.ped")
    assert stream.getvalue() == target.read_bytes()


def test_a_case_is_kept_as_a_case_file(dna_data: Path) -> None:
    case = read_case(dna_data / "formats/familias/paternity.fam")
    again = read_case(case.to_toml().encode())
    assert (again.format, again.remarks) == ("case-file", [])
    assert (again.hypotheses, again.profiles) == (case.hypotheses, case.profiles)
    assert again.frequencies == case.frequencies


def test_the_command(capfd: Capture) -> None:
    code, document = json_of(capfd, "dna", "kinship", PATERNITY)
    assert (code, document["case"]["name"]) == (0, "Is AF the father of C?")
    report = read_case(PATERNITY).kinship()
    assert document["answer"] == report.to_dict()
    assert run(["dna", "kinship", str(PATERNITY)]) == 0
    shown = capfd.readouterr()
    assert str(report) in shown.out
    assert shown.err == ""


def test_options_of_the_command(capfd: Capture) -> None:
    options = (
        "--theta",
        0,
        "--mutation",
        "none",
        "--prune-untyped",
        "--frequencies",
        "nist1036-afam",
        "--rare",
        "0.001",
    )
    code, document = json_of(capfd, "dna", "kinship", PATERNITY, *options)
    answer = document["answer"]
    assert (code, answer["population"], answer["rare"]) == (0, "nist1036-afam", {"fixed": 0.001})
    assert (answer["model"]["theta"], answer["model"]["prune_untyped"]) == (0.0, True)
    assert answer["model"]["mutation"]["default"] is None
    code, document = json_of(capfd, "dna", "kinship", PATERNITY, "--prior", "father=0.9", "--prior", "unrelated=0.1")
    assert document["answer"]["hypotheses"][0]["prior"] == 0.9
    tables = [text for name in ("afam", "cauc") for text in ("--frequencies", f"nist1036-{name}")]
    code, document = json_of(capfd, "dna", "kinship", PATERNITY, *tables)
    assert (code, len(document["answer"]["populations"])) == (0, 2)
    assert document["answer"]["minimum"]["father"] > 0


def test_ped_files_are_hypotheses(pedigrees: tuple[Path, Path], tmp_path: Path, capfd: Capture) -> None:
    table = tmp_path / "table.csv"
    table.write_text("Allele,TH01\n6,0.2\n7,0.5\n9.3,0.3\n")
    options = ("--frequencies", table, "--rare", "none")
    code, document = json_of(capfd, "dna", "kinship", *pedigrees, *options)
    assert code == 0
    assert [of["name"] for of in document["answer"]["hypotheses"]] == ["trio", "other man"]
    assert 10 ** document["answer"]["hypotheses"][0]["log10_lr"] == pytest.approx(2.5)
    code, document = json_of(capfd, "dna", "kinship", pedigrees[0], *options)
    assert [of["name"] for of in document["answer"]["hypotheses"]] == ["trio", "unrelated"]
    code, document = json_of(capfd, "dna", "kinship", pedigrees[0])
    assert (code, document["error"]["field"]) == (2, "--frequencies")
    code, document = json_of(capfd, "dna", "kinship", pedigrees[0], pedigrees[0], *options)
    assert (code, document["error"]["field"]) == (2, "name of a hypothesis")
    third = tmp_path / "third.ped"
    third.write_text(PED.format("6 6", "AF"))
    code, document = json_of(capfd, "dna", "kinship", pedigrees[0], third, *options)
    assert (code, document["error"]["field"]) == (2, "profile")
    third.write_text("F1 A 0 0 1\n")
    assert json_of(capfd, "dna", "kinship", third, *options)[0] == 2


def test_how_the_command_ends(tmp_path: Path, capfd: Capture) -> None:
    case = tmp_path / "case.toml"
    text = """
        frequencies = { loci.TH01 = { "6" = 0.2, "7" = 0.8 } }
        profiles = { AF = { TH01 = ["6", "6"] }, C = { %s = ["7", "7"] } }
        hypothesis = [{ name = "father", people = [{ id = "AF", sex = "male" }, { id = "C", father = "AF" }] }]
    """
    case.write_text(text % "TH01")
    code, document = json_of(capfd, "dna", "kinship", case)
    assert (code, document["answer"]["hypotheses"][0]["log10_likelihood"]) == (1, "-inf")
    assert run(["dna", "kinship", str(case)]) == 1
    assert "every hypothesis is impossible" in capfd.readouterr().err
    assert json_of(capfd, "dna", "kinship", case, "--mutation", "equal,rate=0.01")[0] == 0
    case.write_text((text % "FGA").replace('AF = { TH01 = ["6", "6"] }', 'AF = { FGA = ["6", "6"] }'))
    assert json_of(capfd, "dna", "kinship", case)[0] == 4
    assert run(["dna", "kinship", str(case)]) == 4
    assert "no locus could be counted" in capfd.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        (PATERNITY, PATERNITY),
        (PATERNITY.parent / "none.toml",),
        (PATERNITY, "--theta", "2"),
        (PATERNITY, "--prior", "father"),
        (PATERNITY, "--prior", "father=1"),
        (PATERNITY, "--mutation", "often"),
        (PATERNITY, "--frequencies", "mars"),
        (),
    ],
)
def test_wrong_input(arguments: tuple[object, ...], capfd: Capture) -> None:
    code, document = json_of(capfd, "dna", "kinship", *arguments)
    assert code == 2
    assert document["error"]["message"]


def test_mutation_in_words() -> None:
    assert mutation_of("none") is None
    assert mutation_of("equal,rate=0.002") == Mutation.equal(0.002)
    assert mutation_of("Stepwise, male=0.0035, female=0.0007, rate2=1e-6, range=0.2, transform=PM") == Mutation.by_sex(
        male=Mutation.stepwise(0.0035, 1e-6, 0.2, "PM"), female=Mutation.stepwise(0.0007, 1e-6, 0.2, "PM")
    )
    for text, message in [
        ("equal", "rate=, or male= and female="),
        ("equal,rate=x", "expected a number for rate"),
        ("equal,rate", "key=number"),
        ("equal,rate=0.1,rate=0.1", "each once"),
        ("equal,rate=0.1,male=0.1", "rate=, or male="),
        ("equal,rate=0.1,range=0.1", "beside rates only transform"),
        ("stepwise,rate=0.1", "beside rates only rate2, range"),
        ("equal,rate=2", "rate is 2, expected 0 to 1"),
        ("none,rate=1", "none, or one of"),
    ]:
        with pytest.raises(InvalidValueError, match=message):
            mutation_of(text)


def test_control_characters_of_a_case_never_reach_the_terminal(tmp_path: Path, capfd: Capture) -> None:
    case = tmp_path / "case.toml"
    text = json.dumps("red \x1b[31m")
    case.write_text(PATERNITY.read_text().replace('"Is AF the father of C?"', text).replace('"father"\n', text + "\n"))
    run(["dna", "kinship", str(case), "--prior", "unrelated=1"])
    run(["dna", "kinship", str(case)])
    shown = capfd.readouterr()
    assert "\x1b[31m" not in shown.out + shown.err
