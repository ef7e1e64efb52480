"""Cross-hedges: the delta of one coin, taken down with the perpetual of another that moves with it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.hedging.bands import band, beyond, target_delta
from oracle_core.hedging.evaluate import UntradableError, cost_rate, evaluate
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.figures import linear_details
from oracle_core.hedging.iv_only import waits
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.two_legs import is_open
from oracle_core.playbook.persona import Objective

MOST = 20


class _Cross(NamedTuple):
    """A coin hedged with a contract of another. beta: dollars of the other for a dollar of the coin."""

    coin: str
    listed: Instrument
    away_usd: float
    correlation: float
    beta: float
    rate: float

    @property
    def dollars(self) -> float:
        """Signed USD of the other coin to trade, for the whole delta."""
        return -self.beta * self.away_usd


def cross_hedges(case: Situation) -> Found:
    """Every delta beyond its target, with the cheapest perpetual of every coin that moves closely enough with it.

    The size is the one that leaves the least variance, beta = correlation * own volatility / the other's. What the
    other coin cannot follow stays in Risk, so a hedge in the same coin ranks first at equal cost.
    """
    made: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    if case.strategy.params.cross_hedge is None or case.equity_usd <= 0.0 or not case.has_delta_view:
        return Found(candidates=(), left_out={})
    for coin in case.view.coins:
        for other in case.view.coins:
            found = _cross(case, coin, other) if coin != other else None
            if found is None:
                continue
            try:
                made += _sized(case, found)
            except UntradableError as reason:
                left_out[f"{coin} with {found.listed.id}"] = str(reason)
    return Found(candidates=tuple(made[:MOST]), left_out=left_out)


def _cross(case: Situation, coin: str, other: str) -> _Cross | None:
    """The hedge of a coin with another, if they are known to move together closely enough."""
    params = case.strategy.params.cross_hedge
    if params is None or not (case.may_open(coin) and other in case.vols):
        return None
    net = next(item.effective_delta for item in case.hold.exposures if item.coin == coin)
    away = (net - target_delta(case, coin)) * case.view.index[coin]
    one, two = case.view.coins.index(coin), case.view.coins.index(other)
    together = float(case.model.correlation[one, two])
    if away == 0.0 or together < params.min_correlation:
        return None
    offers = [
        (rate, listed)
        for _, listed in case.hedges(other)
        if listed.kind is Kind.PERPETUAL
        and is_open(case, listed)
        and (rate := cost_rate(case, listed.id, -away)) is not None
    ]
    if not offers:
        return None
    rate, listed = min(offers, key=lambda offer: (offer[0], offer[1].id))
    beta = together * case.vols[coin].value / case.vols[other].value
    return _Cross(coin, listed, away, together, beta, rate)


def _sized(case: Situation, cross: _Cross) -> Iterator[CandidateAction]:
    """To the target, and to the edge of the band that the other coin's volatility and cost give; nothing inside it."""
    price = case.view.index[cross.listed.base]
    rule = band(case, cross.listed.base, cross.rate)
    whole = abs(cross.dollars) / price
    if not beyond(whole, rule.half_width):
        return
    own = case.view.index[cross.coin]
    seen = rule.half_width * price / (abs(cross.beta) * own)  # the same band, in coins of what is hedged
    if (waiting := waits(case, cross.coin, cross.away_usd / own, seen)) is not None:
        raise UntradableError(waiting)
    side = 1.0 if cross.dollars > 0.0 else -1.0
    unit = float(case.view.table.delta[case.view.table.row[cross.listed.id]])
    for kind, coins in {ActionKind.TO_TARGET: whole, ActionKind.TO_EDGE: whole - rule.half_width}.items():
        contracts = cross.listed.grid.toward_zero(side * coins / unit)
        if contracts:
            yield _told(case, cross, evaluate(case, kind, cross.coin, {cross.listed.id: contracts}))


def _told(case: Situation, cross: _Cross, action: CandidateAction) -> CandidateAction:
    trades = {leg.id: leg.contracts for leg in action.legs}
    other = cross.listed.base
    details = (
        Detail("beta", cross.beta, f"USD of {other} for a USD of {cross.coin}"),
        Detail("correlation", cross.correlation, f"{cross.coin} with {other}"),
        Detail("cross-hedge", action.after.measures.cross_hedge_pct_equity, "% of equity"),
        *linear_details(case, trades),
    )
    left = f"{100.0 * (1.0 - cross.correlation**2):.0f} % of the variance of {cross.coin} is not {other}'s and stays"
    return replace(action, details=details, notes=(*action.notes, left))


FAMILY = Family(
    name="cross_hedge", kinds=frozenset({ActionKind.TO_TARGET, ActionKind.TO_EDGE}), aim=Objective.VARIANCE,
    propose=cross_hedges,
)  # fmt: skip
