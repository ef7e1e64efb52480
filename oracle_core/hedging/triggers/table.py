"""The triggers the engine knows, gates first: the order in which they are heard."""

from typing import Final

from oracle_core.hedging.triggers import (
    basis_move,
    bleed,
    correlation_break,
    delta_band,
    deploy,
    event_window,
    expiry,
    funding_change,
    halted,
    interval,
    inventory,
    iv_move,
    liquidity_change,
    loss_streak,
    margin,
    pnl,
    price_move,
    rv_iv,
    trend,
    volatility_break,
)
from oracle_core.hedging.triggers.trigger import Trigger

TRIGGERS: Final[tuple[Trigger, ...]] = (
    halted.TRIGGER,
    pnl.STOP,
    volatility_break.TRIGGER,
    loss_streak.TRIGGER,
    trend.TRIGGER,
    inventory.TRIGGER,
    deploy.TRIGGER,
    margin.TRIGGER,
    delta_band.TRIGGER,
    price_move.TRIGGER,
    interval.TRIGGER,
    iv_move.TRIGGER,
    rv_iv.TRIGGER,
    funding_change.TRIGGER,
    liquidity_change.TRIGGER,
    expiry.TRIGGER,
    event_window.TRIGGER,
    basis_move.TRIGGER,
    correlation_break.TRIGGER,
    bleed.TRIGGER,
    pnl.NEGATIVE,
)
