"""`matcher plan`: how many machines a gallery needs."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from matcher.cli.options import AsJson
from matcher.cli.outcome import ExitCode, guarded
from matcher.cli.output import Output, byte_size, plural
from matcher.plan import MEASURED, Machine, Plan, Rates
from matcher.plan import plan as planned

__all__ = ["plan"]


@guarded
def plan(
    fingers: Annotated[float, typer.Option("--fingers", metavar="N", help="Prints in the gallery, as 400e6.")],
    searches: Annotated[
        float, typer.Option("--searches-per-day", metavar="N", help="Searches a day, each for one finger.")
    ],
    latency: Annotated[
        float,
        typer.Option("--latency", metavar="SECONDS", help="What a search may take on average at the busiest time."),
    ] = 2.0,
    searched: Annotated[
        float,
        typer.Option(
            "--searched",
            metavar="SHARE",
            help="Share of the prints that a search looks at; 0.1 where ten fingers are enrolled by position.",
        ),
    ] = 1.0,
    peak: Annotated[
        float, typer.Option("--peak", metavar="TIMES", help="How many times the average the busiest time has.")
    ] = 3.0,
    cores: Annotated[int, typer.Option("--cores", metavar="N", help="Real cores of a machine.")] = 32,
    memory: Annotated[float, typer.Option("--memory", metavar="GB", help="Memory of a machine.")] = 256.0,
    bandwidth: Annotated[
        float, typer.Option("--bandwidth", metavar="GB/S", help="What a machine reads from its memory.")
    ] = 100.0,
    measure: Annotated[
        bool,
        typer.Option("--measure", help="Take the rates on this machine first, which takes half a minute."),
    ] = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Say how many cores and machines a gallery of prints needs, and how long a search takes.

    It is arithmetic on measured rates, for fast searches by one finger; see the module matcher.plan for the
    formula. What it leaves out: the extraction of minutiae from images, searches with several fingers, spare
    machines.
    """
    out = Output(as_json)
    rates = Rates.measure() if measure else MEASURED
    machine = Machine(cores=cores, memory=memory * 1e9, bandwidth=bandwidth * 1e9)
    found = planned(fingers, searches, latency=latency, searched=searched, peak=peak, machine=machine, rates=rates)
    if as_json:
        document = {"command": "plan", "plan": dataclasses.asdict(found), "rates": dataclasses.asdict(rates)}
        out.emit({**document, "measured_here": measure, **ExitCode.FOUND.describe()})
    else:
        _show(out, found, rates, measure)
    return ExitCode.FOUND


def _show(out: Output, found: Plan, rates: Rates, measured: bool) -> None:
    passing = f"{1e6 * rates.relaxed:.1f} us and {1e6 * rates.compared:.0f} us for what passes"
    whose = "this machine" if measured else "a Xeon with AVX-512"
    busy = f"machines at work {100 * found.busy:.0f} % of the time"
    out.facts(
        {
            "machines": f"{found.machines:,} ({plural(found.cores, 'core')}); decided by: {found.limit}",
            "memory": f"{byte_size(round(found.memory))} that is scanned, in all",
            "disk": f"{byte_size(round(found.disk))} in all",
            "a search": f"{found.core_seconds:.3g} s of one core, {found.search_seconds:.3g} s on idle machines",
            "at the busiest": f"{found.latency:.3g} s on average, {busy}",
            "rates": f"{rates.scan / 1e6:.2f} M codes/s, {passing}, of {whose}",
        }
    )
