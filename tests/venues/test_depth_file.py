"""A recorded order book: what it was at a moment, what is missing from it, and every shared recording."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import worlds

from oracle_core.errors import InputError
from oracle_core.venues.candle_file import read_candles, read_funding, read_volatility_index
from oracle_core.venues.chain_table import import_chain
from oracle_core.venues.depth_file import read_depth, with_depth
from oracle_core.venues.imports import import_market
from oracle_core.venues.market_file import market_json

START = datetime(2024, 8, 8, 23, 54, 16, tzinfo=UTC)
T = int(START.timestamp() * 1_000)


def change(at: int, first: int, last: int, before: int, bids: Sequence = (), asks: Sequence = ()) -> dict:
    return {"stream": "btcusdt@depth", "data": {
        "e": "depthUpdate", "T": T + at, "s": "BTCUSDT", "U": first, "u": last, "pu": before, "b": bids, "a": asks,
    }}  # fmt: skip


SNAPSHOT = {
    "lastUpdateId": 10, "T": T, "bids": [["100.0", "2"], ["99.5", "1"]], "asks": [["100.5", "3"], ["101.0", "4"]],
}  # fmt: skip
TRADE = {"stream": "btcusdt@trade", "data": {"e": "trade", "T": T, "s": "BTCUSDT", "p": "100.0", "q": "1"}}
FEED = (
    change(-5, 5, 8, 4, [["1.0", "9"]]), TRADE, change(10, 9, 12, 8, [["100.0", "0"], ["99.0", "5"]]), SNAPSHOT,
    change(20, 13, 15, 12, [], [["100.5", "0.5"]]), change(30, 16, 20, 15, [["99.8", "7"]]),
)  # fmt: skip


def recorded(folder: Path, feed: Sequence[object] = FEED) -> Path:
    path = folder / "book.gz"
    lines = [line if isinstance(line, str) else f"1723161255030314667 {json.dumps(line)}" for line in feed]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


@pytest.mark.parametrize(
    ("after", "bids", "asks"),
    [
        (0, ((100.0, 2.0), (99.5, 1.0)), ((100.5, 3.0), (101.0, 4.0))),
        (10, ((99.5, 1.0), (99.0, 5.0)), ((100.5, 3.0), (101.0, 4.0))),
        (25, ((99.5, 1.0), (99.0, 5.0)), ((100.5, 0.5), (101.0, 4.0))),
        (None, ((99.8, 7.0), (99.5, 1.0), (99.0, 5.0)), ((100.5, 0.5), (101.0, 4.0))),
    ],
)
def test_the_book_is_the_snapshot_with_every_change_until_the_moment(tmp_path, after, bids, asks) -> None:
    at = None if after is None else START + timedelta(milliseconds=after)
    found = read_depth(recorded(tmp_path), at)
    assert (found.symbol, found.bids, found.asks) == ("BTCUSDT", bids, asks)


@pytest.mark.requirement("MKT-10")
@pytest.mark.parametrize(
    ("feed", "wrong"),
    [
        ((*FEED, "no feed at all", '17 {"e": 1'), "line 7: `no feed at all` — expected `<nanoseconds> <JSON>`"),
        ((*FEED, "no feed at all", '17 {"e": 1'), "line 8: `17 {"),
        ((*FEED, change(40, 21, 22, 20, [["-1", "1"]])), "line 7"),
        ((*FEED, change(40, 25, 26, 24)), "U: `25` — expected the update that follows 20; some are missing"),
        (FEED[:3], "lastUpdateId: `absent`"),
        ((*[""] * 30,), "more faults"),
    ],
)
def test_a_recording_with_faults_lists_them(tmp_path: Path, feed: Sequence[object], wrong: str) -> None:
    with pytest.raises(InputError) as refused:
        read_depth(recorded(tmp_path, feed))
    assert wrong in str(refused.value)


def test_a_moment_that_was_not_recorded_and_a_file_that_is_no_gzip_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--at: .* expected a time from 2024-08-08T23:54:16"):
        read_depth(recorded(tmp_path), START + timedelta(days=1))
    (tmp_path / "plain.gz").write_text("1 {}")
    with pytest.raises(InputError, match="a readable gzip file"):
        read_depth(tmp_path / "plain.gz")


def test_a_recorded_book_becomes_the_quote_of_the_perpetual_that_a_market_lists(tmp_path: Path) -> None:
    listed = replace(worlds.perpetual(venue="binance"), symbol="BTC/USDT:USDT", quote="USDT", settle="USDT",
                     contract_size=0.5)  # fmt: skip
    quote = worlds.quoted(listed, 100.2, as_of=START)
    market = replace(worlds.market([(listed, quote)]), as_of=START)
    (tmp_path / "m.json").write_bytes(market_json(market))
    found = import_market([tmp_path / "m.json", recorded(tmp_path)])
    assert found.quotes[listed.id].bids == ((99.8, 14.0), (99.5, 2.0), (99.0, 10.0))
    assert (found.quotes[listed.id].bid, found.quotes[listed.id].ask) == (99.8, 100.5)
    assert found.as_of == START + timedelta(milliseconds=30)
    with pytest.raises(InputError, match="the perpetual of BTCUSDT on binance, listed"):
        with_depth(worlds.market([(worlds.perpetual(), worlds.quoted(worlds.perpetual(), 1.0))]),
                   read_depth(recorded(tmp_path)))  # fmt: skip


@pytest.mark.requirement("MKT-10")
@pytest.mark.parametrize("coin", ["btc", "eth"])
def test_the_shared_books_agree_with_the_best_quotes_recorded_beside_them(reference_dir: Path, coin: str) -> None:
    path = reference_dir / "data" / "depth" / f"binance_usdm_{coin}usdt_2024-08-08.gz"
    best: dict[int, dict] = {}
    with gzip.open(path, "rt") as lines:
        for line in lines:
            if '"bookTicker"' in line:
                row = json.loads(line.partition(" ")[2])["data"]
                best[row["u"]] = row
    feed = read_depth(path)
    # The last change of depth and the best quote up to the same update id are the same book.
    last = max((row for row in best.values() if row["T"] <= feed.as_of.timestamp() * 1_000), key=lambda row: row["u"])
    assert feed.bids[0][0] == pytest.approx(float(last["b"]), rel=1e-4)
    assert feed.asks[0][0] == pytest.approx(float(last["a"]), rel=1e-4)
    assert feed.bids[0][0] < feed.asks[0][0]
    assert len(feed.bids) == len(feed.asks) == 100


@pytest.mark.requirement("MKT-10")
def test_every_shared_series_loads(reference_dir: Path) -> None:
    folder = reference_dir / "data"
    for kind, read in (("candles", read_candles), ("funding", read_funding)):
        files = sorted((folder / kind).glob("*.parquet"))
        assert files
        assert all(len(read(path).times) > 100 for path in files)
    assert all(len(read_volatility_index(path)) > 1_000 for path in (folder / "volatility").glob("*.parquet"))
    assert len(import_chain(folder / "options" / "deribit_eth_chain_2024-01-08.json").quotes) == 684
