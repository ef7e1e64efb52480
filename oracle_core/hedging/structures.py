"""Straddles and strangles: what the market offers as fresh ones, and what one of them is worth in desk units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import numpy as np

from oracle_core.domain.instrument import Instrument, InstrumentId, OptionType
from oracle_core.hedging.evaluate import cost_rate
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.params.establish import Shape

DAYS_A_YEAR = 365.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """One long call and one long put of an expiry, as rows of the view's table.

    delta: net transaction delta, coins.  gamma_1pct: USD for a move of 1 %.  vega_point: USD per point.
    theta_day: USD a day, below 0.
    """

    shape: Shape
    call: Instrument
    put: Instrument
    rows: tuple[int, int]
    expiry: datetime
    days: float
    delta: float
    gamma_1pct: float
    vega_point: float
    theta_day: float

    @property
    def ids(self) -> tuple[InstrumentId, InstrumentId]:
        return self.call.id, self.put.id

    @property
    def name(self) -> str:
        """As a desk says it: `straddle 27MAR26 100000`."""
        strikes = dict.fromkeys(f"{listed.strike:.10g}" for listed in (self.put, self.call))
        return f"{self.shape.value} {self.expiry:%d%b%y} {'/'.join(strikes)}".upper().replace(
            self.shape.value.upper(), self.shape.value
        )


def fresh_structures(
    case: Situation, coin: str, shapes: Iterable[Shape], side: float, strangle_abs_delta: float
) -> dict[Shape, list[Structure]]:
    """The best structure of every expiry and shape, most worth having first; `side` is +1 to buy, -1 to sell.

    Both legs are of one venue, one settlement and one contract size. Which strike and expiry are best is decided by
    `worth`; of a strangle by how near its legs are to the delta that is wanted.
    """
    by_book: dict[tuple[object, ...], list[tuple[int, Instrument]]] = {}
    for row, listed in case.options(coin):
        by_book.setdefault((listed.expiry, listed.venue, listed.settle, listed.contract_size), []).append((row, listed))
    found: dict[Shape, list[Structure]] = {shape: [] for shape in shapes}
    for _, rows in sorted(by_book.items(), key=lambda item: str(item[0])):
        for shape, made in found.items():
            pairs = _straddles(case, rows) if shape is Shape.STRADDLE else _strangles(case, rows, strangle_abs_delta)
            made.extend(pairs)
    return {shape: _best_of_expiries(case, coin, made, side) for shape, made in found.items()}


def worth(case: Situation, coin: str, structure: Structure, side: float) -> float:
    """What ranks structures, greater first: gamma for its price per day, or the price per day for its gamma.

    The price per day is theta and what trading the structure with its hedge costs, in and out, over the horizon: so a
    liquid structure stands before one that merely bleeds less. Bought, gamma over that price; sold, theta less cost
    over gamma. Minus infinity where a leg cannot be traded.
    """
    cost = unit_cost(case, coin, structure, side)
    if cost is None or structure.gamma_1pct <= 0.0:
        return float("-inf")
    a_day = 2.0 * cost / max(case.hours / 24.0, 1.0 / 24.0)
    if side > 0.0:
        return structure.gamma_1pct / max(a_day - structure.theta_day, 1e-12)
    return (-structure.theta_day - a_day) / structure.gamma_1pct


def unit_cost(case: Situation, coin: str, structure: Structure, side: float) -> float | None:
    """USD that one structure and its hedge cost at the best prices: fees and half-spreads; None where nobody stands."""
    hedge = cheapest_rate(case, coin, -side * structure.delta) if structure.delta else 0.0
    paid = [None if hedge is None else hedge * abs(structure.delta) * case.view.index[coin]]
    for key, row in zip(structure.ids, structure.rows, strict=True):
        rate = cost_rate(case, key, side)
        paid.append(None if rate is None else rate * float(case.view.table.notional_usd[row]))
    known = [usd for usd in paid if usd is not None]
    return sum(known) if len(known) == len(paid) else None


def cheapest_rate(case: Situation, coin: str, side: float) -> float | None:
    """The lowest one-way cost rate among what may hedge a coin, trading to one side."""
    rates = [rate for _, listed in case.hedges(coin) if (rate := cost_rate(case, listed.id, side)) is not None]
    return min(rates, default=None)


def structure_of(case: Situation, call: tuple[int, Instrument], put: tuple[int, Instrument]) -> Structure:
    """A call and a put of the same expiry as one."""
    table, rows = case.view.table, (call[0], put[0])
    index = case.view.index[call[1].base]
    assert call[1].expiry is not None

    def both(figures: np.ndarray) -> float:
        return float(figures[rows[0]] + figures[rows[1]])

    return Structure(
        shape=Shape.STRADDLE if call[1].strike == put[1].strike else Shape.STRANGLE, call=call[1], put=put[1],
        rows=rows, expiry=call[1].expiry, days=float(table.years[call[0]]) * DAYS_A_YEAR,
        delta=both(case.hedge_delta), gamma_1pct=both(table.gamma) * index * index / 100.0,
        vega_point=both(table.vega) / 100.0, theta_day=both(table.theta) / DAYS_A_YEAR,
    )  # fmt: skip


def _straddles(case: Situation, rows: Sequence[tuple[int, Instrument]]) -> list[Structure]:
    puts = {listed.strike: (row, listed) for row, listed in rows if listed.option_type is OptionType.PUT}
    return [
        structure_of(case, (row, listed), puts[listed.strike])
        for row, listed in rows
        if listed.option_type is OptionType.CALL and listed.strike in puts
    ]


def _strangles(case: Situation, rows: Sequence[tuple[int, Instrument]], wanted: float) -> list[Structure]:
    """The strangle whose legs are nearest to the delta that is wanted; none where strikes would cross."""
    table = case.view.table

    def off(item: tuple[int, Instrument]) -> tuple[float, InstrumentId]:
        return abs(abs(float(table.delta[item[0]])) / item[1].contract_size - wanted), item[1].id

    calls = sorted((item for item in rows if item[1].option_type is OptionType.CALL), key=off)
    puts = sorted((item for item in rows if item[1].option_type is OptionType.PUT), key=off)
    pairs = [
        (off(call)[0] + off(put)[0], call, put)
        for call in calls
        for put in puts
        if call[1].strike is not None and put[1].strike is not None and put[1].strike < call[1].strike
    ]
    if not pairs:
        return []
    _, call, put = min(pairs, key=lambda pair: (pair[0], pair[1][1].id, pair[2][1].id))
    return [structure_of(case, call, put)]


def _best_of_expiries(case: Situation, coin: str, found: list[Structure], side: float) -> list[Structure]:
    ranked = [(-worth(case, coin, item, side), item.ids, item) for item in found]
    ranked = sorted(item for item in ranked if item[0] < float("inf"))
    by_expiry = sorted(ranked, key=lambda item: item[2].expiry)
    best = [next(iter(group)) for _, group in groupby(by_expiry, key=lambda item: item[2].expiry)]
    return [item for _, _, item in sorted(best, key=lambda entry: entry[:2])]
