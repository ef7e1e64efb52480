"""Routed hedges: one delta split over the books of several venues and contracts where that costs less than any one."""

from collections.abc import Iterator
from dataclasses import replace

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Instrument
from oracle_core.hedging.bands import band, beyond, target_delta
from oracle_core.hedging.evaluate import UntradableError, cost_rate, evaluate
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.figures import linear_details
from oracle_core.hedging.iv_only import waits
from oracle_core.hedging.routing import route
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.two_legs import is_open
from oracle_core.playbook.persona import Objective


def routed_hedges(case: Situation) -> Found:
    """The hedge to the target and to the edge of every coin over all its books, where that is cheaper than one book."""
    made: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    if case.equity_usd <= 0.0 or not case.has_delta_view:
        return Found(candidates=(), left_out={})
    for coin in case.view.coins:
        if not case.may_open(coin):
            continue
        try:
            made += _hedges(case, coin)
        except UntradableError as reason:
            left_out[f"split of {coin}"] = str(reason)
    return Found(candidates=tuple(made), left_out=left_out)


def _hedges(case: Situation, coin: str) -> Iterator[CandidateAction]:
    net = next(item.effective_delta for item in case.hold.exposures if item.coin == coin)
    away = net - target_delta(case, coin)
    rates = {
        listed: rate
        for _, listed in case.hedges(coin)
        if is_open(case, listed) and away and (rate := cost_rate(case, listed.id, -away)) is not None
    }
    if len(rates) < 2:
        return
    width = band(case, coin, min(rates.values())).half_width
    if not beyond(away, width) or waits(case, coin, away, width) is not None:
        return
    whole = abs(away) * (1.0 - case.persona.capped_bias(case.strategy.bias))
    for kind, size in {ActionKind.TO_TARGET: whole, ActionKind.TO_EDGE: max(whole - width, 0.0)}.items():
        coins = -size if away > 0.0 else size
        split = route(case, list(rates), coins)
        if len(split) > 1:
            action = evaluate(case, kind, coin, split)
            alone = _best_alone(case, kind, coin, list(rates), sum(leg.coins for leg in action.legs))
            if alone is None or action.cost.total < alone:
                yield _told(case, action, alone)


def _best_alone(case: Situation, kind: ActionKind, coin: str, listed: list[Instrument], coins: float) -> float | None:
    """USD that the cheapest single book asks for the same coins; None where none shows as much."""
    found: list[float] = []
    for item in listed:
        unit = float(case.view.table.delta[case.view.table.row[item.id]])
        contracts = item.grid.toward_zero(coins / unit)
        if not contracts:
            continue
        try:
            cost = evaluate(case, kind, coin, {item.id: contracts}).cost.total
        except UntradableError:
            continue
        found.append(cost * coins / (float(contracts) * unit))  # a coarser grid trades less: compared per coin
    return min(found, default=None)


def _told(case: Situation, action: CandidateAction, alone: float | None) -> CandidateAction:
    trades = {leg.id: leg.contracts for leg in action.legs}
    saved = (
        (Detail("saved against the best single book", alone - action.cost.total, "USD"),) if alone is not None else ()
    )
    notes = () if alone is not None else ("no single book shows as much",)
    return replace(action, details=(*saved, *linear_details(case, trades)), notes=(*action.notes, *notes))


FAMILY = Family(
    name="routed", kinds=frozenset({ActionKind.TO_TARGET, ActionKind.TO_EDGE}), aim=Objective.VARIANCE,
    propose=routed_hedges,
)  # fmt: skip
