"""Transactions of ANSI/NIST-ITL: read, written, shown, enrolled and searched like other files."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from command import Capture, json_of
from matcher import Gallery, InvalidValueError
from matcher.cli.app import run
from matcher.fingerprint import Template, compare, format_of, read, read_transaction, write

Fingers = list[list[Template]]
DIALECTS = {"an2k-efs": "EFS", "an2k-m1": "M1", "an2k-legacy": "legacy"}


@pytest.mark.parametrize("name", DIALECTS)
def test_a_print_comes_back_from_each_dialect(name: str, tmp_path: Path, fingers: Fingers) -> None:
    path = tmp_path / "print.an2k"
    write(fingers[0][0], path, format=name)
    assert format_of(path) == name
    [again] = read(path, strict=True)
    assert len(again) == len(fingers[0][0])
    given, found = (np.sort(t.minutiae, order="source_index") for t in (fingers[0][0], again))
    assert np.abs(given["x"] - found["x"]).max() <= 0.5 + 1e-9
    turn = np.abs((given["direction"] - found["direction"] + np.pi) % (2 * np.pi) - np.pi)
    assert turn.max() <= np.radians(1.01)
    assert compare(again, fingers[0][1]).score == pytest.approx(compare(fingers[0][0], fingers[0][1]).score, rel=0.1)
    transaction = read_transaction(path)
    assert transaction.records[1]["dialect"] == DIALECTS[name]
    assert transaction.templates() == [again]
    assert transaction.diagnostics == []


def test_a_card_is_one_subject(tmp_path: Path, fingers: Fingers) -> None:
    card = [fingers[k][0] for k in range(3)]
    write(card, tmp_path / "card.an2", format="an2k-efs")
    gallery = Gallery.in_memory()
    gallery.enrol("card", read(tmp_path / "card.an2"))
    assert len(gallery.get("card").fingerprints) == 3
    [best] = gallery.search(fingers[1][1], limit=1)
    assert best.subject_id == "card"


def test_what_is_wrong_is_told(fingers: Fingers) -> None:
    sound = fingers[0][0].to_bytes("an2k-m1")
    wrong = sound.replace(b"\x1d9.004:U", b"\x1d8.004:U")
    transaction = read_transaction(wrong)
    told = "record 1 (Type-9): tag of field 3 is 8.004, expected 9.004 (read as that)"
    assert transaction.diagnostics == [told]
    assert transaction.templates()[0].diagnostics == [told]
    with pytest.raises(InvalidValueError) as caught:
        read_transaction(wrong, strict=True)
    assert str(caught.value) == told
    assert transaction.version == "0502"
    with pytest.raises(InvalidValueError):
        transaction.image(1)


def test_profiles_list_what_is_missing(fingers: Fingers) -> None:
    transaction = read_transaction(fingers[0][0].to_bytes("an2k-efs"))
    assert transaction.check("itl-2011") == []
    [unknown] = transaction.check("ebts")
    assert unknown.startswith('type of transaction (1.004) is "MINUTIAE", expected one that the table ebts knows')
    with pytest.raises(InvalidValueError):
        transaction.check("nobody's")


def test_info_shows_records_and_no_text(tmp_path: Path, capfd: Capture, fingers: Fingers) -> None:
    path = tmp_path / "print.eft"
    made = fingers[0][0].to_bytes("an2k-efs")
    text = b"2.001:31\x1d2.002:00\x1d2.018:NOBODY\x1c"
    assert len(text) == 31
    at = made.index(b"\x1c") + 1
    path.write_bytes(made[:at].replace(b"1\x1f1\x1e9", b"1\x1f2\x1e2\x1f00\x1e9") + text + made[at:])
    code, document = json_of(capfd, "info", path)
    assert code == 0
    assert document["format"] == "an2k-efs"
    assert [record["type"] for record in document["records"]] == [1, 2, 9]
    assert len(document["views"]) == 1
    assert document["diagnostics"][0].startswith("record 0 (Type-1): length is")
    assert "NOBODY" not in json.dumps(document)
    assert run(["info", str(path)]) == 0
    shown = capfd.readouterr().out
    assert "MINUTIAE" in shown
    assert "(EFS)" in shown
    assert "NOBODY" not in shown


def test_commands_take_transactions(tmp_path: Path, capfd: Capture, fingers: Fingers) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for k, impressions in enumerate(fingers[:3]):
        write(impressions[0], folder / f"S{k}.an2k", format="an2k-m1")
    probe = tmp_path / "probe.nist"
    write(fingers[1][1], probe, format="an2k-efs")
    code, document = json_of(capfd, "search", folder, probe)
    assert code == 0
    assert document["candidates"][0]["subject_id"] == "S1"


@pytest.mark.parametrize("name", DIALECTS)
def test_another_program_reads_what_is_written(name: str, fingers: Fingers) -> None:
    nistitl = pytest.importorskip("nistitl", reason="another reader of such files, which is not installed")
    card = io.BytesIO()
    write([fingers[k][0] for k in range(3)], card, format=name)
    message = nistitl.Message()
    message.parse(card.getvalue())
    assert message.TOT == "MINUTIAE"
    records = list(message.iter(9))
    assert [int(record.IDC) for record in records] == [0, 1, 2]
    for record, impressions in zip(records, fingers, strict=False):
        rows = {"an2k-efs": "_331", "an2k-m1": "_137", "an2k-legacy": "_012"}[name]
        assert len(getattr(record, rows)) == len(impressions[0])
