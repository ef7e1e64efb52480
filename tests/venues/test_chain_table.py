"""Recorded chains become markets: nothing invented, forwards completed and flagged."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from oracle_core.domain.instrument import InstrumentId, Kind, OptionType
from oracle_core.domain.market import MarketSnapshot
from oracle_core.errors import InputError
from oracle_core.venues.chain_table import INTERPOLATED, NO_FORWARD, PARITY, ChainTable, import_chain, read_chain
from oracle_core.venues.imports import import_market
from oracle_core.venues.market_file import market_json, parse_market
from oracle_core.venues.parity import parity_forward

SIX_HOURLY = "data/options/deribit_chain_6h_2025-12-30_2026-04-15.parquet"
AT = datetime(2026, 1, 2, tzinfo=UTC)
HEADER = (
    "timestamp,instrument_name,bid_price,ask_price,mark_price,futures_price,index_price,implied_volatility,"
    "open_interest,volume\n"
)


def chain(folder: Path, *rows: str, at: str = "2026-01-02T00:00:00Z") -> Path:
    path = folder / "chain.csv"
    path.write_text(HEADER + "".join(f"{at},{row}\n" for row in rows))
    return path


def only(market: MarketSnapshot, symbol: str):
    return market.quotes[InstrumentId("deribit", symbol)]


def test_an_absent_price_stays_absent_and_zero_is_absent(tmp_path: Path) -> None:
    path = chain(
        tmp_path, "BTC-27MAR26-90000-C,,0.05,0.04,91000,90000,0.5,1,2", "BTC-27MAR26-90000-P,0,,0.03,91000,90000,0.5,,"
    )
    call, put = import_chain(path).quotes.values()
    assert (call.bid, call.ask, call.mark, call.forward, call.index) == (None, 0.05, 0.04, 91_000.0, 90_000.0)
    assert (put.bid, put.ask, put.open_interest, put.volume_24h, put.notes) == (None, None, None, None, ())


def test_a_row_without_a_forward_takes_it_from_the_parity_of_its_expiry_and_says_so(tmp_path: Path) -> None:
    forward = 91_000.0
    rows = [
        f"BTC-27MAR26-{strike}-{right},,,{0.02 + max(0.0, sign * (1 - strike / forward))!r},,90000,0.5,1,1"
        for strike in (80_000, 90_000, 100_000)
        for right, sign in (("C", 1), ("P", -1))
    ]
    market = import_chain(chain(tmp_path, *rows))
    assert all(quote.forward == pytest.approx(forward, rel=1e-12) for quote in market.quotes.values())
    assert all(quote.notes == (PARITY,) for quote in market.quotes.values())


def test_without_parity_a_forward_lies_between_those_of_other_expiries_or_stays_absent(tmp_path: Path) -> None:
    path = chain(
        tmp_path,
        "BTC-27FEB26-90000-C,,,0.02,90000,90000,0.5,1,1",
        "BTC-27MAR26-90000-C,,,0.02,,90000,0.5,1,1",
        "BTC-24APR26-90000-C,,,0.02,92000,90000,0.5,1,1",
        "ETH-27MAR26-3000-C,,,0.02,,3000,0.5,1,1",
    )
    market = import_chain(path)
    between, alone = only(market, "BTC/USD:BTC-260327-90000-C"), only(market, "ETH/USD:ETH-260327-3000-C")
    assert (between.forward, between.notes) == (91_000.0, (INTERPOLATED,))
    assert (alone.forward, alone.notes) == (None, (NO_FORWARD,))


def test_futures_recorded_beside_the_chain_come_with_a_mark_and_nobody_on_either_side(tmp_path: Path) -> None:
    path = chain(tmp_path, "BTC-27MAR26-90000-C,,,0.02,91000,90000,0.5,1,1")
    (tmp_path / "perpetual_futures_prices.csv").write_text(
        "obs_datetime,instrument_name,perp_futures_mark_price\n2026-01-02T00:00:00.0004+00:00,BTC-PERPETUAL,90010\n"
        "2026-01-02T06:00:00+00:00,ETH-PERPETUAL,3000\n2026-01-02T00:00:00+00:00,ETH-PERPETUAL,\n"
    )
    (tmp_path / "term_futures_marks.csv").write_text(
        "timestamp,futures_instrument_name,term_mark_price_final\n2026-01-02T00:00:00+00:00,BTC-27MAR26,91000\n"
    )
    market = import_chain(path)
    marks = {key.symbol: quote.mark for key, quote in market.quotes.items() if not market.instruments[key].is_option}
    assert marks == {"BTC/USD:BTC": 90_010.0, "BTC/USD:BTC-260327": 91_000.0}
    perpetual = only(market, "BTC/USD:BTC")
    assert (perpetual.bid, perpetual.ask, perpetual.index) == (None, None, 90_000.0)


@pytest.mark.parametrize(
    ("rows", "at", "message"),
    [
        (
            ["BTC-27MAR26-90000-C,,,,,,,"],
            AT - timedelta(days=1),
            "--at: `2026-01-01T00:00:00Z` — expected a time from",
        ),
        (
            ["BTC-27MAR26-90000-C,,,,,,,"],
            AT + timedelta(days=1),
            "--at: `2026-01-03T00:00:00Z` — expected a time from",
        ),
        (["DOGE-PERPETUAL,,,,,,,"], None, "instrument_name: `DOGE-PERPETUAL` — expected one of Deribit's"),
        (["BTC-27MAR26-90000-C,x,,,,,,"], None, "could not convert string to float"),
        (
            ["BTC-27MAR26-90000-C,inf,,,,,,"],
            None,
            "chain.csv: BTC/USD:BTC-260327-90000-C, bid: `inf` — expected a finite",
        ),
        ([], None, "`no rows` — expected at least one chain"),
    ],
)
def test_what_cannot_be_imported_is_told(tmp_path: Path, rows: list[str], at: datetime | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        import_chain(chain(tmp_path, *rows), at)


def without(path: Path, *columns: str) -> Path:
    """A recorded chain that never had some columns."""
    lines = [line.split(",") for line in path.read_text().splitlines()]
    kept = [place for place, name in enumerate(lines[0]) if name not in columns]
    path.write_text("".join(",".join(line[place] for place in kept) + "\n" for line in lines))
    return path


ROWS = (
    "BTC-27MAR26-90000-C,0.049,0.05,0.0495,91000,90000,0.5,1,2",
    "BTC-27MAR26-90000-P,,0.04,0.0385,91000,90000,0.5,1,2",
)


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        (["open_interest", "volume"], "open_interest"), (["index_price"], "index"), (["mark_price"], "mark"),
        (["implied_volatility"], "mark_iv"),
    ],
)  # fmt: skip
def test_a_recording_that_lacks_a_column_lacks_that_figure_in_every_quote(
    tmp_path: Path, columns: list[str], field: str
) -> None:
    whole = import_chain(chain(tmp_path, *ROWS)).quotes.values()
    found = import_chain(without(chain(tmp_path, *ROWS), *columns)).quotes.values()
    assert [getattr(quote, field) for quote in found] == [None, None]
    assert [(quote.bid, quote.ask) for quote in found] == [(quote.bid, quote.ask) for quote in whole]


def test_a_recording_without_forwards_takes_them_from_parity(tmp_path: Path) -> None:
    found = import_chain(without(chain(tmp_path, *ROWS), "futures_price")).quotes.values()
    assert [(quote.forward, quote.notes) for quote in found] == [(pytest.approx(91_000.0, abs=2.0), (PARITY,))] * 2


@pytest.mark.parametrize(
    ("columns", "missing"),
    [
        (["bid_price"], "`bid_price`"), (["timestamp"], "`timestamp`"), (["instrument_name"], "`instrument_name`"),
        (["mark_price", "implied_volatility"], "`implied_volatility`, `mark_price`"),
    ],
)  # fmt: skip
def test_what_a_recording_cannot_be_without_is_named(tmp_path: Path, columns: list[str], missing: str) -> None:
    with pytest.raises(InputError, match=f"expected {missing} beside"):
        import_chain(without(chain(tmp_path, *ROWS), *columns))


def test_rows_said_twice_count_once_and_rows_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    assert len(import_chain(chain(tmp_path, *ROWS, *ROWS)).quotes) == 2
    other = ROWS[1].replace("0.0385", "0.0485")
    with pytest.raises(InputError, match="BTC-27MAR26-90000-P, rows: `two that differ`") as refused:
        import_chain(chain(tmp_path, *ROWS, other))
    assert len(refused.value.faults) == 1


@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "x.json"])
def test_a_table_of_no_known_form_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"a": 1}')
    with pytest.raises(InputError, match=name):
        import_chain(tmp_path / name)


@pytest.fixture(scope="module")
def recorded(reference_dir: Path) -> ChainTable:
    return read_chain(reference_dir / SIX_HOURLY)


def test_every_one_of_the_421_recorded_chains_imports(recorded: ChainTable) -> None:
    notes, rows, absent = Counter[str](), 0, Counter[str]()
    for moment in recorded.times:
        market = recorded.snapshot(moment)
        rows += len(market.quotes)
        for quote in market.quotes.values():
            notes.update(quote.notes)
            absent.update(name for name in ("bid", "ask", "mark", "forward") if getattr(quote, name) is None)
    assert (len(recorded.times), rows) == (421, 668_282)
    assert notes == {PARITY: 16_982}
    assert absent == {"bid": 40_188, "ask": 9_623}


def test_parity_finds_the_forward_that_the_chain_states(recorded: ChainTable) -> None:
    errors: list[float] = []
    for moment in recorded.times[::40]:
        market = recorded.snapshot(moment)
        marks: dict[tuple[str, datetime], dict[OptionType, dict[float, float]]] = {}
        stated: dict[tuple[str, datetime], list[float]] = {}
        for key, quote in market.quotes.items():
            listed = market.instruments[key]
            if not quote.notes:
                slot = marks.setdefault((listed.base, listed.expiry), {OptionType.CALL: {}, OptionType.PUT: {}})
                slot[listed.option_type][listed.strike] = quote.mark
                stated.setdefault((listed.base, listed.expiry), []).append(quote.forward)
        errors += [abs(parity_forward(*slot.values()) / np.median(stated[key]) - 1.0) for key, slot in marks.items()]
    assert len(errors) > 200
    assert np.median(errors) < 1e-4
    assert max(errors) < 5e-3


def test_one_recorded_chain_becomes_a_market_file_with_its_futures(reference_dir: Path) -> None:
    market = import_market([reference_dir / SIX_HOURLY], datetime(2026, 2, 1, tzinfo=UTC))
    assert market.as_of == datetime(2026, 1, 31, 21, 21, 33, 904_000, tzinfo=UTC)
    kinds = Counter(listed.kind for listed in market.instruments.values())
    assert kinds == {Kind.OPTION: 1_664, Kind.PERPETUAL: 2, Kind.FUTURE: 14}
    assert parse_market(market_json(market), "market.json") == market
    assert not market.admit(timedelta(minutes=1)).rejected


@pytest.mark.parametrize(
    ("name", "chains", "rows"),
    [
        ("deribit_btc_tickers_daily_2026-01.parquet", 10, 6_628),
        ("deribit_btc_futures_tickers_daily_2026-01.parquet", 10, 82),
        ("deribit_btc_eod_chain_2021-06_2021-07.parquet", 61, 24_060),
        ("deribit_eth_chain_2024-01-08.json", 1, 684),
    ],
)
def test_the_other_recordings_import_row_by_row(reference_dir: Path, name: str, chains: int, rows: int) -> None:
    table = read_chain(reference_dir / "data/options" / name)
    assert len(table.times) == chains
    assert sum(len(table.snapshot(moment).quotes) for moment in table.times) == rows


def test_tickers_keep_their_own_times_fractions_and_funding(reference_dir: Path) -> None:
    folder = reference_dir / "data/options"
    files = [folder / f"deribit_btc_{kind}tickers_daily_2026-01.parquet" for kind in ("", "futures_")]
    market = import_market(files, datetime(2026, 1, 15, tzinfo=UTC) + timedelta(minutes=31))
    option, perpetual = only(market, "BTC/USD:BTC-260115-100000-C"), only(market, "BTC/USD:BTC")
    assert option.as_of == datetime(2026, 1, 15, 0, 30, 8, 178_000, tzinfo=UTC)
    assert (option.bid, option.ask, option.mark_iv, option.forward) == (None, 0.0001, 0.485, 96_733.3563)
    assert (perpetual.funding_interval_hours, perpetual.funding_rate is not None) == (8.0, True)
