"""Whatever is given becomes one market, or every fault of it is told."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oracle_core.errors import InputError
from oracle_core.venues.imports import import_market

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SUMMARY = {
    "instrument_name": "BTC-PERPETUAL", "creation_timestamp": 1_794_100_000_000, "mark_price": 90_000.0,
    "bid_price": 89_999.5, "ask_price": 90_000.5,
}  # fmt: skip


def test_markets_and_answers_merge_and_the_newer_quote_holds(tmp_path: Path) -> None:
    answer = tmp_path / "summary.json"
    answer.write_text(json.dumps({"result": [SUMMARY]}))
    straddle, coins = EXAMPLES / "eth-straddle.market.json", EXAMPLES / "three-coins.market.json"
    market = import_market([straddle, coins, answer])
    symbols = {key.symbol: quote.mark for key, quote in market.quotes.items()}
    assert symbols["BTC/USD:BTC"] == 90_000.0
    assert symbols["ETH/USDC:USDC"] == 1_900.0
    assert symbols["SOL/USDT:USDT"] == 138.0
    assert market.volatility_index["BTC"] == 0.47
    assert market.as_of == datetime.fromtimestamp(1_794_100_000, UTC)


def test_faults_of_several_sources_come_at_once(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.parquet"
    one.write_text('{"schema": "oracle.market/1"}')
    two.write_text("x")
    with pytest.raises(InputError) as refused:
        import_market([one, two])
    assert {fault.source for fault in refused.value.faults} == {str(one), str(two)}


def test_a_moment_is_refused_where_there_is_nothing_to_choose() -> None:
    with pytest.raises(InputError, match=r"--at: .* only a recorded chain holds several"):
        import_market([EXAMPLES / "eth-straddle.market.json"], datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(InputError, match="SOURCE: `absent`"):
        import_market([])
