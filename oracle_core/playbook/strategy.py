"""A strategy as a desk writes it (`oracle.strategy/1`): what to aim at, when to act, with which trades."""

from enum import StrEnum
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from oracle_core.domain.instrument import Kind
from oracle_core.errors import Fault, fault
from oracle_core.playbook.band import Band, BandKind, Rehedge
from oracle_core.playbook.hedge_ratio import HedgeRatio
from oracle_core.playbook.params.table import READERS, Params
from oracle_core.playbook.policies import Policy, Style
from oracle_core.strict_json import StrictModel

Slug: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Text: TypeAlias = Annotated[str, Field(min_length=1, max_length=400)]
Guidance: TypeAlias = Annotated[str, Field(max_length=4000)]
Percent: TypeAlias = Annotated[float, Field(ge=-1000.0, le=1000.0)]
Budgeted: TypeAlias = Annotated[float, Field(ge=0.0, le=10_000.0)]
Above: TypeAlias = Annotated[float, Field(gt=0.0, le=10_000.0)]
Count: TypeAlias = Annotated[int, Field(ge=1, le=10_000)]
Coin: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,12}$")]

REHEDGES: dict[Rehedge, Policy] = {
    Rehedge.TARGET: Policy.TO_TARGET,
    Rehedge.EDGE: Policy.TO_EDGE,
    Rehedge.PARTIAL: Policy.PARTIAL,
}
"""The policy that brings net delta where `rehedge_to` wants it."""


T = TypeVar("T")


def _some(entries: tuple[T, ...]) -> tuple[T, ...]:
    if not entries:
        raise PydanticCustomError("empty", "at least one entry")
    return entries


class Lifecycle(StrEnum):
    ACTIVE = "active"
    DEPRECATED = "deprecated"


class Targets(StrictModel):
    """What the book should look like, per cent of equity; null is no view."""

    net_delta_pct_equity: Percent | None = None
    gamma_1pct_pct_equity: Percent | None = None
    vega_point_pct_equity: Percent | None = None


class DayRange(StrictModel):
    """Days to expiry, both ends included."""

    min: Annotated[float, Field(ge=0.0, le=3650.0)]
    max: Annotated[float, Field(ge=0.0, le=3650.0)]


class DeltaRange(StrictModel):
    """Absolute delta of one option, both ends included."""

    min: Annotated[float, Field(ge=0.0, le=1.0)]
    max: Annotated[float, Field(ge=0.0, le=1.0)]


class Universe(StrictModel):
    """What may be traded. Null underlyings: every coin of the book. Null option ranges: any."""

    underlyings: Annotated[tuple[Coin, ...], AfterValidator(_some)] | None = None
    hedge_kinds: Annotated[tuple[Kind, ...], AfterValidator(_some)] = (Kind.PERPETUAL, Kind.FUTURE, Kind.SPOT)
    option_days: DayRange | None = None
    option_abs_delta: DeltaRange | None = None


class IntervalStep(StrictModel):
    """From a rise of the volatility index within a day on, in points, the interval is this."""

    iv_rise_points: Above
    interval_minutes: Count


class Triggers(StrictModel):
    """What makes the desk look again; null or false is off."""

    interval_minutes: Count | None = None
    interval_steps: tuple[IntervalStep, ...] = ()
    """Shorter intervals while the volatility index has risen within a day."""
    price_move_pct: Above | None = None
    price_move_usd: Annotated[float, Field(gt=0.0, le=1e6)] | None = None
    price_move_sigma_1d: Above | None = None
    """In standard deviations of one day."""
    delta_band: bool = True
    """Net delta has left the band."""
    iv_move_points: Above | None = None
    rv_iv_ratio: Above | None = None
    """Realised over implied volatility has crossed this ratio."""
    funding_flip: bool = False
    liquidity_factor: Annotated[float, Field(gt=1.0, le=1000.0)] | None = None
    """By how many times the narrowest spread of what hedges a coin has changed, either way."""
    volatility_break: Above | None = None
    """Volatility of the last hour over that of 30 days; from it on nothing adds risk, until three quarters of it."""
    trend: Count | None = None
    """Moves one way in a row from hedge to hedge; from it on a book that is not long gamma adds no risk."""
    loss_streak: Count | None = None
    """Losing hedges in a row; from it on nothing adds risk, until one wins or `loss_streak_hours` have passed."""
    loss_streak_hours: Annotated[float, Field(gt=0.0, le=8760.0)] = 24.0
    inventory_fades: Count | None = None
    """Hedges in a row that add to a losing side; from it on a book that is not long gamma adds no risk."""
    pnl_stop_bps_equity: Above | None = None
    """What the fills of this strategy may lose before nothing adds risk."""
    expiry_days: Above | None = None
    """An option has fewer days left."""
    events: bool = False
    basis_bps: Above | None = None
    correlation_drop: Annotated[float, Field(gt=0.0, le=2.0)] | None = None
    """By how much the correlation of two coins within a week is below that of 90 days."""
    bleed: bool = False
    """Theta and funding of a week cost more than gamma earned."""
    deploy: bool = False
    """Decide from volatility, regime, funding and events whether to run, with less or not at all."""
    iv_only_moves_trade: bool = False
    """Whether a move of implied volatility alone may trade delta."""


