"""The families the engine asks, in the order their candidates are made."""

from typing import Final

from oracle_core.domain.hedge import ActionKind
from oracle_core.hedging.families import (
    carry_trade,
    close,
    collar,
    cross_hedge,
    crowded,
    cut_leg,
    deleverage,
    delta,
    delta_gamma_vega,
    establish,
    funding_bleed,
    option_gamma,
    option_vega,
    option_wing,
    pair,
    pause,
    recentre,
    reduce,
    roll,
    rotate,
    routed,
    take_profit,
    transfer,
    unwind,
    venue_spread,
)
from oracle_core.hedging.families.family import Family
from oracle_core.playbook.persona import Objective

FAMILIES: Final[tuple[Family, ...]] = (
    unwind.FAMILY,
    delta.FAMILY,
    deleverage.FAMILY,
    cut_leg.FAMILY,
    transfer.FAMILY,
    pause.FAMILY,
    routed.FAMILY,
    cross_hedge.FAMILY,
    rotate.FAMILY,
    carry_trade.FAMILY,
    venue_spread.FAMILY,
    pair.FAMILY,
    funding_bleed.FAMILY,
    establish.FAMILY,
    crowded.FAMILY,
    recentre.FAMILY,
    roll.FAMILY,
    take_profit.FAMILY,
    close.FAMILY,
    reduce.FAMILY,
    option_gamma.FAMILY,
    option_vega.FAMILY,
    delta_gamma_vega.FAMILY,
    option_wing.FAMILY,
    collar.FAMILY,
)

BUILT: Final[frozenset[ActionKind]] = frozenset({ActionKind.HOLD}).union(*(family.kinds for family in FAMILIES))
"""Every kind that some family offers; a policy outside it is told to its user."""

_AIMS: Final[dict[ActionKind, Objective]] = {kind: family.aim for family in FAMILIES for kind in family.kinds}


def aim(kind: ActionKind) -> Objective | None:
    """What the family of a kind serves; doing nothing serves nothing."""
    return _AIMS.get(kind)
