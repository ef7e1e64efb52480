"""The desk, built once: settings, limits, journal and advisor, ready for any use case."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from oracle_core.agent.run import Tell, tell_nobody
from oracle_core.clock import Clock, system_clock
from oracle_core.desk.alerts import raise_alerts
from oracle_core.desk.brief import Brief, read_brief
from oracle_core.desk.docket import Bench
from oracle_core.desk.remembering import remembered
from oracle_core.desk.requests import BookRequest, DecisionRequest
from oracle_core.desk.settings import Settings
from oracle_core.desk.sources import Sources, attempt, read_sources
from oracle_core.desk.trips import EquityMark, watch
from oracle_core.domain.instrument import InstrumentId
from oracle_core.domain.limits import FLOW_LIMITS, STATE_LIMITS, FlowLimits, StateLimits
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.moment import NOTHING_BEFORE, Since
from oracle_core.domain.portfolio import Portfolio
from oracle_core.domain.record import CycleRecord
from oracle_core.domain.trading import TradingState
from oracle_core.errors import Fault, InputError
from oracle_core.guardrails.case import DeskRules, GlobalCaps
from oracle_core.guardrails.selftest import self_test
from oracle_core.hedging.candidates import measure
from oracle_core.hedging.families.table import BUILT
from oracle_core.hedging.situation import Situation
from oracle_core.journal.account import PaperAccount, paper_account
from oracle_core.journal.cycles import store_cycle
from oracle_core.journal.flow import recent_flow
from oracle_core.journal.states import halt_flag, trading_state
from oracle_core.journal.store import Journal
from oracle_core.playbook.blend import Blend, blend
from oracle_core.playbook.load import Loaded, load_persona, load_strategy, weighted_strategies
from oracle_core.playbook.persona import Caps, Persona, check_against_caps
from oracle_core.playbook.strategy import Strategy
from oracle_core.pricing.inputs import reference
from oracle_core.risk.view import view_book

LEAST_SECONDS = 0.2
"""What a model is given even when loading took the whole deadline."""

LOOSEST = "degen"
"""The persona whose limits are the global caps, unless the settings tighten them."""


def marks(market: MarketSnapshot) -> dict[InstrumentId, float]:
    """The fair price of everything quoted, in each venue's unit."""
    found = {key: reference(quote) for key, quote in market.quotes.items()}
    return {key: price for key, price in found.items() if price is not None}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything the use cases share. The journal is opened when it is first needed."""

    settings: Settings
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    clock: Clock = system_clock
    spent_seconds: Callable[[], float] = lambda: 0.0
    """How much of the deadline is gone when a question comes: a command counts from its start."""
    tell: Tell = tell_nobody
    """Who hears how a decision goes on."""

    @cached_property
    def journal(self) -> Journal:
        return Journal(self.journal_path)

    @property
    def journal_path(self) -> Path:
        return self.settings.state / "journal.db"

    @cached_property
    def caps(self) -> GlobalCaps:
        """The limits nobody may exceed: the loosest persona's as shipped, and what the settings say instead."""
        loosest = load_persona(LOOSEST).value
        named = self.settings.caps
        state = {name: named.get(name, loosest.number(name)) for name in STATE_LIMITS}
        flow = {name: named.get(name, loosest.number(name)) for name in FLOW_LIMITS}
        return GlobalCaps(state=StateLimits(**state), flow=FlowLimits(**flow))

    @property
    def rules(self) -> DeskRules:
        settings = self.settings
        return DeskRules(
            quote_max_age=timedelta(seconds=settings.quote_max_age_seconds),
            collar_bps=settings.collar_bps,
            option_collar_bps=settings.option_collar_bps,
            approval_ttl=timedelta(seconds=settings.approval_ttl_seconds),
        )

    def paper(self) -> PaperAccount | None:
        """The paper account, once the first approval has opened it."""
        return paper_account(self.journal) if self.journal_path.is_file() else None

    def persona(self, name: str | None) -> Loaded[Persona]:
        """A persona within the global caps.

        Raises: InputError: unknown, faulty, or a limit looser than the desk's.
        """
        found = load_persona(name or "balanced", self.settings.personas, strategies=self.settings.strategies)
        self.within_caps(found.value, str(found.path))
        return found

    def within_caps(self, persona: Persona, source: str) -> Persona:
        """The persona, when none of its limits is looser than the desk's.

        Raises: InputError: every limit that is, with the cap.
        """
        faults = check_against_caps(persona, Caps(state=self.caps.state, flow=self.caps.flow), source)
        if faults:
            raise InputError(faults)
        return persona

    def trading_state(self) -> TradingState:
        """Active, unless somebody or something halted the desk; the flag halts it also without a journal."""
        if self.journal_path.is_file():
            return trading_state(self.journal)
        return TradingState.HALTED if halt_flag(self.journal_path).exists() else TradingState.ACTIVE

    def strategy(self, name: str | None, persona: Persona) -> tuple[Blend, tuple[str, ...]]:
        """The strategy named, else the persona's own blend; with what its user should be told."""
        parts: tuple[tuple[Loaded[Strategy], float], ...]
        if name is None:
            parts = weighted_strategies(persona, self.settings.strategies)
        else:
            parts = ((load_strategy(name, self.settings.strategies), 1.0),)
        found = blend([(item.value, weight) for item, weight in parts])
        warnings = [text for item, _ in parts for text in item.warnings]
        unbuilt = sorted(policy.value for policy in found.policies if policy not in BUILT)
        if unbuilt:
            warnings.append(f"the engine does not offer these yet, and leaves them out: {', '.join(unbuilt)}")
        return found, tuple(warnings)

    def bench(self, persona: Persona, market: MarketSnapshot) -> Bench:
        """Caps, rules, trading state and recent flow.

        Raises: InputError: a limit that no rail enforces.
        """
        fresh = self.fresh_bench(persona)
        if not self.journal_path.is_file():
            return replace(fresh, trading_state=self.trading_state())
        recent = recent_flow(self.journal, market.as_of)
        return replace(fresh, trading_state=self.trading_state(), recent=recent)

    def since(self, account: str, market: MarketSnapshot, *, paper: bool) -> Since:
        """What the journal remembers of an account before a market's moment; fills are the paper account's."""
        if not self.journal_path.is_file():
            return NOTHING_BEFORE
        return remembered(self.journal, account, market, self.paper() if paper else None)

    def watch(self, persona: Persona, account: Portfolio, market: MarketSnapshot) -> TradingState:
        """Mark the paper account's equity and latch what a loss trips."""
        equity = view_book(account, market).equity_usd
        return watch(self.journal, persona, EquityMark(market.as_of, equity))

    def fresh_bench(self, persona: Persona) -> Bench:
        """The bench of a desk that has not traded yet, after the guardrails have proved that they bind.

        Raises: InputError: a limit that no rail enforces.
        """
        self_test(
            self.caps, persona.state_limits(), persona.flow_limits(), self.rules,
            min_benefit_bps_equity=persona.min_benefit_bps_equity,
        )  # fmt: skip
        return Bench(caps=self.caps, rules=self.rules)

    def sources(self, request: BookRequest) -> Sources:
        """The book and the admitted market of a request."""
        account = self.paper() if request.book is None else None
        found = read_sources(request, None if account is None else lambda market: account.portfolio(marks(market)))
        market = found.market.admit(self.rules.quote_max_age)
        return replace(found, market=market)

    def brief(
        self,
        request: DecisionRequest,
        *,
        notes: tuple[str, ...] = (),
        sources: Sources | None = None,
        reason: str = "operator",
        watching: bool = False,
    ) -> tuple[Brief, tuple[str, ...]]:
        """What a cycle is decided from, with what its user should be told.

        `watching` marks the paper account's equity and latches what its loss trips; what only looks does not.

        Raises: InputError: the faults of persona, strategy, book and market, all at once.
        """
        faults: list[Fault] = []
        persona = attempt(lambda: self.persona(request.persona), faults)
        named = request.strategy
        if persona is None:
            attempt(lambda: named and load_strategy(named, self.settings.strategies), faults)
        ruled = None if persona is None else attempt(lambda: self.strategy(named, persona.value), faults)
        found = attempt(lambda: sources or self.sources(request), faults)
        if persona is None or ruled is None or found is None:
            raise InputError(faults)
        strategy, warnings = ruled
        if watching and found.paper:
            self.watch(persona.value, found.portfolio, found.market)
        brief = Brief(
            portfolio=found.portfolio, market=found.market, strategy=strategy, persona=persona.value,
            bench=self.bench(persona.value, found.market), notes=notes, reason=reason,
            since=self.since(found.portfolio.name, found.market, paper=found.paper),
        )  # fmt: skip
        return brief, (*found.warnings, *persona.warnings, *warnings)

    def seconds_left(self) -> float:
        """What is left of the deadline for whoever is asked."""
        return max(self.settings.deadline_seconds - self.spent_seconds(), LEAST_SECONDS)

    def keep(self, brief: Brief, record: CycleRecord) -> CycleRecord:
        """Put a cycle into the journal, with everything it was decided from; the same cycle is kept once."""
        for text in brief.blobs.values():
            self.journal.put_blob(text)
        store_cycle(self.journal, record, self.clock())
        raise_alerts(self.journal, record, self.clock())
        return record

    def stored_case(self, record: CycleRecord) -> Situation:
        """The situation a stored cycle was decided in, measured again from its stored inputs."""
        brief = self.stored_brief(record)
        return measure(brief.portfolio, brief.market, brief.strategy, brief.persona, past=brief.past)

    def stored_brief(self, record: CycleRecord) -> Brief:
        """What a stored cycle was decided from."""
        return read_brief(record.inputs, self.journal.blob, reason=record.reason)
