"""Coin-settled (inverse) options: priced and hedged in the coin they pay.

An inverse option is worth Black's undiscounted price divided by the forward of its expiry, not by the index. What moves
its holder's coin balance is the net transaction delta, Black's delta less the coin price.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from oracle_core.maths.black import BlackCore, black_core, log_moneyness
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, POSITIVE, SIGN, Floats, arrays


class InverseGreeks(NamedTuple):
    """One option on one coin, in coin. `usd` holds the same option's Black numbers in quote currency."""

    price: Floats
    net_transaction_delta: Floats
    slope: Floats
    delta_slope: Floats
    curvature: Floats
    vega: Floats
    theta: Floats
    usd: BlackCore


def inverse(
    forward: ArrayLike, strike: ArrayLike, years: ArrayLike, vol: ArrayLike, *, sign: ArrayLike
) -> InverseGreeks:
    """Coin price of an inverse option and its derivatives.

    Args:
        forward: of the option's own expiry, quote currency per coin, > 0 (not the index).    strike: > 0.
        years: time to expiry, ACT/365F, >= 0.    vol: annualised fraction, >= 0.    sign: +1 call, -1 put.
    Shape: inputs broadcast together to S; every field has shape S.
    Returns: price in coin; net_transaction_delta in coin of underlying (F dV/dF, V in coin); slope dV/dF and curvature
        d2V/dF2 in coin per quote unit; delta_slope d(net transaction delta)/dF; vega in coin per 1.00 of vol; theta in
        coin per year with the forward fixed; usd, Black's price, delta, gamma, vega and theta at r = 0.
    Raises: PricingError: an input is not finite, or outside the domain above.
    Source: Deribit's contract: the payoff is paid in coin at the delivery price, so coin prices carry no quote rate.

    >>> g = inverse(60000.0, 60000.0, 30 / 365, 0.55, sign=+1)
    >>> float(g.price.round(6)), float(g.net_transaction_delta.round(6))
    (0.06284, 0.46858)
    """
    usd = black_core(forward, strike, years, vol, sign=sign)
    forward_ = np.asarray(forward, dtype=np.float64)
    net = net_transaction_delta(forward, strike, years, vol, sign=sign)
    delta_slope = usd.gamma - net / forward_
    return InverseGreeks(
        price=np.asarray(usd.price / forward_),
        net_transaction_delta=net,
        slope=np.asarray(net / forward_),
        delta_slope=np.asarray(delta_slope),
        curvature=np.asarray((delta_slope - net / forward_) / forward_),
        vega=np.asarray(usd.vega / forward_),
        theta=np.asarray(usd.theta / forward_),
        usd=usd,
    )


def net_transaction_delta(
    forward: ArrayLike, strike: ArrayLike, years: ArrayLike, vol: ArrayLike, *, sign: ArrayLike
) -> Floats:
    """Black's delta less the coin price, taken without the subtraction: sign (K/F) N(sign d2).

    Args, shape and errors as `inverse`. At years = 0 or vol = 0 and the strike: half.

    >>> float(net_transaction_delta(30000.0, 60000.0, 0.1, 0.5, sign=-1).round(4))
    -2.0
    """
    forward_, strike_, years_, vol_, sign_ = arrays(
        "net_transaction_delta",
        forward=(forward, POSITIVE),
        strike=(strike, POSITIVE),
        years=(years, NOT_NEGATIVE),
        vol=(vol, NOT_NEGATIVE),
        sign=(sign, SIGN),
    )
    # Bounds as in `black`: a vanishing spread makes the option its payoff, never 0 / 0.
    spread = np.clip(vol_ * np.sqrt(years_), 1e-100, 1e3)
    d2 = log_moneyness(forward_, strike_) / spread - 0.5 * spread
    return np.asarray(sign_ * (strike_ / forward_) * ndtr(sign_ * d2))


def coin_parity(forward: ArrayLike, strike: ArrayLike) -> Floats:
    """Coin price of a call less that of the put with the same strike: 1 - K/F.

    >>> float(coin_parity(60000.0, 45000.0))
    0.25
    """
    forward_, strike_ = arrays("coin_parity", forward=(forward, POSITIVE), strike=(strike, POSITIVE))
    return np.asarray((forward_ - strike_) / forward_)


def coin_neutral_hedge(net_delta: ArrayLike, price: ArrayLike) -> Floats:
    """Quote-currency notional of inverse perpetual that leaves the coin balance unmoved: -(net delta) * price.

    >>> float(coin_neutral_hedge(0.5, 60000.0))
    -30000.0
    """
    net, price_ = arrays("coin_neutral_hedge", net_delta=(net_delta, FINITE), price=(price, POSITIVE))
    return np.asarray(-net * price_)


def usd_neutral_hedge(equity: ArrayLike, delta_total: ArrayLike) -> Floats:
    """Coins of hedge that leave the dollar value unmoved: -(equity in coin + the venue's delta total).

    >>> float(usd_neutral_hedge(10.0, -2.5))
    -7.5
    """
    equity_, delta = arrays("usd_neutral_hedge", equity=(equity, FINITE), delta_total=(delta_total, FINITE))
    return np.asarray(-(equity_ + delta))


def inverse_future_pnl(notional: ArrayLike, entry: ArrayLike, price: ArrayLike) -> Floats:
    """Coin P&L of `notional` quote units of an inverse perpetual or future: notional (1/entry - 1/price).

    Args: notional: contracts times contract size, + long.    entry, price: > 0.

    >>> float(inverse_future_pnl(60000.0, 60000.0, 80000.0))
    0.25
    """
    notional_, entry_, price_ = arrays(
        "inverse_future_pnl", notional=(notional, FINITE), entry=(entry, POSITIVE), price=(price, POSITIVE)
    )
    return np.asarray(notional_ * ((price_ - entry_) / entry_) / price_)


def inverse_future_delta(notional: ArrayLike, price: ArrayLike) -> Floats:
    """Coins of delta of an inverse perpetual or future: notional / price, falling as the price rises.

    >>> float(inverse_future_delta(60000.0, 80000.0))
    0.75
    """
    notional_, price_ = arrays("inverse_future_delta", notional=(notional, FINITE), price=(price, POSITIVE))
    return np.asarray(notional_ / price_)
