"""What a cycle is decided from, and its canonical text: stored beside the cycle, read back to decide it again."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from pydantic import Field

from oracle_core.desk.docket import Bench
from oracle_core.domain.canonical import canonical_json
from oracle_core.domain.limits import FlowLimits, StateLimits
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.moment import NOTHING_BEFORE, Since
from oracle_core.domain.portfolio import Portfolio
from oracle_core.domain.trading import RecentFlow, TradingState
from oracle_core.errors import InputError, fault
from oracle_core.guardrails.case import DeskRules, GlobalCaps
from oracle_core.hedging.candidates import Past
from oracle_core.journal.decode import decode
from oracle_core.playbook.blend import Blend, Member, blend
from oracle_core.playbook.persona import Persona
from oracle_core.playbook.strategy import Strategy
from oracle_core.strict_json import StrictModel, parse_json
from oracle_core.venues.book_file import book_json, parse_book
from oracle_core.venues.market_file import market_json, parse_market


class _Weighted(StrictModel):
    share: float
    strategy: Strategy


class _Strategies(StrictModel):
    members: tuple[_Weighted, ...]


class _BenchFile(StrictModel):
    caps_state: dict[str, float]
    caps_flow: dict[str, float]
    quote_max_age_seconds: float
    collar_bps: float
    option_collar_bps: float
    approval_ttl_seconds: float
    trading_state: TradingState
    recent: dict[str, float | int | None] = Field(default_factory=dict[str, float | int | None])


class _Notes(StrictModel):
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What one cycle is decided from. `market` is admitted; `reason` says what asked for the cycle."""

    portfolio: Portfolio
    market: MarketSnapshot
    strategy: Blend
    persona: Persona
    bench: Bench
    notes: tuple[str, ...] = ()
    reason: str = "operator"
    since: Since = NOTHING_BEFORE

    @property
    def past(self) -> Past:
        """What the triggers and gates of the decision see of the desk."""
        return Past(since=self.since, trading_state=self.bench.trading_state)

    @cached_property
    def blobs(self) -> dict[str, bytes]:
        """The canonical text of every input."""
        return {
            "book": book_json(self.portfolio),
            "market": market_json(self.market),
            "strategies": canonical_json({"members": [_member(member) for member in self.strategy.members]}),
            "persona": canonical_json(_plain(self.persona.model_dump_json())),
            "bench": canonical_json(_bench_file(self.bench)),
            "notes": canonical_json({"notes": self.notes}),
            "since": canonical_json(self.since),
        }

    @cached_property
    def inputs(self) -> dict[str, str]:
        """The SHA-256 that the text of every input is stored under."""
        return {name: hashlib.sha256(text).hexdigest() for name, text in self.blobs.items()}


def read_brief(inputs: Mapping[str, str], blob: Callable[[str], bytes], *, reason: str) -> Brief:
    """The brief of a stored cycle, through the same strict readers that files go through.

    Raises: InputError: a stored text is not what this version reads.
    """
    text = {name: blob(digest) for name, digest in inputs.items()}
    bench = _bench(parse_json(text["bench"], "stored bench", _BenchFile))
    found = parse_json(text["strategies"], "stored strategies", _Strategies)
    return Brief(
        portfolio=parse_book(text["book"], "stored book"),
        market=parse_market(text["market"], "stored market").admit(bench.rules.quote_max_age),
        strategy=blend([(member.strategy, member.share) for member in found.members]),
        persona=parse_json(text["persona"], "stored persona", Persona),
        bench=bench, notes=parse_json(text["notes"], "stored notes", _Notes).notes, reason=reason,
        since=_since(text.get("since")),
    )  # fmt: skip


def _since(text: bytes | None) -> Since:
    """What was remembered; a cycle of before there was a memory has none."""
    if text is None:
        return NOTHING_BEFORE
    try:
        return decode(Since, text)
    except (ValueError, TypeError) as error:
        raise InputError([fault("stored since", "", str(error), "what this version remembers")]) from error


def _member(member: Member) -> dict[str, object]:
    return {"share": member.share, "strategy": _plain(member.strategy.model_dump_json())}


def _bench_file(bench: Bench) -> dict[str, object]:
    rules = bench.rules
    return {
        "caps_state": bench.caps.state,
        "caps_flow": bench.caps.flow,
        "quote_max_age_seconds": rules.quote_max_age.total_seconds(),
        "collar_bps": rules.collar_bps,
        "option_collar_bps": rules.option_collar_bps,
        "approval_ttl_seconds": rules.approval_ttl.total_seconds(),
        "trading_state": bench.trading_state,
        "recent": bench.recent,
    }


def _bench(found: _BenchFile) -> Bench:
    rules = DeskRules(
        quote_max_age=timedelta(seconds=found.quote_max_age_seconds),
        collar_bps=found.collar_bps,
        option_collar_bps=found.option_collar_bps,
        approval_ttl=timedelta(seconds=found.approval_ttl_seconds),
    )
    caps = GlobalCaps(state=StateLimits(**found.caps_state), flow=FlowLimits(**found.caps_flow))
    return Bench(caps=caps, rules=rules, trading_state=found.trading_state, recent=_recent(found.recent))


def _recent(found: Mapping[str, float | int | None]) -> RecentFlow:
    def count(name: str) -> int | None:
        value = found[name]
        return None if value is None else int(value)

    return RecentFlow(
        turnover_day_usd=found["turnover_day_usd"],
        working_usd=found["working_usd"],
        trades_last_hour=count("trades_last_hour"),
        orders_last_minute=count("orders_last_minute"),
        premium_week_usd=found["premium_week_usd"],
        funding_cost_week_usd=found["funding_cost_week_usd"],
    )


def _plain(text: str) -> object:
    found: object = json.loads(text)
    return found
