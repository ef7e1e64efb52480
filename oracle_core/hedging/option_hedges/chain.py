"""A coin's options, and the contract that flattens their delta, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.instrument import Instrument, InstrumentId, Kind
from oracle_core.domain.market import Quote, VenueStatus
from oracle_core.hedging.evaluate import cost_rate
from oracle_core.hedging.situation import Situation
from oracle_core.pricing.contracts import Floats
from oracle_core.pricing.costs import settle_in_usd, trade_cost

MOST_EQUITIES = 10.0
"""No leg is larger than this many times equity in underlying: no limit of any persona reaches as far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What taking contracts costs on one side: sizes shown (unsigned, from 0), and the USD cost of each."""

    sizes: Floats
    costs: Floats

    @property
    def most(self) -> float:
        return float(self.sizes[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What of one coin may be traded to change gamma and vega: its options, then the hedge where there is one.

    Shape of every array: (m,), per contract.  rows: in the view's table.  step, least: contracts.
    delta: coins, net of the premium paid in coin.  gamma: USD per 1 %.  vega: USD per point.  notional: USD, of an
    option the larger of premium and delta cash.  ask, bid: USD of premium (0 for the hedge).
    """

    case: Situation
    coin: str
    listed: tuple[Instrument, ...]
    hedged: bool
    rows: NDArray[np.intp]
    buying: tuple[Curve, ...]
    selling: tuple[Curve, ...]
    step: Floats
    least: Floats
    delta: Floats
    gamma: Floats
    vega: Floats
    notional: Floats
    ask: Floats
    bid: Floats

    @property
    def options(self) -> int:
        """How many of the legs are options."""
        return len(self.listed) - int(self.hedged)

    def most(self, side: float) -> Floats:
        """The largest size of each leg, unsigned, that its book shows on a side (+1 to buy)."""
        return np.array([curve.most for curve in (self.buying if side > 0.0 else self.selling)])

    def within(self, sizes: Floats) -> Floats:
        """Sizes no larger than the books show, on the grid, toward less."""
        return self.snapped(np.clip(sizes, -self.most(-1.0), self.most(1.0)))

    def snapped(self, sizes: Floats) -> Floats:
        """Sizes on the contract grid, toward less; 0 below the minimum."""
        steps = np.floor(np.abs(sizes) / self.step + 1e-6) * self.step
        return np.where(steps >= self.least * (1.0 - 1e-9), np.copysign(steps, sizes), 0.0)

    def flattened(self, sizes: Floats, away: float = 0.0) -> Floats:
        """The same options with the hedge that takes out their delta, and `away` coins of the book beside."""
        if not self.hedged:
            return sizes
        flat = sizes.copy()
        flat[..., -1] = 0.0
        flat[..., -1] = -(flat @ self.delta + away) / self.delta[-1]
        return np.concatenate([flat[..., :-1], self.snapped(flat)[..., -1:]], axis=-1)

    def trades(self, sizes: Floats) -> dict[InstrumentId, Decimal]:
        """The legs of one plan (shape (m,)) as contracts on the grid."""
        made = {item.id: item.grid.toward_zero(float(size)) for item, size in zip(self.listed, sizes, strict=True)}
        return {key: contracts for key, contracts in made.items() if contracts}

    def narrowed(self, legs: Sequence[int]) -> "Chain":
        """Only some of the options, with the same hedge."""
        kept = [*legs, *range(self.options, len(self.listed))]
        return _chain(
            self.case, self.coin, [(int(self.rows[n]), self.listed[n]) for n in kept[: len(legs)]],
            (int(self.rows[-1]), self.listed[-1]) if self.hedged else None,
            {self.listed[n].id: (self.buying[n], self.selling[n]) for n in kept},
        )  # fmt: skip


def chain(case: Situation, coin: str, *, duty: bool = False) -> Chain:
    """The options of a coin that somebody quotes on both sides, with the cheapest contract for their delta.

    A duty may hedge with any kind of contract, whatever the strategy names.
    """
    options = [(row, listed) for row, listed in case.options(coin) if _quoted(case, listed)]
    return _chain(case, coin, options, _hedge(case, coin, duty=duty), {})


