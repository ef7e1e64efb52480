"""Funding that bleeds beyond the persona's week: the leg that pays most is reduced until the rest is within it."""

from collections.abc import Iterator
from dataclasses import replace

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.hedging.carry import leg_carry
from oracle_core.hedging.evaluate import UntradableError, evaluate
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.figures import linear_details
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.two_legs import Trades, is_open
from oracle_core.playbook.persona import Objective

WEEK_HOURS = 168.0
MOST = 10


def bleeding(case: Situation) -> Found:
    """Where a week's expected funding exceeds the persona's limit, each paying leg reduced, the dearest first."""
    paid = _paid(case)
    limit = case.persona.funding_cost_week_bps_equity / 10_000.0 * max(case.equity_usd, 0.0)
    beyond = sum(paid.values()) - limit
    made: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    if beyond <= 0.0 or case.equity_usd <= 0.0:
        return Found(candidates=(), left_out={})
    for row in sorted(paid, key=lambda row: (-paid[row], row))[:MOST]:
        listed = case.view.table.instruments[row]
        try:
            made += _reduced(case, row, listed, min(beyond / paid[row], 1.0), sum(paid.values()))
        except UntradableError as reason:
            left_out[f"funding of {listed.id}"] = str(reason)
    return Found(candidates=tuple(made), left_out=left_out)


def _paid(case: Situation) -> dict[int, float]:
    """USD that each held perpetual is expected to pay over a week, by row; those that receive are not in it."""
    found: dict[int, float] = {}
    for row, listed in enumerate(case.view.table.instruments):
        held = float(case.view.effective[row])
        if listed.kind is Kind.PERPETUAL and held:
            earned = leg_carry(case.view, row, held, WEEK_HOURS)
            if earned is not None and earned < 0.0:
                found[row] = -earned
    return found


def _reduced(case: Situation, row: int, listed: Instrument, share: float, week: float) -> Iterator[CandidateAction]:
    """The smallest step that brings the week within its limit, with the leg it is held against where it has one."""
    if not is_open(case, listed):
        raise UntradableError(f"venue {listed.venue} is closed")
    held = float(case.view.effective[row])
    size = listed.grid.away_from_zero(-held * share)
    if abs(float(size)) > abs(held):
        size = listed.grid.toward_zero(-held)
    if not size:
        return
    trades: Trades = {listed.id: size}
    coins = float(size) * float(case.view.table.delta[row])
    net = next(item.effective_delta for item in case.hold.exposures if item.coin == listed.base)
    if abs(net + coins) > abs(net):
        trades |= _held_against(case, listed, coins)
    made = evaluate(case, ActionKind.REDUCE, listed.base, trades)
    equity, limit = max(case.equity_usd, 1.0), case.persona.funding_cost_week_bps_equity
    why = (
        f"funding_cost_week_bps_equity: {10_000.0 * week / equity:.4g}, limit {limit:g} of {case.persona.name}; "
        f"{listed.symbol} on {listed.venue} pays"
    )
    details = (Detail("funding of a week now", week, "USD"), *linear_details(case, trades))
    yield replace(made, details=details, notes=(*made.notes, why))


def _held_against(case: Situation, listed: Instrument, coins: float) -> Trades:
    """As many coins the other way of the largest linear leg that the reduced one is held against, if there is one."""
    table = case.view.table
    others = [
        (abs(float(case.view.effective[row] * table.delta[row])), item.id, row, item)
        for row, item in case.view.listed(listed.base)
        if not item.is_option and item.id != listed.id and float(case.view.effective[row]) * coins > 0.0
        and is_open(case, item)
    ]  # fmt: skip
    if not others:
        return {}
    most, key, row, item = max(others)
    wanted = min(abs(coins), most)
    size = item.grid.toward_zero(-wanted / float(table.delta[row]) if coins > 0.0 else wanted / float(table.delta[row]))
    return {key: size} if size else {}


FAMILY = Family(
    name="funding_bleed", kinds=frozenset({ActionKind.REDUCE}), aim=Objective.CARRY, propose=bleeding,
)  # fmt: skip
