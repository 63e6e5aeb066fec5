"""The command `matcher`: what goes wrong, and how it says so."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import Capture, json_of
from matcher import __version__
from matcher.cli import app, outcome
from matcher.cli.app import run


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["compare"],
        ["compare", "only-one"],
        ["match", "a", "b"],
        ["compare", "nowhere.fmr", "nowhere.fmr"],
        ["search", "nowhere", "nowhere.fmr"],
        ["search", ".", "nowhere.fmr", "--limit", "0"],
        ["search", ".", "nowhere.fmr", "--deadline", "-1"],
        ["search", ".", "nowhere.fmr", "--position", "left"],
        ["search", ".", "nowhere.fmr", "--min-score", "nan"],
        ["info", "nowhere"],
        ["info", "--no-such-option"],
        ["evaluate", "nowhere"],
    ],
)
def test_wrong_input_is_one_line_and_code_2(arguments: list[str], capfd: Capture) -> None:
    code, document = json_of(capfd, *arguments)
    assert code == 2
    assert document["error"]["message"]
    assert run(arguments) == 2
    out, err = capfd.readouterr()
    if arguments:
        assert out == ""
        assert err.startswith("error: ")
        assert len(err.splitlines()) == 1


def test_folders_files_and_damaged_files_in_the_wrong_place(folder: Path, tmp_path: Path, capfd: Capture) -> None:
    good, empty, cut = folder / "100_1.fmr", tmp_path / "empty.fmr", tmp_path / "cut.fmr"
    empty.write_bytes(b"")
    cut.write_bytes(good.read_bytes()[:60])
    for wrong in (empty, cut, folder, tmp_path / "nowhere"):
        code, document = json_of(capfd, "compare", good, wrong)
        assert code == 2
        assert wrong.name in document["error"]["message"]
        assert json_of(capfd, "search", folder, wrong)[0] == 2
    assert json_of(capfd, "search", good, good)[0] == 2
    assert json_of(capfd, "search", folder, good, "--exclude", "nobody")[0] == 2
    assert json_of(capfd, "search", folder, good, "--threads", "0")[0] == 2
    only_bad = tmp_path / "bad"
    only_bad.mkdir()
    (only_bad / "empty.fmr").write_bytes(b"")
    assert json_of(capfd, "search", only_bad, good)[0] == 2


def test_names_with_control_characters_do_no_harm(folder: Path, tmp_path: Path, capfd: Capture) -> None:
    path = tmp_path / "a\x1b[31mb[bold].fmr"
    path.write_bytes((folder / "100_1.fmr").read_bytes())
    assert run(["compare", str(path), str(path)]) == 0
    assert run(["info", str(path)]) == 0
    assert run(["info", str(path) + "\x07"]) == 2
    out, err = capfd.readouterr()
    assert "\x1b[31m" not in out + err
    assert "\x07" not in out + err
    assert "b[bold]" in out


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text, links and pipes of Linux")
def test_odd_things_in_a_folder_are_named_and_not_searched(folder: Path, capfd: Capture) -> None:
    record = (folder / "100_1.fmr").read_bytes()
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.fmr")).write_bytes(record)
    (folder / "a\nb.fmr").write_bytes(record)
    (folder / "dangling.fmr").symlink_to("nowhere")
    (folder / "folder.fmr").mkdir()
    os.mkfifo(folder / "pipe.fmr")
    code, document = json_of(capfd, "search", folder, folder / "100_1.fmr")
    assert (code, document["searched"], document["not_searched"]) == (3, 24, 4)
    assert run(["search", str(folder), str(folder / "100_1.fmr")]) == 3
    err = capfd.readouterr().err.splitlines()
    assert sum(line.startswith("warning: not searched: ") for line in err) == 4
    assert json_of(capfd, "info", folder)[0] == 3


def test_a_fault_of_ours_shows_no_traceback(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    def fail(*arguments: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("matcher.cli.info._program", fail)
    code, document = json_of(capfd, "info")
    assert (code, document["error"]["kind"]) == (3, "ZeroDivisionError")
    monkeypatch.setenv(outcome.TRACEBACK_VARIABLE, "1")
    with pytest.raises(ZeroDivisionError):
        run(["info"])


def test_ctrl_c_anywhere_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("matcher.cli.info._program", interrupt)
    assert json_of(capfd, "info")[0] == 3
    assert run(["info"]) == 3
    assert "interrupted" in capfd.readouterr().err


def test_version_and_help(capfd: Capture) -> None:
    assert run(["--version"]) == 0
    assert capfd.readouterr().out == f"matcher {__version__}\n"
    assert run(["--json", "--version"]) == 0
    assert json.loads(capfd.readouterr().out)["version"] == __version__
    for arguments in (
        ["--help"],
        ["compare", "-h"],
        ["search", "--help"],
        ["evaluate", "-h"],
        ["enrol", "-h"],
        ["remove", "-h"],
        ["compact", "-h"],
        ["verify", "-h"],
        ["recover", "-h"],
        ["info", "-h"],
    ):
        assert run(arguments) == 0
        out, err = capfd.readouterr()
        assert "xit codes" in out
        assert err == ""


@pytest.mark.parametrize("command", [["-m", "matcher"], ["-c", "from matcher.cli import main; main()"]])
def test_as_a_process(command: list[str], folder: Path) -> None:
    files = [folder / "100_1.fmr", folder / "100_2.fmr"]
    done = subprocess.run([sys.executable, *command, "compare", *files, "--json"], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["outcome"] == "found"
    failed = subprocess.run([sys.executable, *command, "compare", *files[:1], "nowhere"], capture_output=True)
    assert (failed.returncode, failed.stdout) == (2, b"")
    assert failed.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_reader_that_goes_away_does_no_harm(folder: Path) -> None:
    read, write_end = os.pipe()
    os.close(read)
    prints = [folder / "100_1.fmr", folder / "100_2.fmr"]
    done = subprocess.run(
        [sys.executable, "-m", "matcher", "compare", *prints], stdout=write_end, stderr=subprocess.PIPE
    )
    os.close(write_end)
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_every_command_has_json() -> None:
    names = {command.name for command in app.app.registered_commands}
    assert names == {
        "extract",
        "convert",
        "plan",
        "compare",
        "enrol",
        "search",
        "duplicates",
        "evaluate",
        "info",
        "remove",
        "compact",
        "index",
        "verify",
        "recover",
        "export",
        "apply",
    }
