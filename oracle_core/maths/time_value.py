"""The share of its bound that an out-of-the-money option is worth, and the standard deviation that gives it.

With a = |ln(F/K)|, s = vol sqrt(T), z = a/s and t = s/2, an out-of-the-money option is worth min(F, K) * c where
c = N(t - z) - exp(a) N(-t - z), between 0 and 1. With Mills' ratio Y(y) = N(-y) / n(y) and n the normal density,

    c = n(z - t) (Y(z - t) - Y(z + t)),    1 - c = n(z - t) (Y(t - z) + Y(t + z)),    dc/ds = n(z - t),

so that neither end of c loses digits and the logarithmic slope of each needs no exponential. ln c and ln(1 - c) are
concave in s; Householder's third-order step on whichever is smaller converges in two or three rounds from the guess.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from scipy.special import erfcx, ndtri

from oracle_core.maths.domain import Floats

# Far more than are ever needed (4); a bound, so that no input can hang.
MAX_ROUNDS: Final = 16
# A fourth-order step shorter than this leaves an error below the last digit.
_LAST_STEP: Final = 3e-5
_SMALL: Final = 0.03
# Below this a ratio of two prices may be beyond a double; their logarithms are not.
_FAINT: Final = 1e-280
# Options searched together: what a core's cache holds.
_BLOCK: Final = 16_384
_ROOT_HALF: Final = float(np.sqrt(0.5))
_ROOT_HALF_PI: Final = float(np.sqrt(0.5 * np.pi))
_ROOT_TWO_PI: Final = float(np.sqrt(2.0 * np.pi))
# Fitted here to 1/z as a function of c/a where t is small (Bachelier's regime): within 0.24 % for every z.
_ABOVE: Final = (0.12110539823625742, 0.0708162155199444, 0.10567715380440008)
_BELOW: Final = (0.08651844359324352, 0.20716054011450868, 0.03197565101273924, 0.18965434588874977)


_Guess: TypeAlias = Callable[[Floats, Floats], tuple[Floats, Floats, Floats]]
_Slope: TypeAlias = Callable[[Floats, Floats, Floats], tuple[Floats, Floats]]


class _Search(NamedTuple):
    """One round's state for the options still being searched."""

    moneyness: Floats
    share: Floats
    guess: Floats
    low: Floats
    high: Floats


def standard_deviation(share: Floats, moneyness: Floats) -> Floats:
    """The s = vol sqrt(T) at which an option `moneyness` = |ln(F/K)| out of the money is worth `share` of its bound.

    Args: share strictly between 0 and 1, moneyness finite and >= 0, both one-dimensional of one length.
    Returns: s to within a few units in the last place of what `share` determines.
    """
    blocks = range(0, share.size, _BLOCK)
    with np.errstate(all="ignore"):
        found = [_block(share[i : i + _BLOCK], moneyness[i : i + _BLOCK]) for i in blocks]
    return np.concatenate(found) if found else np.empty(0)


def _block(share: Floats, moneyness: Floats) -> Floats:
    found, faint, large = np.empty_like(share), share < _FAINT, share > 0.5
    for part, guess, slope in (
        (faint, _small_guess, _faint_slope),
        (~(faint | large), _small_guess, _small_slope),
        (large, _large_guess, _large_slope),
    ):
        if part.any():
            found[part] = _search(share[part], moneyness[part], guess=guess, slope=slope)
    return found


def _search(share: Floats, moneyness: Floats, *, guess: _Guess, slope: _Slope) -> Floats:
    start, low, high = guess(share, moneyness)
    state = _Search(moneyness, share, start, low, high)
    found, left = start.copy(), np.arange(share.size)
    for _ in range(MAX_ROUNDS):
        improved, low, high = _round(state, slope)
        found[left] = improved
        going = np.abs(improved - state.guess) > _LAST_STEP * improved
        if not going.any():
            break
        left = left[going]
        state = _Search(*(v[going] for v in (state.moneyness, state.share, improved, low, high)))
    return found


