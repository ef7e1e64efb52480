"""A hedge brings delta toward its target: it may pass it by no more than the bias limit, and a grid step of dust."""

import math

from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.flow import flow_bound, shrunk
from oracle_core.guardrails.rail import Rail, allow, cannot_check

NAME = "hedge_bias"
LIMIT = "hedge_bias_pct_max"


def check(case: Case) -> tuple[Finding, ...]:
    """One finding per coin whose delta passes its target too far; one that allows when none does."""
    return findings(NAME, case, flow_bound(case, LIMIT))


def findings(rail: str, case: Case, bound: float) -> tuple[Finding, ...]:
    """The findings under a given bound, in per cent of the delta that was to be hedged."""
    if not case.legs or not case.hedge:
        return (allow(rail, f"`{LIMIT}`: the plan claims no hedge", limit=bound),)
    if not math.isfinite(bound):
        return (cannot_check(rail, "the limit", bound, (LIMIT,)),)
    found = [_coin(rail, case, coin, bound) for coin in sorted(_coins(case))]
    return tuple(item for item in found if item is not None) or (
        allow(rail, f"`{LIMIT}`: no delta passes its target", limit=bound),
    )


def _coins(case: Case) -> set[str]:
    unknown = {"?"} if any(leg.instrument is None for leg in case.legs) else set[str]()
    return unknown | {leg.instrument.base for leg in case.legs if leg.instrument is not None}


def _coin(rail: str, case: Case, coin: str, bound: float) -> Finding | None:
    target = case.targets.get(coin, 0.0)
    deltas = (
        {item.coin: item.effective_delta for item in case.before.exposures},
        {item.coin: item.effective_delta for item in case.after.exposures},
    )
    away, left = deltas[0].get(coin, math.nan) - target, deltas[1].get(coin, math.nan) - target
    step = _dust(case, coin)
    if not (math.isfinite(away) and math.isfinite(left) and math.isfinite(step)):
        return cannot_check(rail, f"the delta of {coin}", (away, left, step), (LIMIT,))
    passed = -left if away > 0.0 else left if away < 0.0 else abs(left)
    room = bound / 100.0 * abs(away) + step
    if passed <= room or away == left:
        return None
    share = min(1.0, (abs(away) + bound / 100.0 * abs(away)) / abs(away - left))
    percent = 100.0 * passed / abs(away) if away else math.inf
    why = f"`{LIMIT}`: delta of {coin} {away:,.6g} → {left:,.6g} around its target passes it by more than {bound:g} %"
    shown = percent if math.isfinite(percent) else abs(left)
    return shrunk(rail, share, why, case, value=shown, limit=bound)


def _dust(case: Case, coin: str) -> float:
    """One grid step of every leg in a coin, in coins."""
    total = 0.0
    for leg in case.legs:
        if leg.instrument is None:
            return math.nan
        if leg.instrument.base == coin:
            if leg.coins is None or not leg.contracts or not leg.contracts.is_finite():
                return math.nan
            total += abs(leg.coins / float(leg.contracts)) * float(leg.instrument.grid.amount_step)
    return total


RAIL = Rail(name=NAME, limits=(LIMIT,), check=check)
