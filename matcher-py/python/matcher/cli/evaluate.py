"""`matcher evaluate FOLDER...`: error rates on labelled prints of one's own."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer

from matcher._matcher import FolderEvaluation, evaluate_folders
from matcher.cli.options import AsJson, Threads
from matcher.cli.outcome import ExitCode, guarded
from matcher.cli.output import Output, new_table, percent, plural, printable, target
from matcher.errors import FileError, InvalidValueError


@guarded
def evaluate(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER...", help="Folders of template files, one print a file.")
    ],
    naming: Annotated[
        str | None,
        typer.Option(
            "--naming",
            metavar="RULE",
            help="How files are named, such as '<finger>_<impression>'. Unless said: the naming in a "
            "set.json of the folder or of the one it lies in, else a guess.",
        ),
    ] = None,
    scores: Annotated[
        Path | None,
        typer.Option("--scores", metavar="FILE.csv", help="Write every score: set, probe, reference, mated, score."),
    ] = None,
    threads: Threads = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Measure error rates on labelled folders of prints.

    Every print of a folder is compared with every other. Two prints of one identity are mated, all others of
    the folder are not; folders are not mixed. For identification the first sample of each identity is the
    gallery and the others are the probes; the non-mated searches are the same ones with the mate left out. A
    file that cannot be read ends the evaluation: rates over the rest would flatter.

    Exit codes: 0 done, 2 wrong input, 3 interrupted.
    """
    out = Output(as_json)
    for folder in folders:
        if folders.count(folder) > 1:
            message = f"{folder}: is named twice, expected each folder once: its comparisons would count twice"
            raise InvalidValueError(message, str(folder), "folder", "named twice", "each folder once")
    started = monotonic()
    result = evaluate_folders(folders, naming, threads=threads, progress=True)
    seconds = monotonic() - started
    report = result.to_dict()
    for found in report["sets"]:
        for diagnostic in found["diagnostics"]:
            out.warning(diagnostic)
    if scores is not None:
        _write_scores(scores, result)
        out.note(f"{plural(len(result.mated) + len(result.non_mated), 'score')} written to {scores}")
    if as_json:
        out.emit({"command": "evaluate", **report, "seconds": seconds, **ExitCode.FOUND.describe()})
        return ExitCode.FOUND
    for found in report["sets"]:
        _show_set(found, out)
    if len(report["sets"]) > 1:
        _show_pooled(report, out)
    out.facts({"Method": str(report["method"]), "Time": f"{seconds:.2f} s"})
    return ExitCode.FOUND


def _write_scores(path: Path, result: FolderEvaluation) -> None:
    try:
        with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
            writer = csv.writer(file)
            writer.writerow(("set", "probe", "reference", "mated", "score"))
            for folder, probe, reference, mated, score in result.comparisons():
                writer.writerow((folder, probe, reference, int(mated), score))
    except OSError as error:
        raise FileError(f"{path}: {error.strerror or error}") from error


def _show_set(found: Mapping[str, Any], out: Output) -> None:
    not_comparable = f", {found['not_comparable']:,} not comparable" if found["not_comparable"] else ""
    bootstrap = found["bootstrap"]
    by_identity = (bootstrap["eer"]["low"], bootstrap["eer"]["high"])
    out.facts(
        {
            "Folder": printable(found["folder"]),
            "Prints": f"{found['templates']:,} of {plural(found['identities'], 'identity')}{not_comparable}",
            "Naming rule": f"{found['naming']} ({printable(found['naming_source'])})",
            **_counts_and_equal_error_rate(found["error_rates"]),
            "": f"{_interval(by_identity)} % if identities are drawn anew instead of comparisons",
        }
    )
    out.line()
    _show_comparisons(found["error_rates"], out)
    if found["identification"]:
        _show_searches(found["identification"], out)


def _show_pooled(report: Mapping[str, Any], out: Output) -> None:
    pooled = report["pooled"]
    out.facts({"Pooled": plural(len(report["sets"]), "folder"), **_counts_and_equal_error_rate(pooled)})
    out.line()
    _show_comparisons(pooled, out)


def _counts_and_equal_error_rate(rates: Mapping[str, Any]) -> dict[str, str]:
    eer = rates["eer"]
    interval = _interval(rates["eer_interval"])
    return {
        "Comparisons": f"{rates['mated']:,} mated, {rates['non_mated']:,} non-mated",
        "EER": f"{percent(eer['value'])} {interval} % at threshold {eer['threshold']:.2f}",
    }


def _interval(ends: tuple[float, float]) -> str:
    return f"[{percent(ends[0])}, {percent(ends[1])}]"


def _show_comparisons(rates: Mapping[str, Any], out: Output) -> None:
    points = rates["fnmr_at_fmr"]
    table = new_table("FMR up to", "threshold", "FMR %", "95 % interval", "FNMR %", "95 % interval")
    for point in points:
        table.add_row(
            _marked(point, "target_fmr"),
            f"{point['threshold']:.2f}",
            percent(point["fmr_value"]),
            _interval(point["fmr_interval"]),
            percent(point["fnmr_value"]),
            _interval(point["fnmr_interval"]),
        )
    out.table(table)
    _tell_what_is_not_supported(points, "target_fmr", plural(rates["non_mated"], "non-mated comparison"), out)
    out.line()


def _show_searches(found: Mapping[str, Any], out: Output) -> None:
    first, points = found["cmc"][0], found["fnir_at_fpir"]
    not_searched = f", {found['not_searched']:,} not comparable" if found["not_searched"] else ""
    out.facts(
        {
            "Searches": f"{found['mated']:,} among {plural(found['identities'], 'identity')}{not_searched}",
            "CMC, rank 1": f"{percent(first['rate'])} {_interval(first['interval'])} %",
        }
    )
    out.line()
    table = new_table("FPIR up to", "threshold", "FPIR %", "FNIR %")
    for point in points:
        table.add_row(
            _marked(point, "target_fpir"),
            f"{point['threshold']:.2f}",
            percent(_rate(point["fpir"])),
            percent(_rate(point["fnir"])),
        )
    out.table(table)
    _tell_what_is_not_supported(points, "target_fpir", plural(found["non_mated"], "non-mated search"), out)
    out.line()


def _marked(point: Mapping[str, Any], name: str) -> str:
    """Return a target, with a star where the data cannot support it; zero is no target but an observation."""
    star = "" if point["supported"] or not point[name] else "* "
    return star + target(point[name])


def _tell_what_is_not_supported(points: list[dict[str, Any]], name: str, counted: str, out: Output) -> None:
    missing = [point for point in points if point[name] and not point["supported"]]
    if missing:
        needed = ", ".join(f"{target(point[name])} takes {point['non_mated_needed']:,}" for point in missing)
        out.line(f"* not supported by {counted} (rule of three): {needed}")


def _rate(counted: Mapping[str, int]) -> float | None:
    return counted["errors"] / counted["trials"] if counted["trials"] else None
