"""Answers in a conversation: the use case is asked, its page is said, and what `it` means is kept."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeGuard

from oracle_core.console.chat_answers import short_answer
from oracle_core.console.chat_context import NEVER_AGAIN
from oracle_core.console.chat_meaning import Ask, Known
from oracle_core.console.chat_memory import SUBJECT, Remembered, Slot, remember
from oracle_core.console.chat_voices import VOICES, last_word, lead
from oracle_core.console.render import render
from oracle_core.console.render.fields import clean, text, texts
from oracle_core.console.render.layout import fit
from oracle_core.console.run import request
from oracle_core.console.show import say, screen_width, talk
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.freshness import staleness
from oracle_core.desk.requests import BookRequest
from oracle_core.desk.use_cases import USE_CASES
from oracle_core.errors import InputError, MarketDataError, OracleError

OPTIONS: Final = {"subject": "", "start": "", "end": "", "cycle": "", "name": "", "equity_usd": "--equity"}
"""Slots that are not an option of their own name on the command line; those without one stand alone."""


@dataclass(kw_only=True)
class Session:
    """One conversation: the desk, the options it was started with, and what was said."""

    desk: Desk
    given: Mapping[str, object]
    known: Known
    as_of: str | None = None
    """The market's time of the cycle last shown."""
    told: set[str] = field(default_factory=set[str])
    """Warnings that were said; once is enough for a conversation."""

    def answer(self, asked: Ask) -> None:
        """Ask the desk, say the answer, and remember what it was about."""
        asked = self._since_the_last(asked)
        say(f"→ {command(asked)}\n")
        document = self._document(asked)
        if document is None:
            return
        for warning in texts(document, "warnings"):
            if warning not in self.told:
                talk(f"warning: {warning}")
                self.told.add(warning)
        voice = self._voice(asked)
        notes = [f"({note})" for note in (asked.note, self._stale(asked)) if note]
        short = short_answer(document, asked.topic, asked.coins)
        pages = [
            fit([*notes, *([opening] if (opening := lead(document, voice)) else [])], screen_width()),
            fit([*short, f"`{asked.name}` shows everything"], screen_width())
            if short
            else render(document, screen_width()),
            fit([last_word(voice)], screen_width()) if last_word(voice) else "",
        ]
        say("\n".join(page for page in pages if page.strip()))
        self._keep(asked, document)

    def _since_the_last(self, asked: Ask) -> Ask:
        """P&L is from somewhere: from the cycle last shown, where the sentence names none."""
        cycle = self.known.last_cycle
        if asked.name != "pnl" or cycle is None or "start" in asked.slots:
            return asked
        said = ". ".join(item for item in (f"since cycle {cycle}, the one last shown", asked.note) if item)
        return replace(asked, slots={**asked.slots, "start": cycle}, note=said)

    def _document(self, asked: Ask) -> Document | None:
        case = USE_CASES[asked.name]
        options = {key: value for key, value in self.given.items() if key in case.request.model_fields}
        try:
            return case.handle(self.desk, request(case, {**options, **asked.slots}))
        except OracleError as error:
            complain(error)
            return None

    def _voice(self, asked: Ask) -> str | None:
        named = asked.slots.get("persona", self.given.get("persona"))
        return str(named) if named in VOICES else None

    def _stale(self, asked: Ask) -> str:
        """Said of a cycle that was meant and not named, or named and old."""
        subject = asked.slots.get("subject", asked.slots.get("cycle"))
        if not isinstance(subject, str) or not SUBJECT.fullmatch(subject) or asked.name in NEVER_AGAIN:
            return ""
        given = {key: value for key, value in self.given.items() if key in BookRequest.model_fields}
        try:
            book = request(USE_CASES["funding"], given)
        except OracleError:
            return ""
        return staleness(self.desk, subject.partition(":")[0], book) if isinstance(book, BookRequest) else ""

    def _keep(self, asked: Ask, document: Document) -> None:
        if asked.name in NEVER_AGAIN:
            return
        cycle, subject = self.known.last_cycle, self.known.last_subject
        named = asked.slots.get("subject")
        if text(document, "schema") == "oracle.recommendation/1":
            cycle = subject = text(document, "cycle_id")
            self.as_of = text(document, "as_of")
        elif isinstance(named, str) and SUBJECT.fullmatch(named):
            subject = named
        last = replace(asked, note="")
        kept = _plain(last.slots)
        name = last.name if len(kept) == len(last.slots) else None
        self.known = replace(self.known, last=last, last_cycle=cycle, last_subject=subject)
        told = remember(self.desk.settings.state, Remembered(
            cycle=cycle, subject=subject, as_of=self.as_of, name=name, slots=kept, topic=last.topic,
        ))  # fmt: skip
        if told and told not in self.told:
            talk(f"warning: {told}")
            self.told.add(told)


def command(asked: Ask) -> str:
    """What a sentence was understood as, in words that the command line takes.

    >>> command(Ask(name="stress", slots={"spot": -20.0}))
    'oracle stress --spot -20'
    """
    said = [f"oracle {asked.name}"]
    for name, value in asked.slots.items():
        values = value if is_sequence(value) else (value,)
        said += [f"{OPTIONS.get(name, f'--{name}')} {_shown(item)}".strip() for item in values]
    return " ".join(said)


def complain(error: OracleError) -> None:
    """Every fault on a line of its own, and the conversation goes on."""
    found = error.faults if isinstance(error, InputError | MarketDataError) else [error]
    for fault in found:
        talk(f"error: {clean(str(fault))}")


def is_sequence(value: object) -> TypeGuard[tuple[object, ...]]:
    """Whether a slot has several values."""
    return isinstance(value, tuple)


def _shown(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else shlex.quote(str(value))


def _plain(slots: Mapping[str, object]) -> dict[str, Slot]:
    """Slots that can be written down: what came from a sentence is text, a number, or numbers."""
    found: dict[str, Slot] = {}
    for name, value in slots.items():
        if isinstance(value, str | float):
            found[name] = value
        elif isinstance(value, Path):
            found[name] = str(value)
        elif is_sequence(value):
            found[name] = tuple(item for item in value if isinstance(item, float))
    return found
