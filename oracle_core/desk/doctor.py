"""Is this installation fit to work: files, limits, journal, model, and what is absent."""

import sys
from collections.abc import Callable

from oracle_core import __version__
from oracle_core.agent.budget import Spend
from oracle_core.agent.ledger import Ledger
from oracle_core.agent.tokens import cache_folder, encoding_of, is_installed
from oracle_core.desk.asking import LEDGER, model_advisor
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.requests import NothingRequest
from oracle_core.desk.sources import EXAMPLE, bundled
from oracle_core.domain.canonical import Json
from oracle_core.errors import OracleError
from oracle_core.guardrails.selftest import self_test
from oracle_core.guardrails.table import RAILS
from oracle_core.journal.entry import Broken
from oracle_core.playbook.load import list_personas, list_strategies
from oracle_core.venues.book_file import parse_book
from oracle_core.venues.market_file import parse_market


def doctor(desk: Desk, _: NothingRequest) -> Document:
    """`oracle.doctor/1`: every check with what it found, and a hint where it failed."""
    checks: list[tuple[str, Callable[[Desk], str], str]] = [
        ("python", _python, "install Python 3.11 or newer"),
        ("strategies", _strategies, "run `oracle strategy validate NAME` on the file named"),
        ("personas", _personas, "run `oracle persona validate NAME` on the file named"),
        ("guardrails", _guardrails, "a limit is configured that no rail enforces"),
        ("example", _example, "the installation is incomplete: install it again"),
        ("journal", _journal, "keep the file as it is, and start a new state folder with --state"),
        ("tokens", _tokens, "the model is asked all the same; its prompts are counted by an estimate"),
        ("model", _model, "set OPENAI_BASE_URL or OPENAI_API_KEY for `--advisor openai`; the engine needs neither"),
    ]
    rows: list[Json] = []
    for name, check, hint in checks:
        try:
            rows.append({"name": name, "ok": True, "detail": check(desk)})
        except OracleError as error:
            rows.append({"name": name, "ok": False, "detail": str(error), "hint": hint})
    return {
        "schema": "oracle.doctor/1",
        "version": __version__,
        "mode": desk.settings.mode,
        "checks": rows,
    }


def _python(_: Desk) -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def _strategies(desk: Desk) -> str:
    found = list_strategies(desk.settings.strategies, deprecated=True)
    return f"{len(found)} strategies: {', '.join(item.value.name for item in found)}"


def _personas(desk: Desk) -> str:
    found = list_personas(desk.settings.personas)
    for item in found:
        desk.within_caps(item.value, str(item.path))
    return f"{len(found)} personas within the global caps: {', '.join(item.value.name for item in found)}"


def _guardrails(desk: Desk) -> str:
    for item in list_personas(desk.settings.personas):
        persona = item.value
        self_test(
            desk.caps, persona.state_limits(), persona.flow_limits(), desk.rules,
            min_benefit_bps_equity=persona.min_benefit_bps_equity,
        )  # fmt: skip
    return f"{len(RAILS)} rails; every configured limit denied a violating plan"


def _example(_: Desk) -> str:
    book = parse_book(bundled(f"{EXAMPLE}.book.json"), f"{EXAMPLE}.book.json")
    market = parse_market(bundled(f"{EXAMPLE}.market.json"), f"{EXAMPLE}.market.json")
    return f"`{EXAMPLE}`: {len(book.positions)} positions, {len(market.instruments)} instruments"


def _journal(desk: Desk) -> str:
    if not desk.journal_path.is_file():
        return "none yet; the first `oracle advise` starts it"
    found = desk.journal.verify()
    if isinstance(found, Broken):
        raise OracleError(f"entry {found.seq}: {found.why}")
    return f"{found.entries:,} entries, {found.blobs:,} blobs, chain verified; the desk is {desk.trading_state().value}"


def _tokens(desk: Desk) -> str:
    """Never a failure: an estimate that says so is enough, and what would be better is told."""
    model = desk.settings.model.name
    encoding = encoding_of(model)
    if encoding is None:
        return f"prompts for `{model}` are counted by an estimate: its tokenizer is not known"
    if is_installed(encoding, desk.environment):
        return f"prompts for `{model}` are counted by its own tokenizer, `{encoding}`"
    how = f"python -c \"import tiktoken; tiktoken.get_encoding('{encoding}')\""
    return (
        f"prompts for `{model}` are counted by an estimate: the ranks of `{encoding}` are not in"
        f" {cache_folder(desk.environment) or 'any folder, TIKTOKEN_CACHE_DIR being empty'}; where there is network,"
        f" `{how}` puts them there, and the file can be copied to TIKTOKEN_CACHE_DIR elsewhere"
    )


def _model(desk: Desk) -> str:
    known = [name for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY") if desk.environment.get(name)]
    if not known and not desk.settings.model.base_url:
        return "none configured: the engine advises"
    asked = model_advisor(desk.settings.model, desk.environment, deadline_seconds=desk.settings.deadline_seconds)
    if asked.known_price is None:
        return (
            f"`{asked.model}` is not asked until its price is known, so that a cap on it holds: set"
            " model.usd_per_million_prompt_tokens and model.usd_per_million_reply_tokens, 0 where it is free"
        )
    configured = f"`{asked.model}`, configured by {', '.join(known) or 'settings'}; not asked now"
    return f"{configured}; {_spent(desk)}"


def _spent(desk: Desk) -> str:
    path = desk.settings.state / LEDGER
    day = Ledger(path, desk.clock).spent() if path.is_file() else Spend(calls=0, tokens=0, seconds=0.0, usd=0.0)
    model = desk.settings.model
    return (
        f"today {day.calls:,} of {model.max_calls_day:,} calls, {day.tokens:,} of {model.max_tokens_day:,} tokens,"
        f" {day.usd:,.2f} of {model.max_usd_day:,.2f} USD"
    )
