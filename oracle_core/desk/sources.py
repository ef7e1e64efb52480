"""Where a book and a market come from: the files named, the paper account, else the bundled example."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from oracle_core.desk.requests import BookRequest
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import Numeraire, Portfolio
from oracle_core.errors import Fault, InputError, fault
from oracle_core.venues.book_file import parse_book, read_book
from oracle_core.venues.market_file import parse_market, read_market

Read = TypeVar("Read")

Paper = Callable[[MarketSnapshot], Portfolio]

EXAMPLE = "eth-straddle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """A book and a market as read, and what their reader should be told."""

    portfolio: Portfolio
    market: MarketSnapshot
    warnings: tuple[str, ...] = ()
    paper: bool = False
    """Whether the book is the paper account."""


def bundled_path(name: str) -> Path:
    """Where a file of the examples stands: in the checkout, else in the installed package.

    Raises: InputError: there is no example of that name.
    """
    checkout = Path(__file__).parents[2] / "examples" / name
    packaged = Path(__file__).parents[1] / "_data" / "examples" / name
    for path in (checkout, packaged):
        if path.is_file():
            return path
    raise InputError([fault("examples", name, "missing", "a bundled example; the installation is incomplete")])


def bundled(name: str) -> bytes:
    """A file of the examples.

    Raises: InputError: there is no example of that name.
    """
    return bundled_path(name).read_bytes()


def read_sources(request: BookRequest, paper: Paper | None) -> Sources:
    """The book and market of a request. `paper` is the paper account at a market's marks, used when no book is named.

    Raises: InputError: a file is unreadable or breaks its schema; every fault of both files at once.
    """
    warnings: list[str] = []
    faults: list[Fault] = []
    market = attempt(lambda: _market(request, warnings), faults)
    portfolio = attempt(lambda: _book(request, paper, market, warnings), faults)
    if portfolio is None or market is None:
        raise InputError(faults)
    used = request.book is None and paper is not None
    return Sources(portfolio=portfolio, market=market, warnings=tuple(warnings), paper=used)


def attempt(read: Callable[[], Read | None], faults: list[Fault]) -> Read | None:
    """What is read, or None with its faults added to those of the other things that are asked for."""
    try:
        return read()
    except InputError as error:
        faults.extend(error.faults)
        return None


def _book(
    request: BookRequest, paper: Paper | None, market: MarketSnapshot | None, warnings: list[str]
) -> Portfolio | None:
    numeraire = None if request.numeraire is None else Numeraire(request.numeraire)
    if request.book is not None:
        return read_book(request.book, equity=request.equity, numeraire=numeraire)
    if paper is not None:
        if market is None:
            return None
        account = paper(market)
        warnings.append(f"no --book: using the paper account `{account.name}`")
        return account
    warnings.append(f"no --book: using the bundled example `{EXAMPLE}`")
    return parse_book(bundled(f"{EXAMPLE}.book.json"), f"{EXAMPLE}.book.json")


def _market(request: BookRequest, warnings: list[str]) -> MarketSnapshot:
    if request.market is not None:
        return read_market(request.market)
    warnings.append(f"no --market: using the bundled example `{EXAMPLE}`")
    return parse_market(bundled(f"{EXAMPLE}.market.json"), f"{EXAMPLE}.market.json")
