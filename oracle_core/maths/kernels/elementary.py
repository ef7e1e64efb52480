"""Exponential, logarithm and Mills' ratio without a branch, a table or a call, so that a loop over them vectorises.

Full double precision on the ranges stated. The polynomials are Chebyshev fits, the rational function a weighted
least-squares fit, all made for these files against 70-digit values.
"""

from typing import Final

import numpy as np

from oracle_core.maths.kernels.jit import bits, inlined, real

LOW: Final = 1e-100
HIGH: Final = 1e100
"""Between these, both included, a positive double has the exponent that the logarithm's bit arithmetic expects."""
ROOT_TWO_PI: Final = 2.5066282746310002
_LOG_TWO_HIGH: Final = 0.693147180369123816490
_LOG_TWO_LOW: Final = 1.90821492927058770002e-10
_LOWEST: Final = -708.0
# Adding this puts the nearest whole number into the last bits of a double.
_WHOLE: Final = 6755399441055744.0
_WHOLE_BITS: Final = np.int64(0x4338000000000000)
_EXPONENT: Final = np.int64(52)
_ONE_BITS: Final = np.int64(1023 << 52)
_HALF_STEP: Final = np.int64(1 << 51)


@inlined
def exponential(x: float) -> float:
    """exp(x) for x <= 0; exactly 0 below -708."""
    held = max(x, _LOWEST)
    shifted = held * 1.4426950408889634 + _WHOLE
    count = shifted - _WHOLE
    r = (held - count * _LOG_TWO_HIGH) - count * _LOG_TWO_LOW
    p = 2.5110049204818658e-08
    p = p * r + 2.763265472252779e-07
    p = p * r + 2.755724088722987e-06
    p = p * r + 2.4801485441561313e-05
    p = p * r + 0.00019841269890076403
    p = p * r + 0.0013888888952352863
    p = p * r + 0.008333333333319589
    p = p * r + 0.04166666666648795
    p = p * r + 0.1666666666666668
    p = p * r + 0.5000000000000019
    p = p * r + 1.0
    p = p * r + 1.0
    return p * real((bits(shifted) << _EXPONENT) + _ONE_BITS) if x > _LOWEST else 0.0


@inlined
def log_ratio(a: float, b: float) -> float:
    """ln(a / b) of positive normal doubles, to the last digits also where a is close to b."""
    # The difference of the bit patterns is the logarithm to base 2 within 0.09; its nearest whole number is taken out.
    twos = (bits(a) - bits(b) + _HALF_STEP) >> _EXPONENT
    near = real(bits(b) + (twos << _EXPONENT))
    s = (a - near) / (a + near)
    q = s * s
    p = 0.07763791958851361
    p = p * q + 0.07614259453511509
    p = p * q + 0.09093756329721497
    p = p * q + 0.11111053924985952
    p = p * q + 0.14285714907423108
    p = p * q + 0.19999999996687418
    p = p * q + 0.3333333333334005
    p = p * q + 1.0
    count = real(twos + _WHOLE_BITS) - _WHOLE
    return count * _LOG_TWO_HIGH + (2.0 * s * p + count * _LOG_TWO_LOW)


@inlined
def mills_above(y: float) -> float:
    """Mills' ratio N(-y) / n(y) for y >= -0.75 is mills_above(y) / mills_below(y), within 4e-16."""
    p = 4.7393653924789585e-07
    p = p * y + 1.5360966608586174e-05
    p = p * y + 0.00024170883794925156
    p = p * y + 0.002412131673516472
    p = p * y + 0.016824278648387883
    p = p * y + 0.08548167638782238
    p = p * y + 0.32028122287282007
    p = p * y + 0.8755070125973735
    p = p * y + 1.6794115899530726
    p = p * y + 2.0613253143059027
    return p * y + 1.2533141373155003


@inlined
def mills_below(y: float) -> float:
    """The denominator of Mills' ratio; from about 1 at 0 it grows like y times the numerator."""
    p = 4.7393653924789575e-07
    p = p * y + 1.5360966608586435e-05
    p = p * y + 0.00024218277448838626
    p = p * y + 0.0024274926401443085
    p = p * y + 0.017065039611552344
    p = p * y + 0.08786308621972523
    p = p * y + 0.33662681993496035
    p = p * y + 0.9563181186458289
    p = p * y + 1.968424690122404
    p = p * y + 2.788876803593491
    p = p * y + 2.4425842038796572
    return p * y + 1.0
