"""Realised volatility from candles and returns.

Bars run along the last axis; leading axes are batches (windows, coins). Annualised on `periods_per_year` bars: 365 for
daily candles of a market that never closes, 8,760 for hourly ones.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.black import log_moneyness
from oracle_core.maths.domain import FINITE, POSITIVE, Floats, arrays

_FOUR_LN_TWO: Final = float(4.0 * np.log(2.0))
_TWO_LN_TWO_LESS_ONE: Final = float(2.0 * np.log(2.0) - 1.0)


class _Bars(NamedTuple):
    """Checked candles."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats


def log_returns(close: ArrayLike) -> Floats:
    """Logarithmic returns from one close to the next, along the last axis.

    >>> log_returns([100.0, 110.0, 99.0]).round(4).tolist()
    [0.0953, -0.1054]
    """
    (close_,) = arrays("log_returns", close=(close, POSITIVE))
    _at_least("log_returns", close_, 2)
    return log_moneyness(close_[..., 1:], close_[..., :-1])


def close_to_close(close: ArrayLike, *, periods_per_year: float = 365.0, zero_mean: bool = False) -> Floats:
    """Volatility of close-to-close returns: sample standard deviation, or root mean square with `zero_mean`.

    Args: close: > 0, bars along the last axis, at least 3 (2 with `zero_mean`).
    Returns: annualised fraction.
    Raises: PricingError: a price is not finite and positive, or there are too few.

    >>> float(close_to_close([100.0, 101.0, 99.0, 100.0], zero_mean=True).round(4))
    0.2702
    """
    returns = log_returns(close)
    _at_least("close_to_close", returns, 1 if zero_mean else 2)
    variance = np.mean(returns**2, axis=-1) if zero_mean else np.var(returns, axis=-1, ddof=1)
    return _annualised(variance, periods_per_year)


def parkinson(high: ArrayLike, low: ArrayLike, *, periods_per_year: float = 365.0) -> Floats:
    """Volatility from each bar's range, ln(H/L)^2 / (4 ln 2).

    Source: Parkinson (1980), J. Business 53, 61-65.

    >>> float(parkinson([102.0, 103.0], [99.0, 100.0]).round(4))
    0.3408
    """
    high_, low_ = arrays("parkinson", high=(high, POSITIVE), low=(low, POSITIVE))
    _ordered("parkinson", low_, high_)
    return _annualised(np.mean(log_moneyness(high_, low_) ** 2, axis=-1) / _FOUR_LN_TWO, periods_per_year)


def garman_klass(
    open_: ArrayLike,
    high: ArrayLike,
    low: ArrayLike,
    close: ArrayLike,
    *,
    periods_per_year: float = 365.0,
    gaps: bool = False,
) -> Floats:
    """Volatility from range and open-to-close; `gaps` adds Yang and Zhang's overnight term (from the second bar on).

    Source: Garman and Klass (1980), J. Business 53, 67-78.

    >>> float(garman_klass([100.0, 101.0], [102.0, 103.0], [99.0, 100.0], [101.0, 102.0]).round(4))
    0.3837
    """
    bars = _bars("garman_klass", open_, high, low, close)
    ranges, moves = log_moneyness(bars.high, bars.low), log_moneyness(bars.close, bars.open)
    term = 0.5 * ranges**2 - _TWO_LN_TWO_LESS_ONE * moves**2
    if gaps:
        _at_least("garman_klass", bars.close, 2)
        term = term[..., 1:] + _overnight(bars) ** 2
    return _annualised(np.mean(term, axis=-1), periods_per_year)


def rogers_satchell(
    open_: ArrayLike, high: ArrayLike, low: ArrayLike, close: ArrayLike, *, periods_per_year: float = 365.0
) -> Floats:
    """Volatility from range, open and close that a drift does not bias.

    Source: Rogers and Satchell (1991), Annals of Applied Probability 1, 504-512.

    >>> float(rogers_satchell([100.0, 101.0], [102.0, 103.0], [99.0, 100.0], [101.0, 102.0]).round(4))
    0.3784
    """
    bars = _bars("rogers_satchell", open_, high, low, close)
    return _annualised(np.mean(_rogers_satchell_terms(bars), axis=-1), periods_per_year)


