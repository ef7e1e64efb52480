"""A decision that is kept: who is asked, what it may cost, and where it goes on when it was cut off."""

import dataclasses
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from oracle_core import __version__
from oracle_core.agent.advisor import Advisor, EngineAdvisor, OpenAIAdvisor, openai_from_environment
from oracle_core.agent.breaker import BreakerRules
from oracle_core.agent.budget import Budget, Price, Spend
from oracle_core.agent.checkpoint_store import CheckpointError, open_store
from oracle_core.agent.ledger import Ledger, UnaccountedError
from oracle_core.agent.prompt import prompt_versions
from oracle_core.agent.run import Run
from oracle_core.desk.brief import Brief
from oracle_core.desk.decide import decide
from oracle_core.desk.desk import Desk
from oracle_core.desk.settings import ModelSettings
from oracle_core.domain.canonical import content_hash
from oracle_core.domain.record import CycleRecord

LEDGER = "model.db"
CHECKPOINTS = "checkpoints.db"


def decide_and_keep(desk: Desk, brief: Brief, who: Advisor) -> tuple[CycleRecord, tuple[str, ...]]:
    """Decide and put the cycle into the journal, with what its user should be told.

    Cut off at any moment, the same brief and model go on from the last step that was finished.

    Raises: InputError: the checkpoints' address is not one, or the advisor cannot be asked.
    """
    run, told = open_run(desk, brief, who)
    record = desk.keep(brief, decide(brief, who, run))
    with suppress(UnaccountedError, CheckpointError):  # what stays open is counted, and goes when it is old
        run.close()
    return record, told


def open_run(desk: Desk, brief: Brief, who: Advisor) -> tuple[Run, tuple[str, ...]]:
    """What a decision has beside its question. Without checkpoints it is made all the same, and its user is told.

    The engine asks nobody: it spends nothing, and would take longer to go on than to decide again.

    Raises: InputError: the checkpoints' address is not one, or needs a package that is not installed.
    """
    if isinstance(who, EngineAdvisor):
        return Run(tell=desk.tell), ()
    from oracle_core.agent.checkpoints import Checkpoints  # noqa: PLC0415 - langgraph takes half a second to load

    url = desk.settings.checkpoints
    where: Path | str = url.get_secret_value() if url else desk.settings.state / CHECKPOINTS
    ledger = Ledger(desk.settings.state / LEDGER, desk.clock)
    cycle = cycle_name(brief, who)
    try:
        checkpoints = Checkpoints(open_store(where), desk.clock())
    except CheckpointError as error:
        told = f"no checkpoints: a decision that is cut off starts again ({error})"
        return Run(cycle=cycle, ledger=ledger, tell=desk.tell), (told,)
    return Run(cycle=cycle, ledger=ledger, checkpoints=checkpoints, tell=desk.tell), ()


def cycle_name(brief: Brief, who: Advisor) -> str:
    """A name for everything a decision rests on before it is made; the key and the time left are no part of it."""
    asked: dict[str, object] = {"name": who.name}
    if isinstance(who, OpenAIAdvisor):
        told = {item.name: getattr(who, item.name) for item in dataclasses.fields(who)}
        asked |= {name: value for name, value in told.items() if name not in ("api_key", "deadline_seconds")}
    rests_on = {"inputs": brief.inputs, "reason": brief.reason, "advisor": asked, "version": __version__}
    return content_hash(rests_on | {"prompts": prompt_versions()})[:32]


def advisor(desk: Desk, name: str) -> Advisor:
    """Who chooses.

    Raises: InputError: settings and environment describe a model that cannot be asked.
    """
    if name == EngineAdvisor.name:
        return EngineAdvisor()
    return model_advisor(desk.settings.model, desk.environment, deadline_seconds=desk.seconds_left())


def model_advisor(model: ModelSettings, environment: Mapping[str, str], *, deadline_seconds: float) -> OpenAIAdvisor:
    """The model that settings and environment describe.

    Raises: InputError: it cannot be asked as they say.
    """
    address = {"OPENAI_BASE_URL": model.base_url} if model.base_url else {}
    priced = (model.usd_per_million_prompt_tokens, model.usd_per_million_reply_tokens)
    return openai_from_environment(
        {**environment, **address},
        model=model.name,
        deadline_seconds=deadline_seconds,
        budget=Budget(
            calls=model.max_calls, prompt_tokens=model.max_prompt_tokens, reply_tokens=model.max_reply_tokens,
            seconds=model.max_seconds, usd=model.max_usd,
            day=Spend(calls=model.max_calls_day, tokens=model.max_tokens_day, seconds=model.max_seconds_day,
                      usd=model.max_usd_day),
        ),
        price=None if priced[0] is None or priced[1] is None else Price(prompt_usd=priced[0], reply_usd=priced[1]),
        temperature=model.temperature if model.send_temperature else None,
        samples=model.samples,
        agreement=model.agreement,
        breaker=BreakerRules(failures=model.breaker_failures, seconds=model.breaker_seconds),
    )  # fmt: skip
