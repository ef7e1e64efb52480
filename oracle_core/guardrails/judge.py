"""Hearing the panel: every rail on one case, and the strictest of what they find."""

from collections.abc import Sequence

from oracle_core.domain.verdict import STRICTNESS, Finding, Verdict
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.rail import Rail, deny
from oracle_core.guardrails.table import RAILS


def judge(case: Case, rails: Sequence[Rail] = RAILS) -> Verdict:
    """The verdict of a panel on a plan, strictest findings first. It never raises, and an empty panel refuses.

    A plan that is clipped is built again at `Verdict.scale` and judged again with its own book after it: only
    that second verdict, which allows, may be acted on. Every plan needs a person's approval after it, a cure too.
    """
    found = [finding for rail in rails for finding in _hear(rail, case)]
    return Verdict(findings=tuple(sorted(found, key=_order)))


def _hear(rail: Rail, case: Case) -> tuple[Finding, ...]:
    try:
        found = rail.check(case)
    except Exception as error:  # noqa: BLE001 - a rail that fails in any way has not allowed the plan
        return (deny(rail.name, f"could not check: {type(error).__name__}: {error}"),)
    if not found:
        return (deny(rail.name, "could not check: the rail said nothing"),)
    return found


def _order(found: Finding) -> tuple[int, float, str, str]:
    return -STRICTNESS.index(found.ruling), found.scale, found.rail, found.why
