"""A conversation with the desk, a line at a time: a sentence becomes a use case, the answer is its page."""

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from oracle_core.console.chat_extract import read_by_model
from oracle_core.console.chat_grammar import understand
from oracle_core.console.chat_meaning import Ask, Forget, Help, Known, Leave, Meaning, Tell
from oracle_core.console.chat_memory import Remembered, forget, recall
from oracle_core.console.chat_session import Session, complain
from oracle_core.console.chat_vocabulary import MORE_PHRASES
from oracle_core.console.options import Chooser
from oracle_core.console.render.fields import clean
from oracle_core.console.render.headline import banner
from oracle_core.console.show import say, talk
from oracle_core.desk.desk import Desk
from oracle_core.desk.settings import load_settings
from oracle_core.desk.use_cases import USE_CASES, Danger
from oracle_core.errors import OracleError
from oracle_core.playbook.load import list_personas, list_strategies

PROMPT: Final = "oracle> "
SILENT: Final = frozenset(
    {"schema", "data-import", "strategy-validate", "persona-validate", "strategy-import", "persona-import", "eval-run",
     "eval-record", "eval-report"}
)  # fmt: skip
"""Use cases about files and long work, which belong to the command line."""
Reader = Callable[[Desk, Known, str], Meaning]
"""Who reads a sentence that the grammar does not understand."""


def chat(given: Mapping[str, object], state: Path | None) -> None:
    """Talk until the reader leaves. With the advisor `openai` a model reads what the grammar does not understand.

    Raises: OracleError: the settings or the folders of strategies and personas are faulty.
    """
    desk = Desk(settings=load_settings(options={"state": state}))
    options = {key: value for key, value in given.items() if value is not None and key != "advisor"}
    reader = read_by_model if given.get("advisor") == Chooser.OPENAI else None
    found, told = recall(desk.settings.state)
    session = Session(desk=desk, given=options, known=known_to(desk, found), as_of=found.as_of)
    say(f"{banner({'mode': desk.settings.mode})}\nAsk in plain words; `help` shows how, `quit` ends it.\n")
    for line in (told, f"going on from cycle {found.cycle}; `forget` starts afresh" if found.cycle else ""):
        if line:
            talk(line)
    for line in lines():
        if not reply(session, line, reader):
            break


def reply(session: Session, sentence: str, reader: Reader | None = None) -> bool:
    """Answer one line; False ends the conversation."""
    said = clean(sentence)
    meaning = understand(said, session.known)
    if isinstance(meaning, Tell) and not meaning.understood and reader is not None:
        meaning = _read(reader, session, said)
    match meaning:
        case Leave():
            return False
        case Help():
            say(help_page(session.known))
        case Forget():
            forget(session.desk.settings.state)
            session.known, session.as_of = known_to(session.desk), None
            say("forgotten: the next sentence stands for itself\n")
        case Tell() as told:
            say(f"{told.text}: {'; '.join(f'`{item}`' for item in told.suggestions)}\n")
        case Ask() as asked:
            session.answer(asked)
    return True


def _read(reader: Reader, session: Session, said: str) -> Meaning:
    try:
        return reader(session.desk, session.known, said)
    except OracleError as error:
        complain(error)
        return Tell(text="I did not understand that. Try", suggestions=("help",), understood=False)


def known_to(desk: Desk, found: Remembered | None = None) -> Known:
    """What the grammar may recognise at this desk, with what is remembered of an earlier conversation."""
    phrases = {
        name: tuple(dict.fromkeys((*case.phrases, *MORE_PHRASES.get(name, ()))))
        for name, case in USE_CASES.items()
        if case.danger is not Danger.CHANGE and name not in SILENT
    }
    before = found or Remembered()
    last = before.last if before.name in phrases else None
    return Known(
        phrases=phrases,
        fields={name: frozenset(case.request.model_fields) for name, case in USE_CASES.items()},
        personas=tuple(found.value.name for found in list_personas(desk.settings.personas)),
        strategies=tuple(found.value.name for found in list_strategies(desk.settings.strategies)),
        last=last,
        last_cycle=before.cycle,
        last_subject=before.subject or before.cycle,
    )


def help_page(known: Known) -> str:
    """What can be asked, a phrase for each."""
    asked = [f"  {phrases[0]:<24} {USE_CASES[name].summary}" for name, phrases in known.phrases.items() if phrases]
    fixed = [
        "  what if BTC drops 20 %   one move of one coin; also `and vol +15`",
        "  and at -20?              goes on from before; also `same for ETH`, `what about cautious?`",
        "  explain gamma            a word of the trade, or a common saying",
        "  forget                   what was said before is not remembered",
        "  approve CYCLE            by itself, with the id: send the plan to the paper venue",
        "  reject CYCLE, resume     by themselves",
        "  halt                     in any wording: stop all new orders at once",
    ]
    return "\n".join(["You can ask, in these words or others:", *asked, *fixed]) + "\n"


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
