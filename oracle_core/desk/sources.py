"""Where a book and a market come from: the files named, the paper account, else the bundled example."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from oracle_core.desk.requests import BookRequest
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import Numeraire, Portfolio
from oracle_core.errors import Fault, InputError, fault
from oracle_core.venues.book_file import parse_book, read_book
from oracle_core.venues.market_file import parse_market, read_market

Read = TypeVar("Read")

EXAMPLE = "eth-straddle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """A book and a market as read, and what their reader should be told."""

    portfolio: Portfolio
    market: MarketSnapshot
    warnings: tuple[str, ...] = ()


def bundled(name: str) -> bytes:
    """A file of the examples: of the checkout, else of the installed package.

    Raises: InputError: there is no example of that name.
    """
    checkout = Path(__file__).parents[2] / "examples" / name
    found = checkout if checkout.is_file() else files("oracle_core") / "_data" / "examples" / name
    if not found.is_file():
        raise InputError([fault("examples", name, "missing", "a bundled example; the installation is incomplete")])
    return found.read_bytes()


def read_sources(request: BookRequest, paper: Portfolio | None) -> Sources:
    """The book and market of a request. `paper` is the paper account, used when no book is named.

    Raises: InputError: a file is unreadable or breaks its schema; every fault of both files at once.
    """
    warnings: list[str] = []
    faults: list[Fault] = []
    portfolio = _attempt(lambda: _book(request, paper, warnings), faults)
    market = _attempt(lambda: _market(request, warnings), faults)
    if portfolio is None or market is None:
        raise InputError(faults)
    return Sources(portfolio=portfolio, market=market, warnings=tuple(warnings))


def _attempt(read: Callable[[], Read], faults: list[Fault]) -> Read | None:
    try:
        return read()
    except InputError as error:
        faults.extend(error.faults)
        return None


def _book(request: BookRequest, paper: Portfolio | None, warnings: list[str]) -> Portfolio:
    numeraire = None if request.numeraire is None else Numeraire(request.numeraire)
    if request.book is not None:
        return read_book(request.book, equity=request.equity, numeraire=numeraire)
    if paper is not None:
        warnings.append(f"no --book: using the paper account `{paper.name}`")
        return paper
    warnings.append(f"no --book: using the bundled example `{EXAMPLE}`")
    return parse_book(bundled(f"{EXAMPLE}.book.json"), f"{EXAMPLE}.book.json")


def _market(request: BookRequest, warnings: list[str]) -> MarketSnapshot:
    if request.market is not None:
        return read_market(request.market)
    warnings.append(f"no --market: using the bundled example `{EXAMPLE}`")
    return parse_market(bundled(f"{EXAMPLE}.market.json"), f"{EXAMPLE}.market.json")