def _chain(
    case: Situation, coin: str, options: Sequence[tuple[int, Instrument]], hedge: tuple[int, Instrument] | None,
    known: dict[InstrumentId, tuple[Curve, Curve]],
) -> Chain:  # fmt: skip
    legs = [*options, *([] if hedge is None else [hedge])]
    rows, listed = np.array([row for row, _ in legs], dtype=np.intp), tuple(item for _, item in legs)
    table, spot = case.view.table, case.view.index[coin]
    curves = [known.get(item.id) or (_curve(case, item, 1.0), _curve(case, item, -1.0)) for item in listed]
    delta = case.hedge_delta[rows]
    asks, bids = (_premiums(case, listed, side) for side in ("best_ask", "best_bid"))
    option = np.array([item.is_option for item in listed], dtype=bool)
    return Chain(
        case=case, coin=coin, listed=listed, hedged=hedge is not None, rows=rows,
        buying=tuple(pair[0] for pair in curves), selling=tuple(pair[1] for pair in curves),
        step=np.array([float(item.grid.amount_step) for item in listed]),
        least=np.array([float(item.grid.min_amount) for item in listed]),
        delta=delta, gamma=table.gamma[rows] * spot * spot / 100.0, vega=table.vega[rows] / 100.0, ask=asks, bid=bids,
        notional=np.where(option, np.maximum(asks, np.abs(table.delta[rows]) * spot), table.notional_usd[rows]),
    )  # fmt: skip


def _quoted(case: Situation, listed: Instrument) -> bool:
    quote = case.view.market.quotes.get(listed.id)
    return quote is not None and quote.mid is not None and _open(case, listed)


def _open(case: Situation, listed: Instrument) -> bool:
    return case.view.market.status(listed.venue) is VenueStatus.OK


def _hedge(case: Situation, coin: str, *, duty: bool) -> tuple[int, Instrument] | None:
    """The perpetual that is cheapest to trade there and back, else the cheapest of the other kinds."""
    wanted = [(row, item) for row, item in case.view.listed(coin) if not item.is_option] if duty else case.hedges(coin)
    priced: list[tuple[bool, float, InstrumentId, int, Instrument]] = []
    for row, item in wanted:
        if not _open(case, item):
            continue
        rates = [cost_rate(case, item.id, side) for side in (1.0, -1.0)]
        known = [rate for rate in rates if rate is not None]
        if len(known) == len(rates):
            priced.append((item.kind is not Kind.PERPETUAL, sum(known), item.id, row, item))
    return None if not priced else min(priced)[3:]


def _curve(case: Situation, listed: Instrument, side: float) -> Curve:
    """The cost at every level of the ladder shown; one straight line where no ladder is."""
    quote, spot = case.view.market.quotes[listed.id], case.view.index[listed.base]
    bound = MOST_EQUITIES * max(case.equity_usd, 0.0) / (spot * abs(_coins(case, listed)))
    shown = np.cumsum([size for _, size in (quote.asks if side > 0.0 else quote.bids)])
    sizes = [float(size) for size in shown if size < bound] or [bound]
    if shown.size and shown[-1] >= bound and sizes[-1] < bound:
        sizes.append(bound)
    if shown.size:
        sizes = [min(size, float(shown[-1])) for size in sizes]
    costs = [_cost(listed, quote, side * size, spot) for size in sizes]
    return Curve(sizes=np.array([0.0, *sizes]), costs=np.array([0.0, *costs]))


def _coins(case: Situation, listed: Instrument) -> float:
    row = case.view.table.row[listed.id]
    return listed.contract_size if listed.is_option else float(case.view.table.delta[row])


def _cost(listed: Instrument, quote: Quote, contracts: float, spot: float) -> float:
    if not contracts:
        return 0.0
    found = trade_cost(listed, quote, contracts, spot)
    assert found is not None, "both sides are quoted, and no more is asked than the ladder shows"
    return found.total


def _premiums(case: Situation, listed: Sequence[Instrument], side: str) -> Floats:
    found: list[float] = []
    for item in listed:
        price: float | None = getattr(case.view.market.quotes[item.id], side)
        dollars = settle_in_usd(item, case.view.index[item.base])
        found.append(price * item.contract_size * dollars if item.is_option and price is not None else 0.0)
    return np.array(found)