def _round(at: _Search, slope: _Slope) -> tuple[Floats, Floats, Floats]:
    s = at.guess
    z, t = at.moneyness / s, 0.5 * s
    miss, inverse = slope(z, t, at.share)
    too_high = miss * inverse > 0.0
    low, high = np.where(too_high, at.low, s), np.where(too_high, s, at.high)
    # Everything in units of s, so that no power of a tiny or huge s is ever formed.
    first, bend = s / inverse, z * z - t * t
    second = bend - first
    third = bend * bend - 3.0 * z * z - t * t - first * (3.0 * bend - 2.0 * first)
    newton = -miss / first
    improved = s + s * newton * (1.0 + 0.5 * second * newton) / (1.0 + newton * (second + third * newton / 6.0))
    inside = (improved >= low) & (improved <= high)
    return np.where(inside, improved, 0.5 * (low + high)), low, high


def _small_slope(z: Floats, t: Floats, share: Floats) -> tuple[Floats, Floats]:
    """ln(c / share) and the reciprocal of its slope."""
    gap = mills_gap(z, t)
    root = np.sqrt(share)
    return np.log(gap / root / (_ROOT_TWO_PI * root)) - 0.5 * (z - t) ** 2, gap


def _faint_slope(z: Floats, t: Floats, share: Floats) -> tuple[Floats, Floats]:
    """`_small_slope` of a share so faint that its quotients overflow."""
    gap = mills_gap(z, t)
    return np.log(gap / _ROOT_TWO_PI) - np.log(share) - 0.5 * (z - t) ** 2, gap


def _large_slope(z: Floats, t: Floats, share: Floats) -> tuple[Floats, Floats]:
    """ln((1 - c) / (1 - share)) and the reciprocal of its slope."""
    total = mills(t - z) + mills(t + z)
    return np.log(total / (_ROOT_TWO_PI * (1.0 - share))) - 0.5 * (t - z) ** 2, -total


def _small_guess(share: Floats, moneyness: Floats) -> tuple[Floats, Floats, Floats]:
    # No quotient: of the faintest shares it overflows.
    v = np.sqrt(np.maximum(np.log(share + 0.5 * moneyness) - np.log(share), 0.0))
    above = 1.0 + v * (_ABOVE[0] + v * (_ABOVE[1] + v * _ABOVE[2]))
    below = 1.0 + v * (_BELOW[0] + v * (_BELOW[1] + v * (_BELOW[2] + v * _BELOW[3])))
    # c <= 1/2 has N(z - t) >= 1/4 at least, so t - z is less than this.
    high = _from_distance(1.36 * share, moneyness)
    guess = _ROOT_TWO_PI * (share + 0.5 * moneyness) * above / below
    return np.minimum(guess, 0.999 * high), np.zeros_like(share), high * (1.0 + 1e-9)


def _large_guess(share: Floats, moneyness: Floats) -> tuple[Floats, Floats, Floats]:
    # Of the two terms of 1 - c, N(z - t) is the larger: between half of the whole and all of it.
    low = _from_distance(-ndtri(1.0 - share), moneyness)
    high = _from_distance(-ndtri(0.5 * (1.0 - share)), moneyness)
    return high, low * (1.0 - 1e-9), high * (1.0 + 1e-9)


def _from_distance(distance: Floats, moneyness: Floats) -> Floats:
    """The s at which t - z is `distance`."""
    return distance + np.hypot(distance, np.sqrt(2.0 * moneyness))


def mills(y: Floats) -> Floats:
    """Mills' ratio N(-y) / n(y)."""
    return _ROOT_HALF_PI * erfcx(_ROOT_HALF * y)


def mills_gap(z: Floats, t: Floats) -> Floats:
    """Y(z - t) - Y(z + t) without cancellation: by its Taylor series in t where t is small."""
    gap = mills(z - t) - mills(z + t)
    small = t < _SMALL
    if small.any():
        gap[small] = _series(z[small], t[small])
    return gap


def _series(z: Floats, t: Floats) -> Floats:
    y = mills(z)
    d1 = z * y - 1.0
    d2 = z * d1 + y
    d3 = z * d2 + 2.0 * d1
    d4 = z * d3 + 3.0 * d2
    d5 = z * d4 + 4.0 * d3
    d6 = z * d5 + 5.0 * d4
    d7 = z * d6 + 6.0 * d5
    q = t * t
    return -2.0 * t * (d1 + q / 6.0 * (d3 + q / 20.0 * (d5 + q / 42.0 * d7)))
