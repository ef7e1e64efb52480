"""SSVI: one smile shape for a whole surface, driven by the at-the-money total variance of each expiry."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.maths.domain import FINITE, POSITIVE, Domain, Floats, arrays
from oracle_core.maths.svi import SviSlice

_INSIDE = Domain("a number between -1 and 1", low=-1.0, high=1.0)
_POWER = Domain("a number from 0 to 1", low=0.0, high=1.0)


class SsviModel(NamedTuple):
    """rho in [-1, 1], eta > 0, gamma in [0, 1]: phi(theta) = eta / (theta^gamma (1 + theta)^(1 - gamma))."""

    rho: float
    eta: float
    gamma: float


class SsviCheck(NamedTuple):
    """Gatheral and Jacquier's sufficient conditions against butterfly arbitrage: first < 4 and second <= 4."""

    first: Floats
    second: Floats

    @property
    def free(self) -> bool:
        """Both conditions hold at every theta."""
        return bool((self.first < 4.0).all() and (self.second <= 4.0).all())


def ssvi_phi(theta: ArrayLike, model: SsviModel) -> Floats:
    """The curvature function at an at-the-money total variance theta > 0.

    >>> float(ssvi_phi(0.04, SsviModel(-0.3, 1.0, 0.5)).round(6))
    4.902903
    """
    theta_, _, eta, gamma = arrays(
        "ssvi",
        theta=(theta, POSITIVE),
        rho=(model.rho, _INSIDE),
        eta=(model.eta, POSITIVE),
        gamma=(model.gamma, _POWER),
    )
    return np.asarray(eta / (theta_**gamma * (1.0 + theta_) ** (1.0 - gamma)))


def ssvi_variance(k: ArrayLike, theta: ArrayLike, model: SsviModel) -> Floats:
    """Total variance at k = ln(K/F) for the expiry whose at-the-money total variance is theta.

    Shape: k and theta broadcast together.
    Source: Gatheral and Jacquier (2014), Quantitative Finance 14, 59-71, section 4.

    >>> float(ssvi_variance(0.1, 0.04, SsviModel(-0.3, 1.0, 0.5)).round(8))
    0.03651293
    """
    k_, theta_ = arrays("ssvi", k=(k, FINITE), theta=(theta, POSITIVE))
    scaled, rho = ssvi_phi(theta_, model) * k_, float(model.rho)
    return np.asarray(0.5 * theta_ * (1.0 + rho * scaled + np.sqrt((scaled + rho) ** 2 + 1.0 - rho * rho)))


def ssvi_check(theta: ArrayLike, model: SsviModel) -> SsviCheck:
    """Both conditions: theta phi (1 + |rho|) and theta phi^2 (1 + |rho|).

    >>> ssvi_check([0.04, 0.5], SsviModel(-0.3, 1.0, 0.5)).free
    True
    """
    phi = ssvi_phi(theta, model)
    scaled = np.asarray(theta, dtype=np.float64) * phi * (1.0 + abs(float(model.rho)))
    return SsviCheck(scaled, np.asarray(scaled * phi))


def ssvi_slice(theta: float, model: SsviModel) -> SviSlice:
    """The raw SVI slice of one expiry.

    >>> round(ssvi_slice(0.04, SsviModel(-0.3, 1.0, 0.5)).a, 6)
    0.0182
    """
    phi, rho = float(ssvi_phi(theta, model)), float(model.rho)
    rest = 1.0 - rho * rho
    return SviSlice(0.5 * theta * rest, 0.5 * theta * phi, rho, -rho / phi, rest**0.5 / phi)
