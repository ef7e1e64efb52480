"""At start-up every configured limit is fed a plan that breaks it, and must be seen to deny it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from oracle_core.domain.limits import FlowLimits, StateLimits
from oracle_core.domain.verdict import Ruling
from oracle_core.errors import Fault, InputError, fault
from oracle_core.guardrails.calm import calm_case
from oracle_core.guardrails.case import Case, DeskRules, GlobalCaps
from oracle_core.guardrails.judge import judge
from oracle_core.guardrails.rail import Rail
from oracle_core.guardrails.table import RAILS
from oracle_core.guardrails.violations import DESK, FLOW, SAFEGUARDS, STATE, Violate


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One limit to be broken: where it is configured, its name there, how a rail lists it, and its bound."""

    source: str
    name: str
    key: str
    bound: float
    violate: Violate | None


def self_test(
    caps: GlobalCaps,
    state: StateLimits,
    flow: FlowLimits,
    desk: DeskRules,
    *,
    min_benefit_bps_equity: float = 0.1,
    rails: Sequence[Rail] = RAILS,
) -> None:
    """Break every limit once, a little, and require that a rail which lists it denies and names it.

    Raises: InputError: limits that no rail enforces, one fault each.
    """
    calm = calm_case(caps, state, flow, desk, min_benefit_bps_equity=min_benefit_bps_equity)
    trials = [
        *_limits("global caps", "caps.", caps.state, STATE),
        *_limits("global caps", "caps.", caps.flow, FLOW),
        *_limits("persona limits", "", state, STATE),
        *_limits("persona limits", "", flow, FLOW, cap=caps.flow),
        *_desk_rules(desk, min_benefit_bps_equity),
        *(Trial(source="guardrails", name=name, key=name, bound=0.0, violate=v) for name, v in SAFEGUARDS.items()),
    ]
    faults = [found for trial in trials if (found := _unbound(trial, calm, rails)) is not None]
    if faults:
        raise InputError(faults)


def _unbound(trial: Trial, calm: Case, rails: Sequence[Rail]) -> Fault | None:
    if not math.isfinite(trial.bound):
        return fault(trial.source, trial.name, trial.bound, "a finite number: a limit without end enforces nothing")
    panel = [rail for rail in rails if trial.key in (*rail.limits, rail.name)]
    if not panel:
        return fault(trial.source, trial.name, trial.bound, "a rail that enforces it; the table lists none")
    if trial.violate is None:
        return fault(trial.source, trial.name, trial.bound, "a violating plan in the self-test; it knows none")
    found = judge(trial.violate(calm, trial.bound), panel).findings
    named = "" if trial.name in SAFEGUARDS else f"`{trial.name}`"
    if any(item.ruling is not Ruling.ALLOW and named in item.why for item in found):
        return None
    return fault(trial.source, trial.name, trial.bound, "a denial by name of a plan that breaks it; it was let through")


def _limits(
    source: str, prefix: str, limits: StateLimits | FlowLimits, violations: Mapping[str, Violate],
    cap: FlowLimits | None = None,
) -> Iterator[Trial]:  # fmt: skip
    for item in fields(limits):
        own: float = getattr(limits, item.name)
        bound = own if cap is None else min(own, getattr(cap, item.name))
        yield Trial(
            source=source, name=item.name, key=prefix + item.name, bound=bound, violate=violations.get(item.name)
        )  # fmt: skip


def _desk_rules(desk: DeskRules, least: float) -> Iterator[Trial]:
    for item in fields(desk):
        value: object = getattr(desk, item.name)
        bound = float(value) if isinstance(value, int | float) else 0.0
        yield Trial(source="desk rules", name=item.name, key=item.name, bound=bound, violate=DESK.get(item.name))
    name = "min_benefit_bps_equity"
    yield Trial(source="persona limits", name=name, key=name, bound=least, violate=DESK.get(name))
