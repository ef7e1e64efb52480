"""What is simulated: a straddle, the perpetual that hedges it, and what trading and holding cost."""

from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from math import inf

import numpy as np

from oracle_core.domain.checks import finite, positive, refuse
from oracle_core.errors import Fault, fault
from oracle_core.simulation.bars import Floats, Times

HOUR_MS = 3_600_000
HISTORY_MS = 168 * HOUR_MS


class Structure(StrEnum):
    """Long: buys a call and a put at one strike. Short: sells them."""

    LONG = "long_straddle"
    SHORT = "short_straddle"

    @property
    def sign(self) -> int:
        """+1 long convexity, -1 short."""
        return 1 if self is Structure.LONG else -1


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingCosts:
    """What trades cost. Fees are fractions of notional (an option's of its underlying, capped by its premium).

    half_spread_bps: perpetual, of the mark.  slippage_bps: every perpetual fill is worse by this.
    slippage_of_range: and by this share of its bar's high-low range, so that a wild bar costs more.
    option_half_spread: share of the option's mark.
    """

    taker_fee: float = 0.0004
    half_spread_bps: float = 1.0
    slippage_bps: float = 0.0
    slippage_of_range: float = 0.0
    option_fee: float = 0.0003
    option_fee_cap_of_premium: float = 0.125
    option_half_spread: float = 0.01

    def __post_init__(self) -> None:
        paid = {"half_spread_bps": self.half_spread_bps, "slippage_bps": self.slippage_bps,
                "slippage_of_range": self.slippage_of_range, "option_half_spread": self.option_half_spread}  # fmt: skip
        refuse(
            finite("costs", taker_fee=self.taker_fee, option_fee=self.option_fee, **paid),
            positive("costs", option_fee_cap_of_premium=self.option_fee_cap_of_premium),
            [fault("costs", name, value, "0 or more") for name, value in paid.items() if value < 0.0],
            [] if self.option_half_spread < 1.0 else [
                fault("costs", "option_half_spread", self.option_half_spread, "a share of the mark below 1")
            ],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Rates per interval, above 0 longs pay: a settled history ((epoch ms, rate), …), or one constant rate.

    A constant rate is paid at whole multiples of the interval from midnight UTC.
    """

    history: tuple[tuple[int, float], ...] = ()
    constant: float | None = None
    interval_hours: float = 8.0

    def __post_init__(self) -> None:
        both = self.constant is not None and bool(self.history)
        refuse(
            positive("funding", interval_hours=self.interval_hours),
            finite("funding", constant=self.constant, **{f"history[{n}]": r for n, (_, r) in enumerate(self.history)}),
            [fault("funding", "history", "unordered", "rising times")] if self._unordered() else [],
            [fault("funding", "constant", self.constant, "none where a history is given")] if both else [],
        )

    @property
    def interval_ms(self) -> int:
        return round(self.interval_hours * HOUR_MS)

    def payments(self, after_ms: int, until_ms: int) -> tuple[Times, Floats]:
        """Times and rates of what is settled after one moment and until another, shape (k,) each."""
        if self.constant is not None:
            first = (after_ms // self.interval_ms + 1) * self.interval_ms
            times = np.arange(first, until_ms + 1, self.interval_ms, dtype=np.int64)
            return times, np.full(len(times), self.constant)
        # A pair sorts after (ms, inf) exactly where its time is later.
        first, last = (bisect_right(self.history, (ms, inf)) for ms in (after_ms, until_ms))
        inside = self.history[first:last]
        return np.array([at for at, _ in inside], dtype=np.int64), np.array([rate for _, rate in inside])

    def known(self, ms: int) -> tuple[tuple[int, float], ...]:
        """The rates settled in the seven days up to a moment: all that a desk could have known by then."""
        times, rates = self.payments(ms - HISTORY_MS, ms)
        return tuple(zip((int(at) for at in times), (float(rate) for rate in rates), strict=True))

    def expected_payments(self, after_ms: int, until_ms: int) -> int:
        """How many payments the interval makes in a span; 0 where no funding is simulated."""
        return 0 if self.constant is None and not self.history else (until_ms - after_ms) // self.interval_ms

    def _unordered(self) -> bool:
        return any(later <= earlier for (earlier, _), (later, _) in pairwise(self.history))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One run. A straddle of `contracts` coins is opened at the first close at the money, and again when it expires.

    implied_vol: annualised fraction, the same for every strike and time.  strike_grid: USD.  check_minutes: how often
    the decision is asked.  perpetual_step: the perpetual's quantity step and minimum, in coins.
    """

    coin: str
    structure: Structure
    contracts: float
    days_to_expiry: float
    implied_vol: float
    equity_usd: float
    strike_grid: float
    check_minutes: int
    costs: TradingCosts = field(default_factory=TradingCosts)
    funding: Funding = field(default_factory=Funding)
    perpetual_step: Decimal = Decimal("0.001")
    venue: str = "paper"

    def __post_init__(self) -> None:
        refuse(
            positive(
                "scenario", contracts=self.contracts, days_to_expiry=self.days_to_expiry, implied_vol=self.implied_vol,
                equity_usd=self.equity_usd, strike_grid=self.strike_grid, check_minutes=self.check_minutes,
            ),
            self._name_faults(),
        )  # fmt: skip

    @property
    def options_held(self) -> float:
        """Signed contracts of the call, and of the put."""
        return self.structure.sign * self.contracts

    def _name_faults(self) -> list[Fault]:
        return [] if self.coin.isalnum() else [fault("scenario", "coin", self.coin, "a coin such as `BTC`")]
