"""Delta hedges: to the target, to the edge of the band, part of the way, and the smallest that cures a breach."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial

from oracle_core.domain.exposure import Outlook
from oracle_core.domain.hedge import ActionKind, Band, CandidateAction
from oracle_core.domain.instrument import Instrument
from oracle_core.domain.market import VenueStatus
from oracle_core.domain.portfolio import MarginModel
from oracle_core.hedging.bands import band, beyond, target_delta
from oracle_core.hedging.convexity import convexity
from oracle_core.hedging.cure import smallest_cure
from oracle_core.hedging.evaluate import UntradableError, cost_rate, evaluate, outcome
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.figures import linear_details
from oracle_core.hedging.iv_only import waits
from oracle_core.hedging.limits import breached, breaches, is_cured, refusals
from oracle_core.hedging.routing import backup_details
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.band import Rehedge
from oracle_core.playbook.params.partial import PartialParams
from oracle_core.playbook.persona import Objective
from oracle_core.playbook.strategy import REHEDGES
from oracle_core.pricing.costs import MOST_OF_A_DAY, most_contracts

CURVATURE = frozenset({"gamma_1pct_pct_equity", "vega_point_pct_equity", "expiry_gamma_1pct_pct_equity"})
USED = frozenset({"margin_use_pct", "gross_leverage"})
PARTS = (Decimal("0.75"), Decimal("0.5"), Decimal("0.25"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hedge:
    """One coin hedged with one instrument. `away` is its effective delta beyond the target, in coins.

    tried: the book after so many contracts, kept as it is weighed; None where that cures nothing, or the market cannot
    carry it.
    """

    case: Situation
    coin: str
    listed: Instrument
    away: float
    rule: Band | None
    tried: dict[Decimal, Outlook | None] = field(default_factory=dict[Decimal, Outlook | None])

    @property
    def side(self) -> float:
        return -1.0 if self.away > 0.0 else 1.0

    def size(self, coins: float) -> Decimal:
        """Contracts on the grid that trade no more than `coins` of delta."""
        unit = float(self.case.view.table.delta[self.case.view.table.row[self.listed.id]])
        wanted = coins / unit
        most = most_contracts(self.case.view.market.quotes[self.listed.id], wanted)
        return self.listed.grid.toward_zero(wanted if most is None else max(-most, min(most, wanted)))

    def weigh(self, kind: ActionKind, contracts: Decimal) -> CandidateAction:
        made = evaluate(self.case, kind, self.coin, {self.listed.id: contracts}, band=self.rule)
        return replace(made, notes=(*convexity(self.case, self.coin), *made.notes))

    def cure(self, contracts: Decimal, *, wholly: bool) -> Decimal | None:
        """This size, if the market can carry it and it cures a breach, or `wholly` every breach."""
        if contracts not in self.tried:
            self.tried[contracts] = self._curing(contracts)
        after = self.tried[contracts]
        return None if after is None or (wholly and breached(self.case, after)) else contracts

    def _curing(self, contracts: Decimal) -> Outlook | None:
        try:
            after = outcome(self.case, {self.listed.id: contracts})
        except UntradableError:
            return None
        return after if is_cured(self.case, self.case.hold, after) else None


def delta_hedges(case: Situation) -> Found:
    """Every coin outside its band or in breach, with every perpetual, future and spot that may hedge it.

    A breach is cured whatever the strategy says of coins, kinds and bands: the cure is a duty.
    """
    candidates: dict[str, CandidateAction] = {}
    left_out: dict[str, str] = {}
    if case.equity_usd <= 0.0:
        return Found(candidates=(), left_out={"equity": f"{case.equity_usd:,.2f} USD: reducing duties only"})
    for coin in case.view.coins:
        if coin in case.without_volatility:
            left_out[coin] = "no volatility: no implied volatility and no volatility index; only a breach is cured"
        for _, listed in case.view.listed(coin):
            if listed.is_option:
                continue
            try:
                for made in _hedges_with(case, coin, listed):
                    candidates.setdefault(made.id, made)
            except UntradableError as reason:
                left_out[str(listed.id)] = str(reason)
    return Found(candidates=tuple(_told(case, made) for made in candidates.values()), left_out=left_out)


def _told(case: Situation, action: CandidateAction) -> CandidateAction:
    """A hedge with the capital it ties up, what it carries, and a closed venue's price."""
    linear = linear_details(case, {leg.id: leg.contracts for leg in action.legs})
    details = (*linear, *backup_details(case, action))
    return replace(action, details=details, notes=(*action.notes, *_clipped(case, action)))


def _clipped(case: Situation, action: CandidateAction) -> Iterator[str]:
    """What one trade may take of a book, where a leg takes all of it."""
    for leg in action.legs:
        grid = case.view.market.instruments[leg.id].grid
        most = most_contracts(case.view.market.quotes[leg.id], float(leg.contracts))
        if most is not None and abs(leg.contracts) == grid.toward_zero(most):
            share = f"{100.0 * MOST_OF_A_DAY:g} % of a day's volume, or the depth shown if that is more"
            yield f"{leg.symbol} on {leg.venue} is clipped to {share}: {most:,.6g} contracts"


