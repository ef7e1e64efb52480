"""A model that reads what the grammar does not: it names a question and copies words, and decides nothing."""

from collections.abc import Mapping

from oracle_core.agent.ending import MEANING, Ending
from oracle_core.agent.extraction import Extraction, Question
from oracle_core.agent.ledger import Ledger
from oracle_core.agent.run import Run
from oracle_core.desk.asking import LEDGER, model_advisor
from oracle_core.desk.desk import Desk
from oracle_core.domain.canonical import content_hash


def extract_question(desk: Desk, sentence: str, offered: Mapping[str, Question]) -> Extraction | str:
    """What a sentence asks, in its own words; else why that is not known.

    Raises: InputError: settings and environment describe a model that cannot be asked.
    """
    from oracle_core.agent.extract import extract  # noqa: PLC0415 - openai is imported only where one is asked

    who = model_advisor(desk.settings.model, desk.environment, deadline_seconds=desk.settings.deadline_seconds)
    ledger = Ledger(desk.settings.state / LEDGER, desk.clock)
    run = Run(cycle=f"chat-{content_hash([sentence, desk.clock().isoformat()])[:16]}", ledger=ledger)
    found = extract(who, sentence, offered, run)
    return MEANING[found] if isinstance(found, Ending) else found
