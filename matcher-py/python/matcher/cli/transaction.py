"""`matcher info` of an ANSI/NIST-ITL transaction: its records, and nothing of what its texts say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matcher.cli.files import describe, plural_minutiae, summary
from matcher.cli.outcome import ExitCode
from matcher.cli.output import Output, new_table, plural, printable
from matcher.fingerprint import FINGER_POSITIONS, format_of, read_transaction

STARTS = (b"1.001:", b"1.01:")
"""How a transaction begins: with the length of its Type-1 record, as of newer or older editions."""


def is_transaction(path: Path) -> bool:
    """Whether this begins as a transaction does."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(STARTS[0])).startswith(STARTS)


def show_transaction(path: Path, out: Output, dpi: float | None) -> ExitCode:
    """Show the records of a transaction and what is odd about them."""
    transaction = read_transaction(path, dpi=dpi)
    records, views, found = transaction.records, transaction.templates(), format_of(path.read_bytes())
    if out.as_json:
        out.emit(
            {
                "command": "info",
                "file": str(path),
                "format": found,
                "version": transaction.version,
                "type_of_transaction": transaction.type_of_transaction,
                "records": records,
                "views": [{"view": index, **describe(view)} for index, view in enumerate(views)],
                "diagnostics": transaction.diagnostics,
                **ExitCode.FOUND.describe(),
            }
        )
        return ExitCode.FOUND
    out.facts(
        {
            "File": printable(path),
            "Format": f"{found}, ANSI/NIST-ITL version {printable(transaction.version or 'not stated')}",
            "Transaction": printable(transaction.type_of_transaction or "of no stated type"),
            "Views": str(len(views)),
        }
    )
    out.line()
    table = new_table("Record", "Type", "IDC", "Bytes", "Content", left=("Content",))
    for index, record in enumerate(records):
        idc = "" if record["idc"] is None else str(record["idc"])
        table.add_row(str(index), str(record["type"]), idc, f"{record['bytes']:,}", _content(record))
    out.table(table)
    for index, view in enumerate(views):
        out.line(f"View {index}: {summary(view)}")
    for diagnostic in transaction.diagnostics:
        out.warning(diagnostic)
    return ExitCode.FOUND


def _content(record: Mapping[str, Any]) -> str:
    """Return what a record holds, in words."""
    if "dialect" in record:
        finger = FINGER_POSITIONS[record["finger_position"]]
        return f"{plural_minutiae(record['minutiae'])} ({record['dialect']}) · {finger}"
    if "compression" not in record:
        return plural(len(record["fields"]), "field") if record["fields"] else "binary"
    size = "" if record["width"] is None else f", {record['width']} × {record['height']} pixels"
    dpi = "" if record["dpi"] is None else f", {record['dpi']:g} dpi"
    where = f" · {FINGER_POSITIONS[record['finger_position']]}" if record["finger_position"] else ""
    several = len(record["positions"]) > 0 and not where
    where = f" · positions {', '.join(map(str, record['positions']))}" if several else where
    return f"{record['compression']} image{size}{dpi}{where}"
