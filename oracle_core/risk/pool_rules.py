"""Which margin rule a pool's positions fall under, by its venue and model; what no rule covers is said."""

from enum import StrEnum
from typing import Final

import numpy as np

from oracle_core.domain.instrument import Kind
from oracle_core.domain.portfolio import MarginModel
from oracle_core.pricing.contracts import Floats
from oracle_core.risk.pools import PoolBook
from oracle_core.risk.view import BookView


class Rule(StrEnum):
    """How a pool's margin is computed, in the words that are shown."""

    TIERS = "the venue's tiers, each contract by itself"
    DERIBIT_STANDARD = "Deribit's standard margin: options by its formula, the rest by tiers"
    PORTFOLIO = (
        "ESTIMATE of portfolio margin: the worst of nine prices within ±16 % by volatility as it is, up and down, "
        "coin by coin; initial 1.3 times that"
    )


BY_FORMULA: Final = frozenset({"deribit"})
"""Venues whose standard margin for options is known."""


def pool_rule(pool: PoolBook) -> Rule:
    """The rule for what a pool holds, options included where it has one for them."""
    if pool.model is MarginModel.PORTFOLIO:
        return Rule.PORTFOLIO
    named = pool.model is not None and set(pool.venues) <= BY_FORMULA
    return Rule.DERIBIT_STANDARD if named else Rule.TIERS


def without_rule(view: BookView, pool: PoolBook, contracts: Floats, venues: tuple[str, ...]) -> tuple[str, ...]:
    """What keeps a pool's margin unknown, in words; empty where all of it is known."""
    if len(venues) > 1:
        return (f"margin: one lump of equity over {', '.join(venues)}; say in `pools` which venue holds what",)
    rule = pool_rule(pool)
    if rule is Rule.PORTFOLIO:
        return ()
    options = view.table.kinds[Kind.OPTION]
    without = (contracts != 0.0) & ~view.table.margin_ruled
    if rule is Rule.DERIBIT_STANDARD:
        without &= ~options
    if not without.any():
        return ()
    many = int((without & options).sum())
    counted = [f"margin rule of {many} option positions on {', '.join(venues)}"] if many else []
    others = np.flatnonzero(without & ~options)
    return (*counted, *(f"margin tiers of {view.table.instruments[int(row)].symbol}" for row in others))


def beyond_largest(view: BookView, contracts: Floats) -> tuple[str, ...]:
    """Positions larger than their venue's last tier takes, each in words."""
    notional = np.abs(contracts) * view.table.notional_usd
    return tuple(
        f"{view.table.instruments[row].symbol}: {notional[row]:,.0f} USD is beyond the venue's largest, "
        f"{view.largest[row]:,.0f} USD"
        for row in (int(found) for found in np.flatnonzero(notional > view.largest))
    )
