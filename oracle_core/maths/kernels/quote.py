"""What is searched for: the share of its bound that each option's time value is, and which search finds it."""

# ruff: noqa: PLR0917 - compiled loops take their arrays by position

from typing import Final

import numpy as np
from numpy.typing import NDArray

from oracle_core.maths.domain import Floats
from oracle_core.maths.kernels.elementary import HIGH, LOW, log_ratio
from oracle_core.maths.kernels.jit import bits, exact, inlined, real

SETTLED: Final = 0
SMALL: Final = 1
LARGE: Final = 2
LEFT: Final = -1.0
"""Stands for a volatility that the NumPy form must find: inputs or shares beyond what the loops are made for."""
_EXPONENT_BITS: Final = np.int64(0x7FF0000000000000)
_FARTHEST: Final = 600.0
_FAINTEST: Final = 1e-290


@exact
def read_quotes(
    price: Floats,
    forward: Floats,
    strike: Floats,
    years: Floats,
    sign: Floats,
    discount: Floats | None,
    quotes: Floats,
    spread: Floats,
    kind: NDArray[np.int64],
) -> None:
    """Fill the rows share, |ln(F/K)| and sqrt(years), and kind; `spread` over a root of 1 is what needs no search."""
    share, money, root = quotes[0], quotes[1], quotes[2]
    for i in range(price.size):
        p, f, k, t, side = price[i], forward[i], strike[i], years[i], sign[i]
        d = 1.0 if discount is None else discount[i]
        usual = (f >= LOW) & (f <= HIGH) & (k >= LOW) & (k <= HIGH) & (d >= LOW) & (d <= HIGH)
        usual &= (t >= LOW) & (t <= HIGH) & (abs(side) == 1.0)
        gap = side * f - side * k
        value = _time_value(p, side * f, side * k, gap)
        lost = False
        if discount is not None:
            value = _cut_value(p, side * f, side * k, gap, d)
            # What is left after a discount, itself rounded, may be no more than its rounding.
            unit = real(bits(p) & _EXPONENT_BITS) * 2.220446049250313e-16 if (gap > 0.0) & (d != 1.0) else 0.0
            lost = (value != 0.0) & (value >= -2.0 * unit) & (value <= unit)
        part = value / (d * min(f, k))
        below_bound = (part < 1.0) & (p < d * (f if side > 0.0 else k))
        lost &= below_bound
        distance = abs(log_ratio(f, k))
        found = usual & (value > 0.0) & below_bound & (not lost)
        left = (not usual) | (found & ((part < _FAINTEST) | (distance > _FARTHEST)))
        search = found & (not left)
        share[i] = part
        money[i] = distance
        years_root = np.sqrt(t)
        root[i] = years_root if search else 1.0
        settled = 0.0 if lost else np.nan
        spread[i] = LEFT if left else settled
        sought = SMALL if part <= 0.5 else LARGE
        kind[i] = sought if search else SETTLED


@inlined
def _time_value(price: float, gained: float, paid: float, gap: float) -> float:
    """price - max(gained - paid, 0) with one rounding: the error of the difference is carried along."""
    back = gap - gained
    rest = (gained - (gap - back)) - (paid + back)
    return (price - gap) - rest if gap > 0.0 else price


@inlined
def _cut_value(price: float, gained: float, paid: float, gap: float, discount: float) -> float:
    """price - discount * max(gained - paid, 0) likewise, the product's error by Dekker's splitting."""
    back = gap - gained
    rest = (gained - (gap - back)) - (paid + back)
    scaled_a, scaled_b = 134_217_729.0 * discount, 134_217_729.0 * gap
    high_a, high_b = scaled_a - (scaled_a - discount), scaled_b - (scaled_b - gap)
    low_a, low_b = discount - high_a, gap - high_b
    product = discount * gap
    error = ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b
    inside = (price - gap) - rest if discount == 1.0 else ((price - product) - error) - discount * rest
    return inside if gap > 0.0 else price
