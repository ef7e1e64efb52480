"""A conversation with the desk, a line at a time: a sentence becomes a use case, the answer is its page."""

import io
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from oracle_core.console.chat_answers import short_answer
from oracle_core.console.chat_grammar import Ask, Help, Known, Leave, Tell, understand
from oracle_core.console.chat_words import MORE_PHRASES
from oracle_core.console.render import render
from oracle_core.console.render.fields import clean, text, texts
from oracle_core.console.render.headline import banner
from oracle_core.console.run import request
from oracle_core.console.show import say, screen_width, talk
from oracle_core.desk.desk import Desk
from oracle_core.desk.settings import load_settings
from oracle_core.desk.use_cases import USE_CASES, Danger
from oracle_core.errors import InputError, MarketDataError, OracleError
from oracle_core.playbook.load import list_personas, list_strategies

PROMPT: Final = "oracle> "
SILENT: Final = frozenset(
    {"schema", "data-import", "strategy-validate", "persona-validate", "eval-run", "eval-record", "eval-report"}
)
"""Use cases about files and long work, which belong to the command line."""
OPTIONS: Final = {"subject": "", "cycle": "", "name": "", "equity_usd": "--equity"}
"""Slots that are not an option of their own name on the command line; those without one stand alone."""


@dataclass(kw_only=True)
class Session:
    """One conversation: the desk, the options it was started with, and the cycle last shown."""

    desk: Desk
    given: Mapping[str, object]
    known: Known

    def reply(self, sentence: str) -> bool:
        """Answer one line; False ends the conversation."""
        match understand(clean(sentence), self.known):
            case Leave():
                return False
            case Help():
                say(help_page(self.known))
            case Tell() as told:
                say(f"{told.text}: {'; '.join(f'`{item}`' for item in told.suggestions)}\n")
            case Ask() as asked:
                self._answer(asked)
        return True

    def _answer(self, asked: Ask) -> None:
        say(f"→ {command(asked)}\n")
        case = USE_CASES[asked.name]
        options = {key: value for key, value in self.given.items() if key in case.request.model_fields}
        try:
            document = case.handle(self.desk, request(case, {**options, **asked.slots}))
        except OracleError as error:
            complain(error)
            return
        for warning in texts(document, "warnings"):
            talk(f"warning: {warning}")
        if text(document, "schema") == "oracle.recommendation/1":
            self.known = replace(self.known, last_cycle=text(document, "cycle_id"))
        short = short_answer(document, asked.topic)
        more = [f"({asked.note})"] if asked.note else []
        page = "\n".join([*short, "`exposures` shows everything\n"]) if short else render(document, screen_width())
        say("".join(f"{line}\n" for line in more) + page)


def chat(given: Mapping[str, object], state: Path | None) -> None:
    """Talk until the reader leaves.

    Raises: OracleError: the settings or the folders of strategies and personas are faulty.
    """
    desk = Desk(settings=load_settings(options={"state": state}))
    options = {key: value for key, value in given.items() if value is not None}
    session = Session(desk=desk, given=options, known=known_to(desk))
    say(f"{banner({'mode': desk.settings.mode})}\nAsk in plain words; `help` shows how, `quit` ends it.\n")
    for line in lines():
        if not session.reply(line):
            break


def known_to(desk: Desk) -> Known:
    """What the grammar may recognise at this desk."""
    phrases = {
        name: tuple(dict.fromkeys((*case.phrases, *MORE_PHRASES.get(name, ()))))
        for name, case in USE_CASES.items()
        if case.danger is not Danger.CHANGE and name not in SILENT
    }
    return Known(
        phrases=phrases,
        personas=tuple(found.value.name for found in list_personas(desk.settings.personas)),
        strategies=tuple(found.value.name for found in list_strategies(desk.settings.strategies)),
    )


def command(asked: Ask) -> str:
    """What a sentence was understood as, in words that the command line takes.

    >>> command(Ask(name="stress", slots={"spot": -20.0}))
    'oracle stress --spot -20'
    """
    said = [f"oracle {asked.name}"]
    for name, value in asked.slots.items():
        shown = f"{value:.10g}" if isinstance(value, float) else shlex.quote(str(value))
        said.append(f"{OPTIONS.get(name, f'--{name}')} {shown}".strip())
    return " ".join(said)


def help_page(known: Known) -> str:
    """What can be asked, a phrase for each."""
    asked = [f"  {phrases[0]:<24} {USE_CASES[name].summary}" for name, phrases in known.phrases.items() if phrases]
    fixed = [
        "  what if BTC drops 20 %   one move; also `and vol +15`",
        "  explain gamma            a word of the trade",
        "  approve CYCLE            by itself, with the id: send the plan to the paper venue",
        "  reject CYCLE, resume     by themselves",
        "  halt                     in any wording: stop all new orders at once",
    ]
    return "\n".join(["You can ask, in these words or others:", *asked, *fixed]) + "\n"


def complain(error: OracleError) -> None:
    """Every fault on a line of its own, and the conversation goes on."""
    found = error.faults if isinstance(error, InputError | MarketDataError) else [error]
    for fault in found:
        talk(f"error: {clean(str(fault))}")


def lines() -> Iterator[str]:
    """What the reader types; from a pipe each line is shown before its answer."""
    if sys.stdin.isatty():
        yield from _typed()
        return
    for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace"):
        if line.strip():
            say(f"\n{PROMPT}{clean(line)}\n")
            yield line


def _typed() -> Iterator[str]:
    _remember_lines()
    while True:
        try:
            yield input(f"\n{PROMPT}")
        except EOFError:
            say("\n")
            return


def _remember_lines() -> None:
    """Arrow keys bring earlier lines back, where the system can."""
    try:
        import readline  # noqa: PLC0415 - absent on some systems
    except ImportError:
        return
    readline.set_auto_history(True)
