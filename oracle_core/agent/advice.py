"""What the model may say, and the check that turns any bytes into an advice or a named rejection."""

import json
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, FailFast

from oracle_core.agent.ending import Ending
from oracle_core.agent.offer import Offer, exclude_each_other
from oracle_core.agent.prose import is_sound_prose
from oracle_core.domain.hedge import Pick, Style

REPLY_BYTES: Final = 64 * 1024
"""The longest reply that is looked at."""
SCALES: Final = (1.0, 0.75, 0.5, 0.25)


class ReasonCode(StrEnum):
    REDUCES_DELTA = "reduces_delta"
    REDUCES_GAMMA = "reduces_gamma"
    REDUCES_VEGA = "reduces_vega"
    CURES_BREACH = "cures_breach"
    CHEAPER_ROUTE = "cheaper_route"
    BETTER_CARRY = "better_carry"
    VOLATILITY_FORECAST = "volatility_forecast"
    EVENT_AHEAD = "event_ahead"
    LOW_LIQUIDITY = "low_liquidity"
    EXPIRY = "expiry"
    WAIT_INSIDE_BAND = "wait_inside_band"
    OPERATOR_NOTE = "operator_note"
    CONFLICTING_DATA = "conflicting_data"


class Adjustment(StrEnum):
    """Advice to a person about a strategy's parameters; never applied."""

    WIDEN_BAND = "widen_band"
    TIGHTEN_BAND = "tighten_band"
    LONGER_INTERVAL = "longer_interval"
    SHORTER_INTERVAL = "shorter_interval"
    PAUSE_STRATEGY = "pause_strategy"


class Confidence(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class _Wire(BaseModel):
    # No defaults, dicts, tuples or tagged unions: strict structured output accepts none of them.
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class WireChoice(_Wire):
    id: str
    scale: float
    style: Style


class WireAdvice(_Wire):
    """The reply as it travels. List lengths and ids are judged by `check`, not by the schema."""

    choices: Annotated[list[WireChoice], FailFast()]
    reason_codes: Annotated[list[ReasonCode], FailFast()]
    adjustments: Annotated[list[Adjustment], FailFast()]
    prose: str
    confidence: Confidence
    abstain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A reply that holds: picks among the offered candidates, resolved to their ids."""

    picks: tuple[Pick, ...]
    reason_codes: tuple[ReasonCode, ...]
    adjustments: tuple[Adjustment, ...]
    prose: str | None
    confidence: Confidence
    abstained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A reply that does not hold. `kept` is the choice without its prose, where only the prose is at fault."""

    ending: Ending
    kept: Advice | None = None


def check(raw: bytes | str, offer: Offer) -> Advice | Rejection:
    """Any bytes as an advice, or the reason why they are none.

    Total: never raises, looks at no more than `REPLY_BYTES`, and the same bytes give the same answer.
    """
    text = _text(raw)
    if isinstance(text, Ending):
        return Rejection(ending=text)
    wire = _read(text)
    return Rejection(ending=Ending.MALFORMED) if wire is None else _judge(wire, offer)


def _text(raw: bytes | str) -> bytes | Ending:
    """The reply in UTF-8, if it is short enough to be read and has no lone surrogates."""
    if len(raw) > REPLY_BYTES:
        return Ending.OVERSIZE
    try:
        text = raw.encode() if isinstance(raw, str) else raw.decode().encode()
    except UnicodeError:
        return Ending.MALFORMED
    return text if len(text) <= REPLY_BYTES else Ending.OVERSIZE


def _read(text: bytes) -> WireAdvice | None:
    try:
        json.loads(text, object_pairs_hook=_once)
        return WireAdvice.model_validate_json(text)
    except (ValueError, RecursionError):  # pydantic's ValidationError is a ValueError
        return None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A key stands twice")
    return found


def _judge(wire: WireAdvice, offer: Offer) -> Advice | Rejection:
    fault = None if wire.abstain else _choice_fault(wire.choices, offer)
    if fault is not None:
        return Rejection(ending=fault)
    sound = is_sound_prose(wire.prose, offer.figures)
    advice = _advice(wire, offer, prose=wire.prose.strip() if sound else "")
    return advice if sound else Rejection(ending=Ending.PROSE, kept=advice)


def _choice_fault(choices: list[WireChoice], offer: Offer) -> Ending | None:
    labels = [choice.id for choice in choices]
    if not labels:
        return Ending.NO_CHOICE
    if len(set(labels)) < len(labels):
        return Ending.DUPLICATE_ID
    if not set(labels) <= offer.candidates.keys():
        return Ending.REFUSED_ID if set(labels) - offer.candidates.keys() <= offer.refused else Ending.UNKNOWN_ID
    chosen = [offer.candidates[label] for label in labels]
    if any(exclude_each_other(one, other) for one, other in combinations(chosen, 2)):
        return Ending.CONFLICTING_IDS
    return None if all(choice.scale in SCALES for choice in choices) else Ending.MALFORMED


def _advice(wire: WireAdvice, offer: Offer, *, prose: str) -> Advice:
    picks = [
        Pick(id=offer.candidates[choice.id].id, scale=choice.scale, style=choice.style)
        for choice in ([] if wire.abstain else wire.choices)
    ]
    return Advice(
        picks=tuple(picks),
        reason_codes=tuple(dict.fromkeys(wire.reason_codes)),
        adjustments=tuple(dict.fromkeys(wire.adjustments)),
        prose=prose or None,
        confidence=wire.confidence,
        abstained=wire.abstain,
    )
