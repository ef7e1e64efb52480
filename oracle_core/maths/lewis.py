"""Fast prices of a whole chain for a calibration: one integral a strike, the characteristic function once an expiry.

With k = ln(K/F) and p = 1/2 + iu (Lewis 2001), an out-of-the-money option per unit of forward is
1 - exp(k/2)/pi * integral over u > 0 of Re exp(-iuk) E exp(pX) / (u^2 + 1/4), less its intrinsic value. u = sinh(y) / 2
lets one trapezoidal rule see the peak and the tail. Good to about 1e-13 of the
forward, which leaves the farthest wings no digits; `heston` and `bates` keep them.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from oracle_core.maths.domain import Floats
from oracle_core.maths.fourier import Complexes, Exponent

_NODES: Final = 96
_DECAYS: Final = 30.0
_PEAK: Final = 0.5


def chain_prices(exponent: Exponent, years: Floats, strikes: Sequence[Floats], spread: Floats) -> list[Floats]:
    """Undiscounted out-of-the-money prices per unit of forward: calls where k >= 0, puts below.

    Args: for each expiry: years > 0, the k of its strikes, a guess of the standard deviation of ln(S/F).
    """
    ladder = 2.0 ** np.arange(0.0, 24.0, 0.5) / spread[:, None]
    end = np.max(np.where(_size(exponent, ladder, years) > -_DECAYS, 2.0**0.5 * ladder, ladder[:, :1]), axis=1)
    # The peak is as wide as the distance of the poles, whatever the expiry.
    last = np.arcsinh(end / _PEAK)
    y = np.linspace(0.0, 1.0, _NODES + 1)[None, :] * last[:, None]
    u = _PEAK * np.sinh(y)
    step = _PEAK * np.cosh(y) * (last / _NODES)[:, None]
    step[:, 0] *= 0.5
    weight = np.exp(exponent(_line(u), years[:, None])[0]) * step / (np.pi * (u * u + 0.25))
    prices: list[Floats] = []
    for row, k in enumerate(strikes):
        angle = k[:, None] * u[row]
        # Summed without a matrix product: its threads cost more than so small a sum.
        terms = np.cos(angle) * weight[row].real + np.sin(angle) * weight[row].imag
        covered = np.exp(0.5 * k) * terms.sum(axis=1)
        prices.append(np.maximum(np.minimum(1.0, np.exp(k)) - covered, 0.0))
    return prices


def _size(exponent: Exponent, u: Floats, years: Floats) -> Floats:
    """Logarithm of how large the integrand is, against its peak."""
    return np.real(exponent(_line(u), years[:, None])[0]) - np.log1p(4.0 * u * u)


def _line(u: Floats) -> Complexes:
    return np.asarray(0.5 + 1j * u, dtype=np.complex128)
