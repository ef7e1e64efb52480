"""The forward of every option: its own quote's, else a dated future's mark, else put-call parity, each named."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from math import exp
from statistics import median
from typing import NamedTuple

from oracle_core.domain.instrument import Instrument, Kind, OptionType
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.errors import MarketDataError, fault

_SECONDS_A_YEAR = 365.0 * 86_400.0
NEAREST = 3
"""Strikes that vote on a parity forward: the nearest have the tightest marks, and three outvote one bad one."""


class _Chain(NamedTuple):
    coin: str
    expiry: datetime | None
    linear: bool


class Forwards:
    """The forwards of one market. What its quotes do not say is worked out once, when it is first needed."""

    def __init__(self, market: MarketSnapshot) -> None:
        self._market = market

    def of(self, listed: Instrument, quote: Quote) -> tuple[float, tuple[str, ...]]:
        """The forward of an option in USD, and what had to stand in for it.

        Raises: MarketDataError: neither a forward nor anything that implies one is quoted.
        """
        if quote.forward is not None:
            return quote.forward, ()
        future = self._futures.get((listed.base, listed.expiry))
        if future is not None:
            return future[0], (f"forward of {listed.symbol} from the mark of {future[1]}",)
        implied = self._parity.get(_Chain(listed.base, listed.expiry, listed.linear))
        if implied is None:
            wanted = "a forward, a future of the same expiry, or both marks at a strike"
            raise MarketDataError([fault("market", f"quote {listed.id}: forward", None, wanted)])
        return implied, (f"forward of {listed.symbol} from put-call parity",)

    @cached_property
    def _futures(self) -> Mapping[tuple[str, datetime | None], tuple[float, str]]:
        return {
            (listed.base, listed.expiry): (mark, listed.symbol)
            for listed, mark in self._sound()
            if listed.kind is Kind.FUTURE and mark > 0.0
        }

    @cached_property
    def _parity(self) -> Mapping[_Chain, float]:
        marks: dict[_Chain, dict[float, dict[OptionType, float]]] = {}
        for listed, mark in self._sound():
            if listed.strike is not None and listed.option_type is not None:
                chain = marks.setdefault(_Chain(listed.base, listed.expiry, listed.linear), {})
                chain.setdefault(listed.strike, {})[listed.option_type] = mark
        found = {chain: _parity_forward(strikes, chain.linear, self._growth(chain)) for chain, strikes in marks.items()}
        return {chain: forward for chain, forward in found.items() if forward is not None and forward > 0.0}

    def _growth(self, chain: _Chain) -> float:
        """What a dollar grows to by the expiry."""
        if chain.expiry is None:
            return 1.0
        years = max((chain.expiry - self._market.as_of).total_seconds(), 0.0) / _SECONDS_A_YEAR
        return exp(self._market.interest_rate * years)

    def _sound(self) -> list[tuple[Instrument, float]]:
        market = self._market
        return [
            (market.instruments[key], quote.mark)
            for key, quote in market.quotes.items()
            if quote.mark is not None and key not in market.rejected
        ]


def _parity_forward(strikes: Mapping[float, Mapping[OptionType, float]], linear: bool, growth: float) -> float | None:
    """C - P is (F - K) / growth for dollars, 1 - K/F for coin: the median over the nearest strikes."""
    gaps = {
        strike: sides[OptionType.CALL] - sides[OptionType.PUT] for strike, sides in strikes.items() if len(sides) == 2
    }
    pairs = [
        (abs(gap), strike + growth * gap if linear else strike / (1.0 - gap))
        for strike, gap in gaps.items()
        if linear or gap < 1.0
    ]
    return median([forward for _, forward in sorted(pairs)[:NEAREST]]) if pairs else None