class Budget(StrictModel):
    """What this strategy may add and spend; null leaves it to the persona. Reducing risk is never scaled by it."""

    added_notional_pct_equity: Budgeted | None = None
    premium_week_bps_equity: Budgeted | None = None
    cost_day_bps_equity: Budgeted | None = None


class Ramp(StrictModel):
    """A small start: what may be added grows in equal steps from `start_pct` to all of it over days of clean run.

    A day is clean that has a cycle and in which the desk was not halted or reducing; after such a day it starts anew.
    """

    start_pct: Annotated[float, Field(gt=0.0, le=100.0)] = 10.0
    days: Annotated[int, Field(ge=1, le=365)] = 10

    def share(self, clean_days: int | None) -> float:
        """The share of what may be added; unknown history is none.

        >>> Ramp().share(None), Ramp().share(5), Ramp().share(40)
        (0.1, 0.55, 1.0)
        """
        start = self.start_pct / 100.0
        return start + (1.0 - start) * min((clean_days or 0) / self.days, 1.0)


class Execution(StrictModel):
    """How orders are worked."""

    style: Style = Style.TAKER
    patience_seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
    max_slices: Annotated[int, Field(ge=1, le=1_000)] = 1


class Strategy(StrictModel):
    """One strategy file."""

    model_config = ConfigDict(serialize_by_alias=True)

    schema_name: Literal["oracle.strategy/1"] = Field(alias="schema")
    name: Slug
    status: Lifecycle = Lifecycle.ACTIVE
    replaced_by: Slug | None = None
    summary: Text
    guidance: Guidance = ""
    horizon_hours: Annotated[float, Field(ge=1.0, le=8760.0)]
    policies: Annotated[tuple[Policy, ...], AfterValidator(_some)]
    targets: Targets
    universe: Universe = Universe()
    band: Band
    hedge_ratio: HedgeRatio = HedgeRatio()
    triggers: Triggers = Triggers()
    bias: Annotated[float, Field(ge=-1.0, le=1.0)] = 0.0
    """The share of each delta hedge that is left undone (+) or overdone (−); a persona caps its size."""
    budget: Budget = Budget()
    ramp: Ramp | None = None
    execution: Execution = Execution()
    params: Params = Params()
    advise_only: bool = False
    """Set where an import had to leave something out: what is advised by this file is never executed."""

    @model_validator(mode="after")
    def _consistent(self) -> "Strategy":
        faults = (
            *_status(self), *_policies(self), *_ranges(self.universe), *_triggers(self.triggers), *_leland(self),
        )  # fmt: skip
        if faults:
            raise PydanticCustomError("domain", "not a consistent strategy", {"faults": faults})
        return self


def _status(strategy: Strategy) -> list[Fault]:
    if strategy.replaced_by is None or strategy.status is Lifecycle.DEPRECATED:
        return []
    return [fault("strategy", "replaced_by", strategy.replaced_by, "null while `status` is `active`")]


def _policies(strategy: Strategy) -> list[Fault]:
    named, wanted = strategy.policies, REHEDGES[strategy.band.rehedge_to]
    twice = sorted({policy for policy in named if named.count(policy) > 1})
    faults = [fault("strategy", "policies", policy.value, "each policy once") for policy in twice]
    if wanted not in named:
        rehedge = strategy.band.rehedge_to.value
        faults.append(fault("strategy", "band.rehedge_to", rehedge, f"`{wanted}` among the policies"))
    for section, readers in READERS.items():
        if getattr(strategy.params, section) is not None and not readers.intersection(named):
            names = ", ".join(f"`{reader}`" for reader in sorted(readers))
            faults.append(fault("strategy", f"params.{section}", "set", f"no section, or one of {names} in policies"))
    return faults


def _ranges(universe: Universe) -> list[Fault]:
    ranges = {"option_days": universe.option_days, "option_abs_delta": universe.option_abs_delta}
    return [
        fault("strategy", f"universe.{key}.min", found.min, f"at most `max`, {found.max!r}")
        for key, found in ranges.items()
        if found is not None and found.min > found.max
    ]


def _triggers(triggers: Triggers) -> list[Fault]:
    moves = ("price_move_pct", "price_move_usd", "price_move_sigma_1d")
    stated = [name for name in moves if getattr(triggers, name) is not None]
    # Per cent and USD agree at one price only: 500 USD is 2 % at 25,000 and 0.83 % at 60,000.
    faults = [
        fault("strategy", f"triggers.{name}", getattr(triggers, name), f"absent where `{stated[0]}` is set")
        for name in stated[1:]
    ]
    if triggers.interval_steps and triggers.interval_minutes is None:
        faults.append(fault("strategy", "triggers.interval_steps", "set", "`interval_minutes`, which they shorten"))
    return faults


def _leland(strategy: Strategy) -> list[Fault]:
    if strategy.band.kind is not BandKind.LELAND or strategy.triggers.interval_minutes is not None:
        return []
    wanted = "`triggers.interval_minutes`: a Leland band is made of the interval"
    return [fault("strategy", "band.kind", strategy.band.kind.value, wanted)]
