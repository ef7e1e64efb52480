"""What was true at an earlier moment: what a trigger is measured from. Absent is absent, and keeps triggers silent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The market of one account at one time, as its triggers saw it.

    prices: USD per coin.  vols: implied at the money for the horizon, annualised fractions.  ratios: realised over
    implied volatility.  funding: rate per interval, by perpetual.  spreads: the narrowest that hedges a coin, in basis
    points.  fired: the keys of the triggers that held.
    """

    at: datetime
    account: str = ""
    prices: Mapping[str, float] = field(default_factory=dict[str, float])
    vols: Mapping[str, float] = field(default_factory=dict[str, float])
    ratios: Mapping[str, float] = field(default_factory=dict[str, float])
    funding: Mapping[str, float] = field(default_factory=dict[str, float])
    spreads: Mapping[str, float] = field(default_factory=dict[str, float])
    fired: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastHedge:
    """A filled hedge of one coin, in a perpetual, future or spot.

    coins: signed, + bought.  price: USD per coin.  result_usd: what it gained until the coin's next hedge, less its
    cost; None while it is the last.
    """

    at: datetime
    coin: str
    coins: float
    price: float
    result_usd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What the desk remembers of an account before a moment.

    last, first: the newest and oldest cycle remembered.  hedged: by coin, the moment of its last hedge.
    fired: by trigger, the moment it last fired.  hedges: oldest first.  pnl_usd: by strategy, what its fills gained at
    present marks, costs paid.  clean_days: days with cycles and without a halt since the last one that had one;
    None is unknown.
    """

    last: Moment | None = None
    first: Moment | None = None
    hedged: Mapping[str, Moment] = field(default_factory=dict[str, Moment])
    fired: Mapping[str, Moment] = field(default_factory=dict[str, Moment])
    hedges: tuple[PastHedge, ...] = ()
    pnl_usd: Mapping[str, float] = field(default_factory=dict[str, float])
    clean_days: int | None = None

    def of(self, coin: str) -> tuple[PastHedge, ...]:
        """The hedges of one coin, oldest first."""
        return tuple(hedge for hedge in self.hedges if hedge.coin == coin)

    def held(self, key: str) -> bool:
        """Whether a trigger held at the last cycle."""
        return self.last is not None and key in self.last.fired


NOTHING_BEFORE = Since()
"""A desk that remembers nothing."""
