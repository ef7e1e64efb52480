"""How often a hedge is worth making: where what the next one costs is what the variance it removes is worth."""

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, POSITIVE, Floats, arrays

_ROUNDS = 64


class Bound(StrEnum):
    """What keeps hedges from being more frequent."""

    COST = "cost"
    LATENCY = "latency"


class HedgeFrequency(NamedTuple):
    """interval: years between hedges.    cost: of hedging so often, per year.    risk: half the risk aversion times the
    variance left, per year.    bound: `Bound` values. Gamma and money are of the whole position.
    """

    interval: Floats
    cost: Floats
    risk: Floats
    bound: NDArray[np.str_]


def useful_frequency(
    spot: ArrayLike,
    gamma: ArrayLike,
    vol: ArrayLike,
    *,
    cost: ArrayLike,
    risk_aversion: ArrayLike,
    fee_per_hedge: ArrayLike = 0.0,
    latency: ArrayLike = 0.0,
) -> HedgeFrequency:
    """The most frequent hedging that still pays, at equal intervals, while gamma stays what it is.

    Hedging every dt costs cost |gamma| S^2 vol sqrt(2 / (pi dt)) + fee / dt a year and leaves the variance
    (gamma S^2 vol^2)^2 dt / 2 a year. The interval returned is where the marginal cost of one more hedge a year equals
    half the risk aversion times the variance it removes; never shorter than the latency.

    Args:
        spot, vol: > 0.    gamma: of the whole position, coins per $1, either sign, not 0.
        cost: one-way proportional, >= 0.    risk_aversion: absolute, per unit of money, > 0.
        fee_per_hedge: money, >= 0.    latency: years, >= 0.
    Shape: inputs broadcast together.
    Raises: PricingError: an input outside its domain; gamma 0; or no cost and no latency, where no limit exists.
    Source: the costs of Leland (1985), the variance of Boyle and Emanuel (1980).

    >>> found = useful_frequency(60_000.0, 4e-4, 0.6, cost=0.0005, risk_aversion=4e-6)
    >>> round(float(found.interval * 365 * 24), 1)  # hours, for ten options and a million of equity
    65.1
    """
    spot_, gamma_, vol_, cost_, aversion, fee, least = arrays(
        "useful_frequency",
        spot=(spot, POSITIVE), gamma=(gamma, FINITE), vol=(vol, POSITIVE), cost=(cost, NOT_NEGATIVE),
        risk_aversion=(risk_aversion, POSITIVE), fee_per_hedge=(fee_per_hedge, NOT_NEGATIVE),
        latency=(latency, NOT_NEGATIVE),
    )  # fmt: skip
    cash = np.abs(gamma_) * spot_**2
    free = (cost_ == 0.0) & (fee == 0.0) & (least == 0.0)
    for wrong, name, value, wanted in (
        (cash == 0.0, "gamma", 0.0, "not 0: without gamma nothing is left to hedge again"),
        (free, "cost, fee_per_hedge, latency", 0.0, "one of them above 0, else there is no most useful frequency"),
    ):
        if np.any(wrong):
            raise PricingError(str(fault("useful_frequency", name, value, wanted)))
    trading, variance = _rates(cash, vol_, cost_)
    unbound = _where_margins_meet(0.5 * trading, np.asarray(fee, dtype=np.float64), 0.5 * aversion * variance)
    interval = np.maximum(unbound, least)
    bound = np.where(interval > unbound, Bound.LATENCY.value, Bound.COST.value)
    return HedgeFrequency(
        interval, np.asarray(trading / np.sqrt(interval) + fee / interval),
        np.asarray(0.5 * aversion * variance * interval), bound,
    )  # fmt: skip


def hedging_cost(
    spot: ArrayLike,
    gamma: ArrayLike,
    vol: ArrayLike,
    interval: ArrayLike,
    *,
    cost: ArrayLike,
    risk_aversion: ArrayLike,
    fee_per_hedge: ArrayLike = 0.0,
) -> tuple[Floats, Floats]:
    """What hedging every `interval` years costs a year, and what the risk that it leaves is worth.

    Args: as `useful_frequency`; interval > 0.    Shape: inputs broadcast together.

    >>> cost, risk = hedging_cost(60_000.0, 4e-4, 0.6, 1 / 365, cost=0.0005, risk_aversion=4e-6)
    >>> round(float(cost / 365)), round(float(risk / 365))
    (18, 2)
    """
    spot_, gamma_, vol_, interval_, cost_, aversion, fee = arrays(
        "hedging_cost",
        spot=(spot, POSITIVE), gamma=(gamma, FINITE), vol=(vol, POSITIVE), interval=(interval, POSITIVE),
        cost=(cost, NOT_NEGATIVE), risk_aversion=(risk_aversion, POSITIVE), fee_per_hedge=(fee_per_hedge, NOT_NEGATIVE),
    )  # fmt: skip
    trading, variance = _rates(np.abs(gamma_) * spot_**2, vol_, cost_)
    return np.asarray(trading / np.sqrt(interval_) + fee / interval_), np.asarray(0.5 * aversion * variance * interval_)


def _rates(cash: Floats, vol: Floats, cost: Floats) -> tuple[Floats, Floats]:
    """Of cost with one over the root of the interval, and of variance with the interval."""
    return np.asarray(cost * cash * vol * np.sqrt(2.0 / np.pi)), np.asarray(0.5 * (cash * vol**2) ** 2)


def _where_margins_meet(trading: Floats, fee: Floats, risk: Floats) -> Floats:
    """The interval dt at which trading sqrt(dt) + fee = risk dt^2: Newton from above on a convex function."""
    trading, fee, risk = np.broadcast_arrays(trading, fee, risk)
    # The sum of the roots of either cost alone is not below the root of both.
    at = np.cbrt((trading / risk) ** 2) + np.sqrt(fee / risk)
    for _ in range(_ROUNDS):
        root = np.sqrt(at)
        over = risk * at * at - trading * root - fee
        slope = 2.0 * risk * at - np.divide(0.5 * trading, root, out=np.zeros_like(at), where=root > 0.0)
        step = np.divide(over, slope, out=np.zeros_like(at), where=slope > 0.0)
        at = at - step
        if np.all(np.abs(step) <= 1e-15 * at):
            break
    return at
