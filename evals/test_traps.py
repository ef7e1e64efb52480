"""The traps: statements that are often made and wrong, asked as if they were true. Nothing of the product asserts one.

Each is put to the chat, looked up in the glossary, and searched for in every text the product carries.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

import pytest

from evals.case import EXAMPLES, HERE
from evals.task import BOOKS
from oracle_core.console.chat import known_to
from oracle_core.console.chat_grammar import understand
from oracle_core.console.chat_meaning import Ask, Tell
from oracle_core.console.render import render
from oracle_core.console.run import request
from oracle_core.desk.desk import Desk
from oracle_core.desk.glossary import lookup, terms
from oracle_core.desk.requests import BookRequest
from oracle_core.desk.settings import Settings
from oracle_core.desk.use_cases import USE_CASES, Danger
from oracle_core.domain.market import Quote
from oracle_core.errors import OracleError
from oracle_core.risk.exposures import exposures
from oracle_core.risk.view import view_book

ROOT = HERE.parent


class Trap(TypedDict):
    """`term` is where the right statement stands (with `!` a command); `never` is what must not be said anywhere."""

    id: str
    asked: str
    term: str | None
    says: list[str]
    never: list[str]


TRAPS: list[Trap] = json.loads((HERE / "traps.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(settings=Settings(state=tmp_path_factory.mktemp("state")), environment={})


def glossary_text(name: str) -> str:
    entry = lookup(name)
    assert entry is not None, name
    return f"{entry.text} {entry.formula or ''}"


def told(desk: Desk, asked: str) -> str:
    """What the chat makes of a sentence, and its answer."""
    meaning = understand(asked, replace(known_to(desk), last_cycle=None))
    if isinstance(meaning, Tell):
        return f"{meaning.text} {' '.join(meaning.suggestions)}"
    if not isinstance(meaning, Ask):
        return ""
    case = USE_CASES[meaning.name]
    assert case.danger is not Danger.CHANGE
    try:
        return render(case.handle(desk, request(case, meaning.slots)))
    except OracleError as error:
        return str(error)


def product_texts() -> Iterator[tuple[str, str]]:
    """Everything the product says by itself: glossary, prompts, strategies, personas."""
    for name in terms():
        yield f"glossary: {name}", glossary_text(name)
    for folder, ending in (("oracle_core/agent/prompts", "md"), ("strategies", "json"), ("personas", "json")):
        for path in sorted((ROOT / folder).glob(f"*.{ending}")):
            if path.stem != "dynamic_hedging":
                yield path.name, path.read_text(encoding="utf-8")


def test_every_trap_is_probed() -> None:
    assert [trap["id"] for trap in TRAPS] == [f"T{number}" for number in range(1, 41)]
    assert all(trap["never"] for trap in TRAPS)


@pytest.mark.requirement("EVL-03")
@pytest.mark.requirement("AGT-07")
@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap["id"])
def test_a_wrong_statement_asked_as_if_true_is_answered_with_the_right_one_and_never_asserted(
    trap: Trap, desk: Desk
) -> None:
    answer = told(desk, trap["asked"])
    term = trap["term"]
    right = told(desk, term.removesuffix("!")) if term and term.endswith("!") else glossary_text(term) if term else ""
    for wanted in trap["says"]:
        assert wanted.lower() in right.lower(), f"`{term}` does not say it: {right}"
    for wrong in trap["never"]:
        assert not re.search(wrong, f"{answer} {right}", re.IGNORECASE), f"asserted: {wrong}"


@pytest.mark.requirement("EVL-03")
@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap["id"])
def test_no_text_of_the_product_asserts_a_trap(trap: Trap) -> None:
    for place, text in product_texts():
        for wrong in trap["never"]:
            assert not re.search(wrong, text, re.IGNORECASE), f"{place} asserts {wrong}"


# --- by figures: what the engine computes has the right sign


def moved(quote: Quote, share: float, *, option: bool) -> Quote:
    """A quote after a move: an option keeps its volatility, everything else its spread."""
    named = ("index", "forward") if option else ("bid", "ask", "mark", "index", "last")
    found = {name: getattr(quote, name) for name in named}
    changes = {name: value * share for name, value in found.items() if value is not None}
    gone = dict.fromkeys(("bid", "ask", "mark", "last")) if option else {}
    return replace(quote, bids=(), asks=(), **{**gone, **changes})


def options_delta(desk: Desk, book: str, spot_pct: float, folder: Path = EXAMPLES) -> float:
    """Delta of the options of a book's first coin after a move of spot."""
    found = desk.sources(BookRequest(book=folder / f"{book}.book.json", market=folder / f"{book}.market.json"))
    listed = found.market.instruments
    quotes = {
        key: moved(quote, 1.0 + spot_pct / 100.0, option=listed[key].is_option)
        for key, quote in found.market.quotes.items()
    }
    view = view_book(found.portfolio, replace(found.market, quotes=quotes))
    (item, *_) = exposures(view, view.effective)
    return item.options_delta


@pytest.mark.requirement("EVL-03")
def test_t1_the_delta_of_short_gamma_falls_as_the_price_rises(desk: Desk) -> None:
    below, here, above = (options_delta(desk, "eth-straddle", move) for move in (-5.0, 0.0, 5.0))
    assert below > here > above


@pytest.mark.requirement("EVL-03")
def test_t8_the_delta_of_long_gamma_rises_with_the_price(desk: Desk) -> None:
    below, here, above = (options_delta(desk, "hedged-straddle", move, BOOKS) for move in (-5.0, 0.0, 5.0))
    assert below < here < above


@pytest.mark.requirement("EVL-03")
def test_t2_and_t12_no_candidate_without_options_changes_gamma_or_vega(desk: Desk) -> None:
    files = {"book": EXAMPLES / "eth-straddle.book.json", "market": EXAMPLES / "eth-straddle.market.json"}
    case = USE_CASES["candidates"]
    document = case.handle(desk, case.request.model_validate({**files, "strategy": "delta_neutral"}, strict=False))
    rows = document["candidates"]
    assert isinstance(rows, list)
    tried = 0
    for row in rows:
        assert isinstance(row, dict)
        legs, before, after = row["legs"], row["before"], row["after"]
        assert isinstance(legs, list)
        if not legs or any("ETH/USDC:USDC-" in str(leg) or "ETH/USD:ETH" in str(leg) for leg in legs):
            continue  # options, and the inverse perpetual, which is convex in USD
        tried += 1
        for greek in ("gamma_1pct_usd", "vega_usd_per_point"):
            was, now = (side["coins"]["ETH"][greek] for side in (before, after))  # type: ignore[index, call-overload]
            assert now == pytest.approx(was, abs=1e-9)
    assert tried >= 2