def yang_zhang(
    open_: ArrayLike, high: ArrayLike, low: ArrayLike, close: ArrayLike, *, periods_per_year: float = 365.0
) -> Floats:
    """Volatility free of drift and of opening gaps: overnight + k open-to-close + (1 - k) Rogers-Satchell.

    Args: at least 3 bars; the first gives only its close. k = 0.34 / (1.34 + (N + 1) / (N - 1)), N = bars - 1.
    Source: Yang and Zhang (2000), J. Business 73, 477-492.

    >>> candles = [100.0, 101.0, 99.5], [102.0, 103.0, 101.0], [99.0, 98.5, 99.0], [101.0, 99.5, 100.5]
    >>> float(yang_zhang(*candles).round(4))
    0.4367
    """
    bars = _bars("yang_zhang", open_, high, low, close)
    _at_least("yang_zhang", bars.close, 3)
    later = _Bars(*(values[..., 1:] for values in bars))
    number = later.close.shape[-1]
    k = 0.34 / (1.34 + (number + 1.0) / (number - 1.0))
    overnight = np.var(_overnight(bars), axis=-1, ddof=1)
    daily = np.var(log_moneyness(later.close, later.open), axis=-1, ddof=1)
    ranges = np.mean(_rogers_satchell_terms(later), axis=-1)
    return _annualised(overnight + k * daily + (1.0 - k) * ranges, periods_per_year)


def realised_variance(returns: ArrayLike) -> Floats:
    """Sum of squared returns along the last axis: the variance of the whole span, jumps included, not annualised.

    >>> float(realised_variance([0.01, -0.02]).round(6))
    0.0005
    """
    (returns_,) = arrays("realised_variance", returns=(returns, FINITE))
    _at_least("realised_variance", returns_, 1)
    return np.asarray(np.sum(returns_**2, axis=-1))


def bipower_variation(returns: ArrayLike) -> Floats:
    """The part of realised variance that is not jumps: (pi/2) (n/(n-1)) sum |r_i| |r_{i-1}|.

    Source: Barndorff-Nielsen and Shephard (2004), J. Financial Econometrics 2, 1-37.

    >>> float(bipower_variation([0.01, -0.02, 0.01]).round(6))
    0.000942
    """
    (returns_,) = arrays("bipower_variation", returns=(returns, FINITE))
    _at_least("bipower_variation", returns_, 2)
    number, size = returns_.shape[-1], np.abs(returns_)
    products = np.sum(size[..., 1:] * size[..., :-1], axis=-1)
    return np.asarray(0.5 * np.pi * number / (number - 1.0) * products)


def jump_share(returns: ArrayLike) -> Floats:
    """Share of realised variance that came in jumps, from 0 to 1: max(0, 1 - bipower / realised). 0 without movement.

    >>> float(jump_share([0.001, -0.001, 0.05, 0.001, -0.001]).round(2))
    0.92
    """
    total, smooth = realised_variance(returns), bipower_variation(returns)
    moved = total > 0.0
    return np.asarray(np.where(moved, np.maximum(0.0, 1.0 - smooth / np.where(moved, total, 1.0)), 0.0))


def _overnight(bars: _Bars) -> Floats:
    """Logarithmic returns from each close to the next open."""
    return log_moneyness(bars.open[..., 1:], bars.close[..., :-1])


def _rogers_satchell_terms(bars: _Bars) -> Floats:
    above = log_moneyness(bars.high, bars.open) * log_moneyness(bars.high, bars.close)
    return above + log_moneyness(bars.low, bars.open) * log_moneyness(bars.low, bars.close)


def _bars(formula: str, open_: ArrayLike, high: ArrayLike, low: ArrayLike, close: ArrayLike) -> _Bars:
    opens, highs, lows, closes = arrays(
        formula, open=(open_, POSITIVE), high=(high, POSITIVE), low=(low, POSITIVE), close=(close, POSITIVE)
    )
    _ordered(formula, lows, np.minimum(opens, closes))
    _ordered(formula, np.maximum(opens, closes), highs)
    return _Bars(opens, highs, lows, closes)


def _annualised(variance: Floats, periods_per_year: float) -> Floats:
    (periods,) = arrays("realised volatility", periods_per_year=(periods_per_year, POSITIVE))
    # Garman-Klass may come out a rounding below zero where nothing moved.
    return np.asarray(np.sqrt(periods * np.maximum(variance, 0.0)))


def _at_least(formula: str, values: Floats, number: int) -> None:
    bars = values.shape[-1] if values.ndim else 0
    if bars < number:
        raise PricingError(str(fault(formula, "bars", bars, f"at least {number} along the last axis")))


def _ordered(formula: str, lower: Floats, upper: Floats) -> None:
    wrong = lower > upper
    if wrong.ndim == 0 or wrong.shape[-1] == 0:
        _at_least(formula, np.asarray(wrong, dtype=np.float64), 1)
    if wrong.any():
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise PricingError(str(fault(formula, f"bar {at[-1]}", "outside its own range", "low <= open, close <= high")))
