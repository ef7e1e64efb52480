"""A persona (`oracle.persona/1`): how much risk a desk takes, and what it prefers among what is allowed."""

import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from oracle_core.domain.limits import FLOORS, FLOW_LIMITS, STATE_LIMITS, FlowLimits, StateLimits
from oracle_core.errors import Fault, fault
from oracle_core.playbook.strategy import Guidance, Slug
from oracle_core.strict_json import StrictModel, nearest

Percent: TypeAlias = Annotated[float, Field(ge=0.0, le=1_000.0)]
ShareOf: TypeAlias = Annotated[float, Field(ge=0.0, le=100.0)]
"""Per cent of something that cannot exceed it."""
Times: TypeAlias = Annotated[float, Field(ge=0.0, le=100.0)]
Bps: TypeAlias = Annotated[float, Field(ge=0.0, le=10_000.0)]
Fraction: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]
Weight: TypeAlias = Annotated[float, Field(ge=0.0, le=1e6)]


class Objective(StrEnum):
    """Which of equally ranked families leads."""

    VARIANCE = "variance"
    CARRY = "carry"
    CONVEXITY = "convexity"


class Caps(NamedTuple):
    """The global limits of the installation, which no persona may loosen."""

    state: StateLimits
    flow: FlowLimits


def _some_weight(weights: Mapping[str, float]) -> Mapping[str, float]:
    if not math.fsum(weights.values()) > 0.0:
        raise PydanticCustomError("weights", "at least one strategy with a weight above 0")
    return weights


class Persona(StrictModel):
    """One persona file. Limits are per cent of equity unless the name says otherwise."""

    model_config = ConfigDict(serialize_by_alias=True)

    schema_name: Literal["oracle.persona/1"] = Field(alias="schema")
    name: Slug
    rank: Annotated[int, Field(ge=1, le=5)]
    guidance: Guidance = ""
    strategy_weights: Annotated[Mapping[Slug, Weight], AfterValidator(_some_weight)]

    net_delta_pct_equity: Percent
    gamma_1pct_pct_equity: Percent
    vega_point_pct_equity: Percent
    stress_loss_pct_equity: Percent
    gross_leverage: Times
    margin_use_pct: ShareOf
    liquidation_distance_pct_min: ShareOf
    expiry_gamma_1pct_pct_equity: Percent
    cross_hedge_pct_equity: Percent
    venue_share_pct_max: ShareOf

    order_notional_pct_equity: Percent
    plan_notional_pct_equity: Percent
    day_turnover_pct_equity: Annotated[float, Field(ge=0.0, le=10_000.0)]
    plan_cost_bps_equity: Bps
    premium_week_bps_equity: Bps
    funding_cost_week_bps_equity: Bps
    trades_per_hour: Annotated[float, Field(ge=0.0, le=3_600.0)]
    hedge_bias_pct_max: ShareOf

    daily_loss_pct_equity: ShareOf
    drawdown_pct_equity: ShareOf

    objective: Objective
    risk_aversion: Annotated[float, Field(gt=0.0, le=1_000.0)]
    stress_capital_rate_per_year: Annotated[float, Field(ge=0.0, le=10.0)]
    stress_soft_pct_of_limit: ShareOf
    vol_forecast_trust: Fraction
    funding_income_haircut: Fraction
    min_benefit_bps_equity: Annotated[float, Field(ge=0.0, le=100.0)]

    advise_only: bool = False
    """Set where an import had to leave something out: what is advised by this file is never executed."""

    @model_validator(mode="after")
    def _consistent(self) -> "Persona":
        if self.daily_loss_pct_equity > self.drawdown_pct_equity:
            wanted = (
                f"at most `drawdown_pct_equity`, {self.drawdown_pct_equity:g}: the desk would halt before it reduces"
            )
            wrong = fault("persona", "daily_loss_pct_equity", self.daily_loss_pct_equity, wanted)
            raise PydanticCustomError("domain", "not a consistent persona", {"faults": (wrong,)})
        return self

    def state_limits(self) -> StateLimits:
        """What a book of this persona may look like."""
        return StateLimits(**{name: self.number(name) for name in STATE_LIMITS})

    def flow_limits(self) -> FlowLimits:
        """What a plan, an hour, a day or a week of this persona may do."""
        return FlowLimits(**{name: self.number(name) for name in FLOW_LIMITS})

    def capped_bias(self, asked: float) -> float:
        """A strategy's bias, as far as this persona lets a hedge be left undone or overdone.

        Shape: a share of the hedge, as in the strategy file; the sign stays.
        """
        most = self.hedge_bias_pct_max / 100.0
        return min(max(asked, -most), most)

    def number(self, key: str) -> float:
        """A limit, trip or numeric preference by its name in the file."""
        found: float = getattr(self, key)
        return found


TRIPS: tuple[str, ...] = ("daily_loss_pct_equity", "drawdown_pct_equity")
PREFERENCES: tuple[str, ...] = (
    "risk_aversion",
    "stress_capital_rate_per_year",
    "stress_soft_pct_of_limit",
    "vol_forecast_trust",
    "funding_income_haircut",
    "min_benefit_bps_equity",
)


def check_against_caps(persona: Persona, caps: Caps, source: str = "") -> list[Fault]:
    """A fault for every limit of a persona that is looser than the global one; `source` names its file."""
    bounds = [(name, getattr(caps.state, name)) for name in STATE_LIMITS]
    bounds += [(name, getattr(caps.flow, name)) for name in FLOW_LIMITS]
    where = source or f"persona {persona.name}"
    return [
        fault(where, name, persona.number(name), _within(name, cap))
        for name, cap in bounds
        if _looser(name, persona.number(name), cap)
    ]


def check_weights(persona: Persona, known: Iterable[str], source: str = "") -> list[Fault]:
    """A fault for every weighted strategy that is not among the known ones; `source` names the persona's file."""
    names = set(known)
    where = source or f"persona {persona.name}"
    return [
        fault(where, f"strategy_weights.{name}", weight, f"a known strategy, {nearest(name, names)}")
        for name, weight in persona.strategy_weights.items()
        if name not in names
    ]


def _looser(limit: str, value: float, cap: float) -> bool:
    return value < cap if limit in FLOORS else value > cap


def _within(limit: str, cap: float) -> str:
    return f"at least {cap:g}, the global floor" if limit in FLOORS else f"at most {cap:g}, the global cap"
