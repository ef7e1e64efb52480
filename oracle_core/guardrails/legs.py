"""Rails that look at one leg at a time: the same question asked of each, every fault told."""

from collections.abc import Callable
from typing import TypeAlias

from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.rail import Rail, allow, deny

Objection: TypeAlias = Callable[[Case, CaseLeg], str | None]
"""Why a leg may not be sent, or None."""


def leg_rail(name: str, sound: str, objection: Objection, *, limits: tuple[str, ...] = ()) -> Rail:
    """A rail that refuses a plan for each leg with an objection; `sound` is said when none has one."""

    def check(case: Case) -> tuple[Finding, ...]:
        objections = [(leg, objection(case, leg)) for leg in case.legs]
        found = tuple(deny(name, f"{leg.symbol} on {leg.venue}: {why}") for leg, why in objections if why is not None)
        return found or (allow(name, sound),)

    return Rail(name=name, limits=limits, check=check)
