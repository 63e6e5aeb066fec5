"""How many machines a gallery needs."""

import math
from dataclasses import replace

import pytest
from command import Capture, json_of
from matcher import InvalidValueError
from matcher.plan import MEASURED, Machine, Plan, Rates, plan

TABLE = {10_000: 10_000 / 382e3, 100_000: 100_000 / 2.62e6, 1_000_000: 1e6 / 5.66e6}
"""Seconds of one core for a fast search: the rows of benches/results/2026-11-22-learned-codes.md."""


@pytest.mark.parametrize("prints", TABLE)
def test_the_formula_gives_what_was_measured(prints: int) -> None:
    assert MEASURED.search(prints) == pytest.approx(TABLE[prints], rel=0.03)


def test_by_hand() -> None:
    rates = Rates(scan=1e6, relaxed=1e-5, compared=1e-4, together=0.5)
    machine = Machine(cores=10, memory=1e9, bandwidth=1e12)
    found = plan(1e6, 8640, machine=machine, rates=rates, peak=1, latency=10)
    # 1 s of scan, 5,000 relaxed in 0.05 s, 200 compared in 0.02 s; ten cores that count for five.
    assert found.core_seconds == pytest.approx(1.07)
    assert found.search_seconds == pytest.approx(1.07 / 5)
    assert found.busy == pytest.approx(0.1 * 1.07 / 5)
    assert found.latency == pytest.approx(found.search_seconds * (1 + found.busy / (2 * (1 - found.busy))))
    assert (found.machines, found.limit, found.memory) == (1, "one is enough", 553e6)
    # The memory of a machine is no faster than 553 kB for a thousand prints.
    slow = plan(1e6, 0, machine=replace(machine, bandwidth=553e6), rates=rates, latency=10)
    assert slow.search_seconds == pytest.approx(1 + 0.07 / 5)


@pytest.mark.parametrize("fingers", [1e4, 1e6, 1e8, 4e8])
@pytest.mark.parametrize("searches", [0, 1e3, 1e6])
def test_one_machine_fewer_would_not_do(fingers: float, searches: float) -> None:
    def enough(found: Plan) -> bool:
        return found.latency <= 2 and found.busy <= 0.7

    found = plan(fingers, searches)
    assert enough(found)
    more = plan(fingers * 1.5, searches * 1.5)
    assert more.machines >= found.machines
    if found.machines > 1:
        assert found.limit in ("memory", "load", "latency")
    assert plan(fingers, searches, searched=0.1).machines <= found.machines
    assert math.isfinite(found.latency)


def test_what_cannot_be_is_named() -> None:
    for field, wrong in (("fingers", 0), ("latency", 0), ("searched", 1.5), ("peak", 0.5), ("fingers", math.nan)):
        arguments = {"fingers": 1e6, "searches_per_day": 1e3, field: wrong}
        with pytest.raises(InvalidValueError, match=f"{field} is {wrong}, expected") as raised:
            plan(**arguments)  # type: ignore[arg-type]
        assert raised.value.field == field
    with pytest.raises(InvalidValueError, match="latency is 1e-06, expected more"):
        plan(1e6, 1e3, latency=1e-6)
    with pytest.raises(InvalidValueError, match="sizes is"):
        Rates.measure((10, 20))


def test_on_the_command_line(capfd: Capture) -> None:
    code, document = json_of(capfd, "plan", "--fingers", "400e6", "--searches-per-day", "1e6")
    found = plan(400e6, 1e6)
    assert code == 0
    assert (document["plan"]["machines"], document["plan"]["limit"]) == (found.machines, "load")
    assert document["rates"]["scan"] == MEASURED.scan
    assert document["measured_here"] is False
