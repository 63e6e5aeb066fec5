"""Images of prints: read from whatever is given, or refused with what to do."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from matcher import FileError, InvalidValueError, UnknownFormatError, simulate
from matcher.fingerprint import IMAGE_EXTENSIONS, Image, Template, draw, draw_comparison, image_format_of, read_image

Scans = list[list[tuple[Image, Template]]]


def test_a_path_a_text_bytes_an_array_and_an_image_are_one_image(tmp_path: Path, scans: Scans) -> None:
    [(image, _), _] = scans[0]
    path = tmp_path / "print.png"
    image.save_png(path)
    pixels = image.pixels
    for source in (path, str(path), path.read_bytes(), bytearray(path.read_bytes()), image):
        assert read_image(source) == image
    for array in (
        pixels,
        np.asfortranarray(pixels),
        pixels[::-1, ::-1][::-1, ::-1],
        np.repeat(pixels, 2, axis=1)[:, ::2],
    ):
        assert read_image(array, dpi=500) == image
    assert image_format_of(path) == image_format_of(path.read_bytes()) == "PNG"
    assert "png" in IMAGE_EXTENSIONS


def test_drawn_fingers_are_the_same_for_the_same_seed(scans: Scans) -> None:
    again = list(simulate.ridge_images(2, impressions=1, seed=2026))
    assert again == [impressions[:1] for impressions in scans[:2]]
    fingers = simulate.ridge_images(5, impressions=1, seed=1)
    assert next(fingers) != again[0]
    assert len(fingers) == 4


def test_pixels_are_greys_that_cannot_be_changed(scans: Scans) -> None:
    image = scans[0][0][0]
    assert image.pixels.shape == (image.height, image.width)
    assert image.pixels.dtype == np.uint8
    assert image.pixels is image.pixels
    with pytest.raises(ValueError, match="read-only"):
        image.pixels.fill(1)


def test_the_caller_s_resolution_wins(scans: Scans) -> None:
    image = scans[0][0][0]
    assert image.dpi == 500
    assert read_image(image.to_png(), dpi=1000).dpi == 1000
    both = read_image(image, dpi=(1000, 500))
    assert both.dpi == (1000.0, 500.0)
    assert both.at_500_dpi().pixels.shape == (image.height, image.width // 2)
    assert image.at_500_dpi() == image
    for dpi in (0, 20_000, float("nan"), (500, -1)):
        with pytest.raises(InvalidValueError, match="dpi is"):
            read_image(image, dpi=dpi)


def test_light_ridges_become_dark(scans: Scans) -> None:
    image = scans[0][0][0]
    inverted = 255 - image.pixels
    assert read_image(inverted, dpi=500) == image
    assert read_image(inverted, dpi=500, ridges="light") == image
    assert read_image(inverted, dpi=500, ridges="dark") != image
    with pytest.raises(InvalidValueError, match='ridges is "grey"'):
        read_image(inverted, dpi=500, ridges="grey")  # type: ignore[arg-type]


def test_what_is_no_grey_image_is_refused_with_the_way_to_make_one() -> None:
    grey = np.zeros((20, 30), dtype=np.uint8)
    for array, what in {
        "colour": (np.zeros((20, 30, 3), dtype=np.uint8), "of a colour image its grey values"),
        "a row": (np.zeros(30, dtype=np.uint8), "two dimensions"),
        "16 bits": (grey.astype(np.uint16), "image >> 8"),
        "floats": (grey.astype(float), r"255 \* image"),
        "booleans": (grey.astype(bool), r"\* 255"),
        "integers": (grey.astype(int), "where 255 is white"),
    }.values():
        with pytest.raises(InvalidValueError, match=what):
            read_image(array, dpi=500)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="dpi is None, expected the resolution of the array"):
        read_image(grey)
    with pytest.raises(InvalidValueError, match="image size is 0 x 5"):
        read_image(np.zeros((5, 0), dtype=np.uint8), dpi=500)
    for nothing in (None, 5, [1, 2]):
        with pytest.raises(TypeError, match="expected a path"):
            read_image(nothing)  # type: ignore[arg-type]


def test_files_that_are_no_images_are_named(tmp_path: Path, fingers: list[list[Template]]) -> None:
    for content, error in (
        (b"", UnknownFormatError),
        (b"\x89PNG\r\n\x1a\n cut", InvalidValueError),
        (b"hello world", UnknownFormatError),
        (fingers[0][0].to_bytes(), UnknownFormatError),
    ):
        path = tmp_path / "thing.png"
        path.write_bytes(content)
        with pytest.raises(error, match=r"thing\.png|empty"):
            read_image(path, dpi=500)
    with pytest.raises(FileError, match="nowhere"):
        read_image(tmp_path / "nowhere.png")
    with pytest.raises(FileError, match="folder"):
        read_image(tmp_path)
    with pytest.raises(FileError):
        image_format_of(tmp_path)
    with pytest.raises(InvalidValueError, match="resolution is not stated"):
        read_image(b"P2 3 1 255 0 128 255")


def test_an_image_is_pickled_and_shown(scans: Scans) -> None:
    image = scans[0][0][0]
    assert pickle.loads(pickle.dumps(image)) == image
    assert image._repr_png_() == image.to_png()
    assert repr(image) == "<Image: 388 x 480 pixels, 500.0 dpi>"


def test_a_print_is_drawn(tmp_path: Path, scans: Scans) -> None:
    [(image, template), (again, other)] = scans[0]
    picture = draw(template, image, id="trace 3")
    assert "trace 3" in picture.to_svg()
    assert picture._repr_svg_() == picture.to_svg()
    assert picture.to_png().startswith(b"\x89PNG")
    assert draw(template).size == picture.size
    assert draw(template, image.pixels).to_png() == draw(template, image).to_png()

    picture = draw_comparison(template, other, probe_image=image, reference_image=again.to_png(), score=False)
    for name in ("evidence.svg", "evidence.PNG"):
        picture.save(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 10_000
    with pytest.raises(InvalidValueError, match="extension is gif, expected svg or png"):
        picture.save(tmp_path / "evidence.gif")
    with pytest.raises(FileError):
        picture.save(tmp_path / "nowhere" / "evidence.svg")
    with pytest.raises(InvalidValueError, match="image size"):
        draw(template, image.pixels[:100])
    with pytest.raises(InvalidValueError, match="magnification"):
        draw(template, image, magnification=100)


def test_wsq_is_decoded_as_another_decoder_does(format_data: Path) -> None:
    other = pytest.importorskip("wsq", reason="the package wsq, another decoder of WSQ, is not installed")
    del other  # it has registered itself with Pillow
    from PIL import Image as Pillow

    files = sorted((format_data / "wsq").glob("*.wsq"))
    assert files
    for path in files:
        ours = read_image(path, dpi=500, ridges="dark").pixels.astype(int)
        with Pillow.open(path) as opened:
            theirs = np.asarray(opened.convert("L")).astype(int)
        assert np.abs(ours - theirs).max() <= 1, path.name
