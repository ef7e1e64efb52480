"""Option prices from a characteristic function, accurate in relative terms far into the wings.

With X = ln(S_T/F) and k = ln(K/F), the out-of-the-money option per unit of forward is, for any a in the strip where
E exp((a + 1) X) is finite, a > 0 for a call and a < -1 for a put (Carr and Madan 1999),

    (1/pi) * integral over u > 0 of Re exp(-(a + iu) k) E exp((a + 1 + iu) X) / ((a + iu) (a + 1 + iu)).

The contour is put through the saddle point of the integrand (Lord and Kahl 2007), where it neither cancels nor
oscillates, and u = w sinh(y) lets the trapezoidal rule see both its peak and its tail.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import Floats

Complexes: TypeAlias = NDArray[np.complex128]
# ln E exp(p X) and its derivative in the initial variance, of complex p and of years that broadcast with it.
Exponent: TypeAlias = Callable[[Complexes, Floats], tuple[Complexes, Complexes]]

# Step in y, in which the peak has width 1, of the first attempt; halved where its even nodes alone disagree by more
# than _AGREE: the error of the trapezoidal rule squares when the step halves.
_STEP: Final = 0.01
_AGREE: Final = 1e-6
_FLOOR: Final = 1e-13
_HALVINGS: Final = 8
_LARGEST_BATCH: Final = 1_000_000
_NEGLIGIBLE: Final = 42.0
_GOLDEN: Final = 0.6180339887498949


class OutOfTheMoney(NamedTuple):
    """Per unit of forward: value, d/dF, F d2/dF2 and d/dv0 of the out-of-the-money option."""

    value: Floats
    delta: Floats
    gamma: Floats
    variance_vega: Floats


def out_of_the_money(
    exponent: Exponent, k: Floats, years: Floats, *, spread: Floats, lowest: Floats, highest: Floats
) -> OutOfTheMoney:
    """Integrate one option per element: a call where k >= 0, else a put.

    Args: k = ln(K/F) and years > 0, one-dimensional; spread: a guess of the standard deviation of X; lowest < 0 and
        highest > 1: the moments of exp(X) between which E exp(p X) is finite.
    Raises: PricingError: the integral does not settle, as where the variance is all but certain to be zero.
    """
    moment = _saddle(exponent, k, years, lowest=lowest, highest=highest)
    contour = _contour(exponent, moment, k, years, spread)
    steps = 2 * int(np.ceil(0.5 * np.asarray(contour.last).max() / _STEP))
    result, left = np.zeros((4, k.size)), np.arange(k.size)
    for _ in range(_HALVINGS):
        rows = max(1, _LARGEST_BATCH // steps)
        parts = [left[i : i + rows] for i in range(0, left.size, rows)]
        sums = [_sums(exponent, _Contour(*(values[part] for values in contour)), steps) for part in parts]
        fine, coarse = (np.concatenate([pair[i] for pair in sums], axis=1) for i in range(2))
        result[:, left] = fine
        agree = np.abs(fine - coarse) <= _AGREE * np.abs(fine) + _FLOOR * (1.0 + np.max(np.abs(fine), axis=0))
        left = left[~agree.all(axis=0)]
        if left.size == 0:
            return OutOfTheMoney(*result)
        steps *= 2
    worst = f"ln(K/F) = {k[left[0]]:.4g}, years = {years[left[0]]:.4g} ({left.size} such)"
    raise PricingError(str(fault("characteristic function", "integral", worst, "a model whose integral converges")))


class _Contour(NamedTuple):
    """One path of integration an option: p = moment + i width sinh(y), y from 0 to last."""

    moment: Floats
    k: Floats
    years: Floats
    width: Floats
    last: Floats


def _sums(exponent: Exponent, on: _Contour, steps: int) -> tuple[Floats, Floats]:
    """The four integrals by the trapezoidal rule in y, on all nodes and on the even ones."""
    moment, k, years, width, last = (values[:, None] for values in on)
    y = np.linspace(0.0, 1.0, steps + 1) * last
    p = moment + 1j * width * np.sinh(y)
    log_value, in_variance = exponent(p, years)
    weight = np.exp(log_value - (p - 1.0) * k) * (width * np.cosh(y) * last / (steps * np.pi))
    weight[:, 0] *= 0.5
    value = weight / (p * (p - 1.0))
    terms = np.real(np.stack((value, weight / (p - 1.0), weight, value * in_variance)))
    return terms.sum(axis=2), 2.0 * terms[:, :, ::2].sum(axis=2)


def _contour(exponent: Exponent, moment: Floats, k: Floats, years: Floats, spread: Floats) -> _Contour:
    """How wide the integrand's peak is and where its tail ends, from a ladder of doubling distances."""
    ladder = np.concatenate((np.zeros((k.size, 1)), 1e-3 / spread[:, None] * 2.0 ** np.arange(60.0)), axis=1)
    log_value = np.real(exponent(moment[:, None] + 1j * ladder, years[:, None])[0])
    drop = log_value[:, :1] - log_value
    # The peak is no wider than the distance to the nearer pole.
    pole = np.minimum(np.abs(moment), np.abs(moment - 1.0))
    width = np.minimum(pole, np.max(np.where(drop < 1.0, ladder, ladder[:, 1:2]), axis=1))
    end = np.min(np.where(drop > _NEGLIGIBLE, ladder, ladder[:, -1:]), axis=1)
    return _Contour(moment, k, years, width, np.arcsinh(end / width))


def _saddle(exponent: Exponent, k: Floats, years: Floats, *, lowest: Floats, highest: Floats) -> Floats:
    """The moment in (1, highest) for calls, (lowest, 0) for puts, at which the integrand on the axis is least.

    Convex in the moment; golden section in the logarithm of the distance from the pole at 1 or 0.
    """
    call = k >= 0.0
    room = np.where(call, highest - 1.0, -lowest)
    sign, pole = np.where(call, 1.0, -1.0), np.where(call, 1.0, 0.0)

    def height(log_distance: Floats) -> Floats:
        p = pole + sign * np.exp(log_distance)
        log_value = np.real(exponent(p.astype(np.complex128), years)[0])
        size = log_value - (p - 1.0) * k - np.log(np.abs(p * (p - 1.0)))
        return np.where(np.isfinite(size), size, np.inf)

    high = np.log(room * (1.0 - 1e-6))
    low = np.minimum(np.log(1e-3), high - 10.0)
    for _ in range(36):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        to_left = height(left) < height(right)
        low, high = np.where(to_left, low, left), np.where(to_left, right, high)
    return pole + sign * np.exp(0.5 * (low + high))