def _hedges_with(case: Situation, coin: str, listed: Instrument) -> Iterator[CandidateAction]:
    """The hedges of one coin with one instrument.

    Raises: UntradableError: its venue is closed, or nobody stands on the side it needs.
    """
    status = case.view.market.status(listed.venue)
    if status is not VenueStatus.OK:
        raise UntradableError(f"venue {listed.venue} is in `{status}`")
    net = next(item.effective_delta for item in case.hold.exposures if item.coin == coin)
    hedge = _Hedge(case=case, coin=coin, listed=listed, away=net - target_delta(case, coin), rule=None)
    if hedge.away == 0.0:
        return
    rate = cost_rate(case, listed.id, hedge.side)
    if rate is None:
        side = "ask" if hedge.side > 0 else "bid"
        raise UntradableError(f"{listed.symbol} on {listed.venue}: no {side} to trade against")
    if _may_cure(hedge):
        yield from _cures(hedge)
    if _is_wanted(case, coin, listed):
        yield from _ruled(hedge, band(case, coin, rate))


def _may_cure(hedge: _Hedge) -> bool:
    """Whether trading this contract toward the target can end a breach at all.

    It changes no gamma and no vega; and what it opens, instead of closing, adds margin and leverage, unless a pool is
    margined by its risk.
    """
    case = hedge.case
    named = {name for name in breaches(case) if name not in CURVATURE}
    closes = hedge.side * float(case.view.held[case.view.table.row[hedge.listed.id]]) < 0.0
    offset = any(pool.margin_model is MarginModel.PORTFOLIO for pool in case.view.portfolio.pools)
    return bool(named if closes or offset else named - USED)


def _cures(hedge: _Hedge) -> Iterator[CandidateAction]:
    """The smallest hedge that ends every breach, else the smallest that ends one."""
    full = hedge.size(-hedge.away)
    for wholly in (True, False):
        contracts = smallest_cure(full, hedge.listed.grid, partial(hedge.cure, wholly=wholly))
        if contracts is not None:
            yield replace(hedge.weigh(ActionKind.PARTIAL, contracts), duty=True)
            return


def _is_wanted(case: Situation, coin: str, listed: Instrument) -> bool:
    wanted = case.strategy.underlyings
    named = wanted is None or coin in wanted
    return (
        case.has_delta_view
        and named
        and coin not in case.without_volatility
        and listed.kind in case.strategy.hedge_kinds
    )


def _ruled(bare: _Hedge, rule: Band) -> Iterator[CandidateAction]:
    """What the strategy's band asks for: nothing inside it, nor where only implied volatility moved delta out of it.

    Raises: UntradableError: that it did, or that the depth shown is too thin for some size.
    """
    if not beyond(bare.away, rule.half_width):
        return
    if (waiting := waits(bare.case, bare.coin, bare.away, rule.half_width)) is not None:
        raise UntradableError(waiting)
    hedge = replace(bare, rule=rule)
    thin: UntradableError | None = None
    for kind, coins in _sizes(hedge, rule).items():
        try:
            if size := hedge.size(hedge.side * coins):
                made = hedge.weigh(kind, size)
                yield made
                if kind.value == REHEDGES[bare.case.strategy.band.rehedge_to] and refusals(bare.case, made):
                    yield from _part(hedge, made)
        except UntradableError as reason:
            thin = reason  # the other sizes may still fit into the depth that is shown
    if thin is not None:
        raise thin


def _sizes(hedge: _Hedge, rule: Band) -> dict[ActionKind, float]:
    """Coins to trade by kind, the bias left out."""
    whole = abs(hedge.away) * (1.0 - _bias(hedge.case))
    sized = {ActionKind.TO_TARGET: whole, ActionKind.TO_EDGE: max(whole - rule.half_width, 0.0)}
    if hedge.case.strategy.band.rehedge_to is Rehedge.PARTIAL:
        sized[ActionKind.PARTIAL] = whole * _part_of_the_way(hedge.case)
    return sized


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


def _bias(case: Situation) -> float:
    """The share of a hedge left undone (+) or overdone (-): the strategy's wish within the persona's cap."""
    most = case.persona.hedge_bias_pct_max / 100.0
    return max(-most, min(most, case.strategy.bias))


def _part_of_the_way(case: Situation) -> float:
    return (case.strategy.params.partial or PartialParams()).share


FAMILY = Family(
    name="delta", kinds=frozenset({ActionKind.TO_TARGET, ActionKind.TO_EDGE, ActionKind.PARTIAL}),
    aim=Objective.VARIANCE, propose=delta_hedges, always=True,
)  # fmt: skip
