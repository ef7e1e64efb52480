"""What could be done: candidate actions with their cost, and the recommendation made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from oracle_core.domain.canonical import content_hash
from oracle_core.domain.exposure import Outlook
from oracle_core.domain.instrument import InstrumentId
from oracle_core.domain.moment import Moment
from oracle_core.domain.occasion import NO_OCCASIONS, Occasions
from oracle_core.domain.residual import ResidualRisk


class ActionKind(StrEnum):
    """Every kind of candidate. Those without legs (hold, pause, transfer_collateral) send no order."""

    HOLD = "hold"
    TO_TARGET = "to_target"
    TO_EDGE = "to_edge"
    PARTIAL = "partial"
    OPTION_GAMMA = "option_gamma"
    OPTION_VEGA = "option_vega"
    DELTA_GAMMA_VEGA = "delta_gamma_vega"
    OPTION_WING = "option_wing"
    COLLAR = "collar"
    ESTABLISH = "establish"
    RECENTRE = "recentre"
    ROLL = "roll"
    TAKE_PROFIT = "take_profit"
    CLOSE = "close"
    FUNDING_ROTATE = "funding_rotate"
    CARRY_OPEN = "carry_open"
    CARRY_CLOSE = "carry_close"
    PAIR_OPEN = "pair_open"
    PAIR_CLOSE = "pair_close"
    VENUE_SPREAD = "venue_spread"
    DELEVERAGE = "deleverage"
    CUT_LEG = "cut_leg"
    TRANSFER_COLLATERAL = "transfer_collateral"
    PAUSE = "pause"
    REDUCE = "reduce"


HEDGES = frozenset({
    ActionKind.TO_TARGET, ActionKind.TO_EDGE, ActionKind.PARTIAL, ActionKind.OPTION_GAMMA, ActionKind.OPTION_VEGA,
    ActionKind.DELTA_GAMMA_VEGA, ActionKind.DELEVERAGE, ActionKind.CUT_LEG, ActionKind.REDUCE,
})  # fmt: skip
"""Kinds that claim to lower risk, and are held to it; the others are bound by the limits of the book and budgets."""

INSTRUCTIONS = frozenset({ActionKind.PAUSE, ActionKind.TRANSFER_COLLATERAL})
"""Kinds that a person carries out: no order does, so no advisor picks them."""


class Status(StrEnum):
    OFFERED = "offered"
    REFUSED = "refused"
    CURE = "cure"


class Style(StrEnum):
    MAKER = "maker"
    TAKER = "taker"
    MAKER_THEN_TAKER = "maker_then_taker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One trade, born on the contract grid. `coins` and `notional_usd` say what the contracts are."""

    venue: str
    symbol: str
    contracts: Decimal
    coins: float
    notional_usd: float
    price: float

    @property
    def id(self) -> InstrumentId:
        return InstrumentId(self.venue, self.symbol)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a plan costs now, in USD. `slippage` is None where no depth is known: absent, not zero."""

    fee: float
    half_spread: float
    slippage: float | None
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The five terms of the objective, in USD over the horizon, signed as they enter it. None is absent."""

    execution: float
    carry: float | None
    edge: float | None
    risk: float
    capital: float

    @property
    def utility(self) -> float:
        """U: the sum of the terms that have input."""
        return self.execution + (self.carry or 0.0) + (self.edge or 0.0) + self.risk + self.capital


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The no-trade band that asked for a hedge, in coins around the target."""

    kind: str
    net_delta: float
    target: float
    half_width: float


class Detail(NamedTuple):
    """A figure that only some kinds of action have: the premium of a wing, the break-even hours of a rotation."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What a person is asked to do where no order does it; amounts in units of a currency, never automatic."""

    text: str
    currency: str | None = None
    amount: float | None = None
    source: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateAction:
    """One thing the desk could do. `id` is the hash of its kind and legs; `rank` its place in the cycle."""

    id: str
    kind: ActionKind
    coin: str | None
    legs: tuple[Leg, ...]
    cost: Cost
    terms: Terms
    benefit: float
    breach: float
    before: Outlook
    after: Outlook
    duty: bool = False
    band: Band | None = None
    status: Status = Status.OFFERED
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()
    instruction: Instruction | None = None
    rank: int = 0

    @property
    def label(self) -> str:
        return f"c{self.rank}"

    @property
    def notional_usd(self) -> float:
        return sum(abs(leg.notional_usd) for leg in self.legs)


def candidate_id(kind: ActionKind, legs: Mapping[InstrumentId, Decimal], instructed: str | None = None) -> str:
    """A name made of what is done, and of no computed float: the same action has the same id everywhere.

    `instructed` tells instructions of one kind apart: whom they concern, never how much.
    """
    named = sorted([key.venue, key.symbol, str(contracts.normalize())] for key, contracts in legs.items())
    told = {} if instructed is None else {"instructed": instructed}
    return content_hash({"kind": kind.value, "legs": named, **told})[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A chosen candidate, with the share of it and the order style, both from closed sets."""

    id: str
    scale: float = 1.0
    style: Style = Style.TAKER


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisorNote:
    """Who chose, and why it was not who was asked."""

    name: str
    fallback_reason: str | None = None
    model: str | None = None
    prose: str | None = None
    reason_codes: tuple[str, ...] = ()
    adjustments: tuple[str, ...] = ()
    confidence: str | None = None
    abstained: bool = False
    calls: int = 0
    """How often the model was asked."""
    tokens: int | None = None
    """What the prompt of one ask counts."""
    tokenizer: str | None = None
    """Who counted: the name of an encoding, or `estimated`."""
    agreement: float | None = None
    """The share of samples that made this choice, where several were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldExpiry:
    """A moment at which options of a coin that is held expire."""

    coin: str
    expiry: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What is shown: built only from the engine's order or a validated choice among its candidates."""

    as_of: datetime
    strategy: str
    persona: str
    advisor: AdvisorNote
    picks: tuple[Pick, ...]
    candidates: tuple[CandidateAction, ...]
    outlook: Outlook
    """The book once the picks are filled."""
    cost: Cost
    account: str = ""
    horizon_hours: float = 0.0
    prices: Mapping[str, float] = field(default_factory=dict[str, float])
    """USD per coin."""
    expiries: tuple[HeldExpiry, ...] = ()
    assumptions: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict[str, str])
    data_ages: Mapping[str, float] = field(default_factory=dict[str, float])
    risks: tuple[ResidualRisk, ...] = ()
    """What could go wrong once the picks are filled: at least one with a number."""
    occasions: Occasions = NO_OCCASIONS
    """Why now: the triggers that fired and the gates that hold."""
    moment: Moment | None = None
    """What the next cycle measures its triggers from."""

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(pick.id for pick in self.picks)

    def candidate(self, name: str) -> CandidateAction | None:
        """A candidate by id or by its rank label (`c3`)."""
        return next((item for item in self.candidates if name in (item.id, item.label)), None)
