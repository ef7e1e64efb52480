"""One question to the desk: request in, document out, printed."""

import os
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path

from pydantic import ValidationError

from oracle_core.clock import seconds_running
from oracle_core.console.options import Output
from oracle_core.console.progress import teller
from oracle_core.console.show import exit_code, show, talk
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.settings import Settings, load_settings
from oracle_core.desk.use_cases import USE_CASES, UseCase
from oracle_core.errors import Fault, InputError, OracleError, fault
from oracle_core.journal.states import raise_flag
from oracle_core.strict_json import StrictModel, is_list
from oracle_core.strict_json.wording import model_faults


def run(name: str, given: Mapping[str, object], output: Output) -> int:
    """Ask the use case of a command, print its answer, and say what the command ends with.

    A `halt` that fails has halted: what is wrong with settings, options or journal is told, and stops it from nothing.

    Raises: OracleError: what was given is wrong, or the desk refuses.
    """
    try:
        return _run(name, given, output)
    except OracleError:
        if name == "halt":
            flag = raise_flag(_state(output) / "journal.db")
            talk(f"the desk of `{flag.parent}` is halted by its flag `{flag.name}`; what follows is still to be mended")
        raise


def _run(name: str, given: Mapping[str, object], output: Output) -> int:
    desk = Desk(settings=load_settings(options={"state": output.state}), spent_seconds=seconds_running, tell=teller())
    case = USE_CASES[name]
    document = answer(desk, case, request(case, given))
    show(document, output)
    return exit_code(document)


def _state(output: Output) -> Path:
    """Where the desk keeps its state, as far as faulty settings tell."""
    told = {key: os.environ[key] for key in ("HOME", "XDG_CONFIG_HOME", "ORACLE_STATE") if key in os.environ}
    try:
        return load_settings(told, options={"state": output.state}).state
    except InputError:
        return output.state or Path(os.environ.get("ORACLE_STATE") or Settings().state)


def answer(desk: Desk, case: UseCase, asked: StrictModel) -> Document:
    """What the desk says."""
    return case.handle(desk, asked)


def request(case: UseCase, given: Mapping[str, object]) -> StrictModel:
    """The request of a use case, made of the options that were given.

    Raises: InputError: every option that does not hold.
    """
    values = {name: _value(name, value) for name, value in given.items() if value is not None}
    try:
        return case.request.model_validate(values)
    except ValidationError as error:
        raise InputError(model_faults(error, f"oracle {case.name}", case.request)) from error


def _value(name: str, value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if not is_list(value):
        return value
    return amounts([str(item) for item in value]) if name == "equity" else tuple(value)


def amounts(texts: Sequence[str]) -> dict[str, float]:
    """`USD=25000` and its like, by currency.

    Raises: InputError: one of them is no currency with an amount.

    >>> amounts(["USD=25000", "BTC=0.5"])
    {'USD': 25000.0, 'BTC': 0.5}
    """
    found: dict[str, float] = {}
    wrong: list[Fault] = []
    for text in texts:
        currency, _, amount = text.partition("=")
        try:
            found[currency.strip().upper()] = float(amount.replace(",", "").replace("_", ""))
        except ValueError:
            wrong.append(fault("option --equity", "", text, "a currency and an amount, like `USD=25000`"))
    if wrong:
        raise InputError(wrong)
    return found
