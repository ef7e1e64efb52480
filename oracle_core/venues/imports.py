"""Whatever is given, as one market: Deribit's saved answers, recorded chains, market files."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial, reduce
from pathlib import Path
from typing import TypeVar

from oracle_core.domain.instrument import Instrument, InstrumentId
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.errors import Fault, InputError, fault
from oracle_core.strict_json import is_object, parse_tree, read_bytes
from oracle_core.venues.chain_table import import_chain
from oracle_core.venues.depth_file import read_depth, with_depth
from oracle_core.venues.deribit import import_deribit
from oracle_core.venues.deribit_answers import answer_kind
from oracle_core.venues.market_file import read_market

Key = TypeVar("Key")
Value = TypeVar("Value")


def import_market(paths: Sequence[Path], at: datetime | None = None) -> MarketSnapshot:
    """One market from all that is given: files and folders of Deribit's answers, recorded chains, market files.

    A recorded book (`.gz`) becomes the quote of a perpetual that one of the others lists.
    `at` chooses the moment of a recorded chain or book. Of two quotes of one instrument the newer holds.
    Raises: InputError: something is not recognised or breaks its form; all faults at once.
    """
    depths = [path for path in paths if path.suffix.lower() == ".gz"]
    answers = [path for path in paths if path not in depths and (path.is_dir() or _is_answer(path))]
    others = [path for path in paths if path not in answers and path not in depths]
    chains = [path for path in others if not _is_market(path)]
    if len(paths) == len(depths) or (at is not None and not chains and not depths):
        raise InputError([_nothing_to_choose(at)])
    reads = [partial(import_chain, path, at) if path in chains else partial(read_market, path) for path in others]
    market = merged(_all([*reads, *([partial(import_deribit, answers)] if answers else [])]))
    return reduce(with_depth, [read_depth(path, at) for path in depths], market)


def _all(reads: Sequence[Callable[[], MarketSnapshot]]) -> list[MarketSnapshot]:
    found: list[MarketSnapshot] = []
    faults: list[Fault] = []
    for read in reads:
        try:
            found.append(read())
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return found


def merged(markets: Sequence[MarketSnapshot]) -> MarketSnapshot:
    """Several markets as one, at the latest of their moments; the newer listing and quote of an instrument holds."""
    ordered = sorted(markets, key=lambda market: market.as_of)
    instruments: dict[InstrumentId, Instrument] = {}
    quotes: dict[InstrumentId, Quote] = {}
    for market in ordered:
        instruments |= market.instruments
        newer = {key: quote for key, quote in market.quotes.items() if _is_newer(quote, quotes.get(key))}
        quotes |= newer
    return replace(
        ordered[-1],
        instruments=instruments,
        quotes=quotes,
        volatility_index=_union(market.volatility_index for market in ordered),
        funding_history=_union(market.funding_history for market in ordered),
        volatility_history=_union(market.volatility_history for market in ordered),
        candles=_union(market.candles for market in ordered),
        venue_status=_union(market.venue_status for market in ordered),
        events=tuple(dict.fromkeys(event for market in ordered for event in market.events)),
    )


def _union(parts: Iterable[Mapping[Key, Value]]) -> dict[Key, Value]:
    return {key: value for part in parts for key, value in part.items()}


def _is_newer(quote: Quote, other: Quote | None) -> bool:
    return other is None or quote.as_of >= other.as_of


def _is_answer(path: Path) -> bool:
    return path.suffix.lower() == ".json" and answer_kind(parse_tree(read_bytes(path), str(path))) is not None


def _is_market(path: Path) -> bool:
    if path.suffix.lower() != ".json":
        return False
    tree = parse_tree(read_bytes(path), str(path))
    return is_object(tree) and str(tree.get("schema", "")).startswith("oracle.market/")


def _nothing_to_choose(at: datetime | None) -> Fault:
    if at is None:
        return fault("data import", "SOURCE", "absent", "at least one file or folder that lists contracts")
    wanted = "no time: only a recorded chain holds several, or a recorded book, and none is given"
    return fault("data import", "--at", f"{at:%Y-%m-%dT%H:%M:%SZ}", wanted)
