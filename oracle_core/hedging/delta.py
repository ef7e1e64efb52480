"""Delta hedges: to the target, to the edge of the band, or part of the way, with each linear or inverse contract."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from oracle_core.domain.hedge import ActionKind, Band, CandidateAction
from oracle_core.domain.instrument import Instrument
from oracle_core.domain.market import VenueStatus
from oracle_core.hedging.bands import band, target_delta
from oracle_core.hedging.evaluate import UntradableError, cost_rate, evaluate
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.band import Rehedge
from oracle_core.playbook.strategy import REHEDGES

PARTS = (Decimal("0.75"), Decimal("0.5"), Decimal("0.25"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The candidates of a family, and why other instruments gave none."""

    candidates: tuple[CandidateAction, ...]
    left_out: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hedge:
    """One coin hedged with one instrument under one band."""

    case: Situation
    coin: str
    listed: Instrument
    rule: Band

    def size(self, coins: float) -> Decimal:
        """Contracts on the grid that trade no more than `coins` of delta."""
        unit = float(self.case.view.table.delta[self.case.view.table.row[self.listed.id]])
        return self.listed.grid.toward_zero(coins / unit)

    def weigh(self, kind: ActionKind, contracts: Decimal) -> CandidateAction:
        return evaluate(self.case, kind, self.coin, {self.listed.id: contracts}, band=self.rule)


def delta_hedges(case: Situation) -> Found:
    """Every coin outside its band, with every perpetual, future and spot the strategy may hedge with."""
    candidates: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    if case.equity_usd <= 0.0:
        return Found(candidates=(), left_out={"equity": f"{case.equity_usd:,.2f} USD: reducing duties only"})
    wanted = case.strategy.underlyings
    for coin in case.view.coins:
        if wanted is not None and coin not in wanted:
            left_out[coin] = f"strategy {case.strategy.name} does not hedge it"
            continue
        if coin in case.without_volatility:
            left_out[coin] = "no volatility: no candles, no implied volatility and no volatility index"
            continue
        for listed in _hedges(case, coin):
            try:
                candidates.extend(_hedge_with(case, coin, listed))
            except UntradableError as reason:
                left_out[str(listed.id)] = str(reason)
    return Found(candidates=tuple(candidates), left_out=left_out)


def _hedges(case: Situation, coin: str) -> Iterator[Instrument]:
    for _, listed in case.view.listed(coin):
        open_venue = case.view.market.status(listed.venue) is VenueStatus.OK
        if not listed.is_option and listed.kind in case.strategy.hedge_kinds and open_venue:
            yield listed


def _hedge_with(case: Situation, coin: str, listed: Instrument) -> list[CandidateAction]:
    net = next(item.net_delta for item in case.hold.exposures if item.coin == coin)
    side = 1.0 if net < target_delta(case, coin) else -1.0
    rate = cost_rate(case, listed.id, side)
    if rate is None:
        raise UntradableError(f"{listed.symbol} on {listed.venue}: no {'ask' if side > 0 else 'bid'} to trade against")
    rule = band(case, coin, rate)
    away = rule.net_delta - rule.target
    if abs(away) <= rule.half_width:
        return []
    whole = side * abs(away) * (1.0 - _bias(case))
    sized = {ActionKind.TO_TARGET: whole, ActionKind.TO_EDGE: whole - side * rule.half_width}
    if case.strategy.band.rehedge_to is Rehedge.PARTIAL:
        sized[ActionKind.PARTIAL] = whole * case.strategy.partial_share
    hedge = _Hedge(case=case, coin=coin, listed=listed, rule=rule)
    found = [hedge.weigh(kind, size) for kind, coins in sized.items() if (size := hedge.size(coins))]
    wanted = next((item for item in found if item.kind.value == REHEDGES[case.strategy.band.rehedge_to]), None)
    if wanted is not None and refusals(case, wanted):
        found.extend(_part(hedge, wanted))
    return found


def _bias(case: Situation) -> float:
    """The share of a hedge left undone (+) or overdone (-): the strategy's wish within the persona's cap."""
    most = case.persona.hedge_bias_pct_max / 100.0
    return max(-most, min(most, case.strategy.bias))


def _part(hedge: _Hedge, wanted: CandidateAction) -> Iterator[CandidateAction]:
    """The largest part of a refused hedge that no limit refuses."""
    for share in PARTS:
        contracts = hedge.listed.grid.toward_zero(wanted.legs[0].contracts * share)
        if not contracts:
            return
        part = hedge.weigh(ActionKind.PARTIAL, contracts)
        if not refusals(hedge.case, part):
            yield part
            return
