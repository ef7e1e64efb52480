"""A quote as a row of the market file."""

from functools import cached_property
from typing import Self

from pydantic import model_validator

from oracle_core.domain.market import Level, Quote
from oracle_core.domain.symbols import unified
from oracle_core.strict_json import Moment, Name, StrictModel, sound


class QuoteRow(StrictModel):
    """One instrument at one moment; prices in the venue's unit, rates and volatility as fractions."""

    venue: Name
    symbol: Name
    as_of: Moment
    bid: float | None = None
    ask: float | None = None
    bids: tuple[Level, ...] = ()
    asks: tuple[Level, ...] = ()
    mark: float | None = None
    last: float | None = None
    index: float | None = None
    forward: float | None = None
    mark_iv: float | None = None
    funding_rate: float | None = None
    borrow_rate: float | None = None
    funding_interval_hours: float | None = None
    next_funding_at: Moment | None = None
    open_interest: float | None = None
    volume_24h: float | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def domain(self) -> Quote:
        return Quote(
            venue=self.venue,
            symbol=unified(self.venue, self.symbol),
            as_of=self.as_of,
            bid=nobody_at_zero(self.bid),
            ask=nobody_at_zero(self.ask),
            bids=self.bids,
            asks=self.asks,
            mark=self.mark,
            last=self.last,
            index=self.index,
            forward=self.forward,
            mark_iv=self.mark_iv,
            funding_rate=self.funding_rate,
            funding_interval_hours=self.funding_interval_hours,
            next_funding_at=self.next_funding_at,
            borrow_rate=self.borrow_rate,
            open_interest=self.open_interest,
            volume_24h=self.volume_24h,
            notes=self.notes,
        )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        sound(lambda: self.domain)
        return self


def nobody_at_zero(price: float | None) -> float | None:
    """A venue's 0 for "nobody there" is an absent price."""
    return None if price == 0.0 else price
