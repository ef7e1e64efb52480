"""The facts of a fill's moment, from the market it was made in."""

from collections.abc import Callable
from typing import TypeAlias

from oracle_core.domain.instrument import Instrument
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.plan import Fill
from oracle_core.journal.fills import FillLine
from oracle_core.pricing.contracts import contract_table
from oracle_core.pricing.costs import notional_usd, settle_in_usd
from oracle_core.pricing.inputs import coin_index, pricing_inputs, reference

Describe: TypeAlias = Callable[[str, Fill], FillLine]
"""Gives a fill of a plan (by its hash) what its value and its limits are counted from."""


def describer(market: MarketSnapshot) -> Describe:
    """Describes fills by a market: terms, mark, USD per coin, notional, and premium paid.

    Raises (when called): InputError, MarketDataError: the market does not list or quote the contract.
    """

    def describe(plan_hash: str, fill: Fill) -> FillLine:
        listed, quote = market.instrument(fill.id), market.quote(fill.id)
        index, mark = coin_index(market, listed.base), reference(quote)
        premium = _premium(listed, fill, index)
        return FillLine(
            plan_hash=plan_hash, fill=fill, instrument=listed, mark=fill.price if mark is None else mark, index=index,
            notional_usd=max(abs(premium), _underlying(market, listed, fill, index)), premium_usd=max(premium, 0.0),
        )  # fmt: skip

    return describe


def _premium(listed: Instrument, fill: Fill, index: float) -> float:
    if not listed.is_option:
        return 0.0
    return float(fill.contracts) * listed.contract_size * fill.price * settle_in_usd(listed, index)


def _underlying(market: MarketSnapshot, listed: Instrument, fill: Fill, index: float) -> float:
    """USD of underlying that a fill stands for; of an option, its delta's."""
    if not listed.is_option:
        return notional_usd(listed, float(fill.contracts), fill.price, index)
    table = contract_table([listed], [pricing_inputs(market, listed.id, index)])
    return abs(float(fill.contracts) * float(table.delta[0])) * index
