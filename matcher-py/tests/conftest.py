"""What several tests need: simulated prints, folders of them, and real data where there are any."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matcher import Gallery, NoModelError, simulate
from matcher.fingerprint import Extractor, Image, Template, write

SUBJECTS = 12


@pytest.fixture(scope="session")
def fingers() -> list[list[Template]]:
    """Twelve fingers with three impressions each."""
    return list(simulate.fingers(SUBJECTS, impressions=3, seed=2024))


@pytest.fixture
def gallery(fingers: list[list[Template]]) -> Gallery:
    """The first impressions, as S0 to S11."""
    gallery = Gallery.in_memory()
    with gallery.batch() as batch:
        for number, impressions in enumerate(fingers):
            batch.enrol(f"S{number}", impressions[:1])
    return gallery


@pytest.fixture
def folder(tmp_path: Path, fingers: list[list[Template]]) -> Path:
    """Two impressions of each finger, in files named <finger>_<impression>.fmr."""
    path = tmp_path / "prints"
    path.mkdir()
    for number, impressions in enumerate(fingers):
        for k, impression in enumerate(impressions[:2], start=1):
            write(impression, path / f"{100 + number}_{k}.fmr")
    return path


@pytest.fixture
def empty_print() -> Template:
    """A print without minutiae: nothing can be compared with it."""
    return Template.from_arrays([], [], [], width=300, height=400)


@pytest.fixture(scope="session")
def real_prints() -> Path:
    """The folder of real prints; tests that need it are skipped without."""
    data = os.environ.get("MATCHER_DATA")
    if not data:
        pytest.skip("MATCHER_DATA is not set: no real prints to test on")
    return Path(data) / "fingerprint"


@pytest.fixture(scope="session")
def format_data() -> Path:
    """The folder of files of foreign formats; tests that need it are skipped without."""
    data = os.environ.get("MATCHER_DATA")
    if not data:
        pytest.skip("MATCHER_DATA is not set: no files of other programs to test on")
    return Path(data) / "formats"


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """The installed extractor; tests that need it are skipped where no model is installed."""
    try:
        return Extractor()
    except NoModelError as error:
        pytest.skip(f"no model to find minutiae with: {error}")


@pytest.fixture(scope="session")
def scans() -> list[list[tuple[Image, Template]]]:
    """Images of six simulated fingers, two impressions each, with the minutiae that are really there."""
    return list(simulate.ridge_images(6, impressions=2, seed=2026))


@pytest.fixture
def scan_folder(tmp_path: Path, scans: list[list[tuple[Image, Template]]]) -> Path:
    """These images as PNG files named <finger>_<impression>.png."""
    path = tmp_path / "scans"
    path.mkdir()
    for number, impressions in enumerate(scans):
        for k, (image, _) in enumerate(impressions, start=1):
            image.save_png(path / f"{100 + number}_{k}.png")
    return path


@pytest.fixture
def columns() -> dict[str, Any]:
    """Columns of forty minutiae."""
    rng = np.random.default_rng(5)
    return {
        "x": rng.integers(10, 290, 40).astype(float),
        "y": rng.integers(10, 390, 40).astype(float),
        "direction": rng.uniform(0, 6.28, 40),
    }


@pytest.fixture(scope="session")
def dna_data() -> Path:
    """The folder of DNA data; tests that need it are skipped without."""
    data = os.environ.get("MATCHER_DATA")
    if not data:
        pytest.skip("MATCHER_DATA is not set: no DNA cases to test on")
    return Path(data) / "dna"
