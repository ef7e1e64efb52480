"""What a perpetual's holder pays: every venue's formula, the rate that settles next, and how good that forecast was.

Rates above 0: longs pay shorts. A rate is a fraction of notional per its own interval.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import InputError, PricingError, fault
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, POSITIVE, Floats, arrays

INTEREST_8H: Final = 0.0001
CLAMP: Final = 0.0005
DEAD_BAND: Final = 0.00025
EIGHT_HOURS: Final = 8.0
HOURS_A_YEAR: Final = 8_760.0


class FundingTerms(NamedTuple):
    """How a venue makes its rate. `cap` bounds it, per interval; `rising` weighs the n-th premium sample by n.

    `scaled`: the 8-hour rate is divided over shorter intervals. Otherwise only its interest is.
    """

    cap: float | None
    interval_hours: float
    rising: bool
    scaled: bool


TERMS: Final[dict[str, FundingTerms]] = {
    "binanceusdm": FundingTerms(cap=0.003, interval_hours=8.0, rising=True, scaled=True),
    "binancecoinm": FundingTerms(cap=0.003, interval_hours=8.0, rising=True, scaled=True),
    "bybit": FundingTerms(cap=None, interval_hours=8.0, rising=True, scaled=False),
    "bitmex": FundingTerms(cap=None, interval_hours=8.0, rising=False, scaled=False),
    "hyperliquid": FundingTerms(cap=0.04, interval_hours=1.0, rising=False, scaled=True),
}
"""Defaults of the large coins. Venues change caps and intervals by contract: what a quote states goes before."""


class PredictionError(NamedTuple):
    """Predicted less settled rates: mean, mean size and root mean square, and how many were compared."""

    bias: float
    mean_absolute: float
    rmse: float
    compared: int


class AnnualRate(NamedTuple):
    """A funding rate per year: added up, and reinvested every interval."""

    simple: float
    compounded: float


def premium_index(impact_bid: ArrayLike, impact_ask: ArrayLike, index: ArrayLike) -> Floats:
    """How far the perpetual's book lies outside the index: (max(0, bid - I) - max(0, I - ask)) / I.

    Args: prices at which the venue's impact notional fills, and the index (Hyperliquid: the oracle price), all > 0.
    Source: the funding rules that Binance, Bybit and Hyperliquid publish.

    >>> float(premium_index(10_100.0, 10_110.0, 10_000.0))
    0.01
    """
    bid, ask, index_ = arrays(
        "premium_index", impact_bid=(impact_bid, POSITIVE), impact_ask=(impact_ask, POSITIVE), index=(index, POSITIVE)
    )
    return np.asarray((np.maximum(bid - index_, 0.0) - np.maximum(index_ - ask, 0.0)) / index_)


def average_premium(premiums: ArrayLike, *, rising: bool = True) -> float:
    """Mean of an interval's premium samples, oldest first; `rising` weighs the n-th by n.

    >>> round(average_premium([0.0001, 0.0002, 0.0003, 0.0004]), 12)
    0.0003
    """
    (samples,) = arrays("average_premium", premiums=(premiums, FINITE))
    if samples.ndim != 1 or samples.size == 0:
        raise PricingError(str(fault("average_premium", "premiums", f"shape {samples.shape}", "a list of one or more")))
    weights = np.arange(1.0, samples.size + 1.0) if rising else np.ones(samples.size)
    return float(weights @ samples / weights.sum())


def clamped_rate(
    premium: ArrayLike, *, interest: ArrayLike = INTEREST_8H, clamp: ArrayLike = CLAMP, cap: float | None = None
) -> Floats:
    """P + clamp(I - P, -c, +c), held inside +-cap: the interest rate unless the premium is more than c away from it.

    Source: the funding rules that Binance, Bybit, BitMEX and Hyperliquid publish.

    >>> clamped_rate([0.0, 0.0006, 0.003]).round(6).tolist()
    [0.0001, 0.0001, 0.0025]
    """
    premium_, interest_, clamp_ = arrays(
        "clamped_rate", premium=(premium, FINITE), interest=(interest, FINITE), clamp=(clamp, NOT_NEGATIVE)
    )
    rate = premium_ + np.clip(interest_ - premium_, -clamp_, clamp_)
    return np.asarray(rate if cap is None else np.clip(rate, -cap, cap))


def deribit_rate(mark: ArrayLike, index: ArrayLike, *, cap: float = 0.005) -> Floats:
    """Deribit's 8-hour rate, paid continuously: the premium of mark over index beyond a dead band of 0.025 %.

    >>> float(deribit_rate(100_100.0, 100_000.0).round(8))
    0.00075
    """
    mark_, index_ = arrays("deribit_rate", mark=(mark, POSITIVE), index=(index, POSITIVE))
    premium = mark_ / index_ - 1.0
    return np.asarray(np.clip(np.maximum(premium, DEAD_BAND) + np.minimum(premium, -DEAD_BAND), -cap, cap))


def bitmex_interest(quote_daily: float, base_daily: float) -> float:
    """BitMEX's interest per 8 hours: the difference of two daily rates, in thirds.

    >>> round(bitmex_interest(0.01, 0.0025), 6)
    0.0025
    """
    return (quote_daily - base_daily) / 3.0


def funding_payment(rate: ArrayLike, notional: ArrayLike, *, hours: ArrayLike, interval_hours: float) -> Floats:
    """What a position pays over some hours at a rate per interval: above 0 it pays, below it receives.

    Args: notional: signed, + long, in the currency the payment is wanted in.

    >>> float(funding_payment(0.00075, 10_000.0, hours=1.0, interval_hours=8.0))
    0.9375
    """
    rate_, notional_, hours_, interval = arrays(
        "funding_payment",
        rate=(rate, FINITE),
        notional=(notional, FINITE),
        hours=(hours, NOT_NEGATIVE),
        interval_hours=(interval_hours, POSITIVE),
    )
    return np.asarray(rate_ * notional_ * hours_ / interval)


def predicted_funding(venue: str, premiums: ArrayLike, *, interval_hours: float | None = None) -> float:
    """The rate that settles at the end of this interval, from the premium samples seen so far, oldest first.

    Args: venue: one of `TERMS`.    interval_hours: of this contract, if not the venue's usual one.
    Returns: fraction per interval. The samples still to come are taken to average what has been seen.
    Raises: InputError: a venue whose formula is not known. PricingError: no samples, or one that is not finite.
    Source: the venues' own funding rules: Binance divides the 8-hour rate by 8/N, Bybit its interest only;
        Hyperliquid pays an eighth each hour.

    >>> round(predicted_funding("hyperliquid", [0.01]), 8), round(predicted_funding("binanceusdm", [0.0004]), 8)
    (0.0011875, 0.0001)
    """
    terms = TERMS.get(venue)
    if terms is None:
        raise InputError([fault("funding", "venue", venue, f"one of {', '.join(TERMS)}, or `deribit_rate`")])
    hours = terms.interval_hours if interval_hours is None else interval_hours
    (share,) = arrays("predicted_funding", interval_hours=(hours, POSITIVE))
    part = float(share) / EIGHT_HOURS
    premium = average_premium(premiums, rising=terms.rising)
    if terms.scaled:
        rate = float(clamped_rate(premium)) * part
    else:
        rate = float(clamped_rate(premium, interest=INTEREST_8H * part))
    return rate if terms.cap is None else min(max(rate, -terms.cap), terms.cap)


def prediction_error(predicted: ArrayLike, settled: ArrayLike) -> PredictionError:
    """How far predicted rates lay from those that settled.

    >>> prediction_error([0.0001, 0.0003], [0.0001, 0.0001]).compared
    2
    """
    predicted_, settled_ = arrays("prediction_error", predicted=(predicted, FINITE), settled=(settled, FINITE))
    error = np.atleast_1d(predicted_ - settled_)
    if error.size == 0:
        raise PricingError(str(fault("prediction_error", "settled", "no rates", "one or more")))
    return PredictionError(
        float(error.mean()), float(np.abs(error).mean()), float(np.sqrt((error**2).mean())), error.size
    )


def annual_rate(rate: ArrayLike, interval_hours: float) -> AnnualRate:
    """A rate per interval as a rate per year of 365 days.

    >>> found = annual_rate(0.0001, 8.0)
    >>> round(found.simple, 4), round(found.compounded, 4)
    (0.1095, 0.1157)
    """
    rate_, interval = arrays("annual_rate", rate=(rate, FINITE), interval_hours=(interval_hours, POSITIVE))
    times = HOURS_A_YEAR / float(interval)
    return AnnualRate(float(rate_) * times, float(np.expm1(times * np.log1p(float(rate_)))))


def rate_percentile(rate: float, history: ArrayLike) -> float:
    """Where a rate stands among those of its history, from 0 to 1; ties count half.

    Args: history: rates of the same interval, one or more; the last 90 days unless a desk wants otherwise.
    Raises: PricingError: a rate is not finite, or there is no history.

    >>> rate_percentile(0.0003, [0.0001, 0.0001, 0.0003, 0.0005])
    0.625
    """
    rate_, history_ = arrays("rate_percentile", rate=(rate, FINITE), history=(history, FINITE))
    if history_.size == 0:
        raise PricingError(str(fault("rate_percentile", "history", "no rates", "one or more")))
    below = np.count_nonzero(history_ < rate_)
    return float((below + 0.5 * np.count_nonzero(history_ == rate_)) / history_.size)
