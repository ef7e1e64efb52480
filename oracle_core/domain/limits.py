"""Limits and the measures they bind, under the same names. Per cent of equity unless the name says otherwise."""

from dataclasses import dataclass, fields

from oracle_core.domain.checks import refuse
from oracle_core.errors import fault

FLOORS = frozenset({"liquidation_distance_pct_min"})
"""Limits that a value must not fall below; all others must not be exceeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLimits:
    """What a book may look like."""

    net_delta_pct_equity: float
    gamma_1pct_pct_equity: float
    vega_point_pct_equity: float
    stress_loss_pct_equity: float
    gross_leverage: float
    margin_use_pct: float
    liquidation_distance_pct_min: float
    expiry_gamma_1pct_pct_equity: float
    cross_hedge_pct_equity: float
    venue_share_pct_max: float

    def __post_init__(self) -> None:
        _refuse_negative("state limits", self)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLimits:
    """What a plan, an hour, a day or a week may do to a book."""

    order_notional_pct_equity: float
    plan_notional_pct_equity: float
    day_turnover_pct_equity: float
    plan_cost_bps_equity: float
    premium_week_bps_equity: float
    funding_cost_week_bps_equity: float
    trades_per_hour: float
    hedge_bias_pct_max: float

    def __post_init__(self) -> None:
        _refuse_negative("flow limits", self)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMeasures:
    """The value of every state limit for one book. None: nothing is bound there; `unknown` names what
    should be known and is not."""

    net_delta_pct_equity: float
    gamma_1pct_pct_equity: float
    vega_point_pct_equity: float
    stress_loss_pct_equity: float
    gross_leverage: float
    margin_use_pct: float | None
    liquidation_distance_pct_min: float | None
    expiry_gamma_1pct_pct_equity: float
    cross_hedge_pct_equity: float
    venue_share_pct_max: float | None
    unknown: tuple[str, ...] = ()

    def value(self, limit: str) -> float | None:
        """The measure a limit binds."""
        found: float | None = getattr(self, limit)
        return found


OF_POOLS = frozenset({"margin_use_pct", "liquidation_distance_pct_min"})
"""Limits that bind the worst of all pools: what is unknown of one pool is unknown of the book."""

STATE_LIMITS: tuple[str, ...] = tuple(item.name for item in fields(StateLimits))
FLOW_LIMITS: tuple[str, ...] = tuple(item.name for item in fields(FlowLimits))


def excess(limit: str, value: float | None, bound: float) -> float:
    """How far a value stands outside its bound, as a share of the bound; under 1e-9 it is 0.

    >>> round(excess("gross_leverage", 3.3, 3.0), 9), round(excess("liquidation_distance_pct_min", 10.0, 20.0), 9)
    (0.1, 1.0)
    """
    if value is None:
        return 0.0
    if limit in FLOORS:
        share = (bound - value) / max(value, bound / 100.0) if bound > 0.0 else 0.0
    else:
        share = (value - bound) / max(bound, 0.0001)
    return share if share >= 1e-9 else 0.0


def lost(limit: str, before: StateMeasures, after: StateMeasures) -> bool:
    """Whether a measure was known of every pool and is not any more: it says nothing then, whatever is left of it.

    A measure that is None without a new reason binds nothing: a pool without a position has no liquidation price.
    """
    return limit in OF_POOLS and before.value(limit) is not None and len(after.unknown) > len(before.unknown)


def breach(measures: StateMeasures, limits: StateLimits) -> float:
    """The worst excess over all state limits."""
    return max(excess(name, measures.value(name), getattr(limits, name)) for name in STATE_LIMITS)


def _refuse_negative(owner: str, limits: StateLimits | FlowLimits) -> None:
    values = {item.name: getattr(limits, item.name) for item in fields(limits)}
    refuse([fault(owner, name, value, "a number of 0 or more") for name, value in values.items() if not value >= 0.0])
