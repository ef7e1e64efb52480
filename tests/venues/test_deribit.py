"""Deribit's saved answers become a market, in the venue's own terms."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from oracle_core.domain.instrument import FeeBasis, Fees, InstrumentId, Kind
from oracle_core.errors import InputError
from oracle_core.venues.deribit import import_deribit
from oracle_core.venues.market_file import market_json, parse_market

LISTED = {
    "instrument_name": "BTC-27MAR26-100000-C", "kind": "option", "base_currency": "BTC", "settlement_currency": "BTC",
    "instrument_type": "reversed", "contract_size": 1.0, "min_trade_amount": 0.1, "tick_size": 0.0001,
    "tick_size_steps": [{"above_price": 0.005, "tick_size": 0.0005}], "maker_commission": 0.0003,
    "taker_commission": 0.0003, "some_new_key": [1],
}  # fmt: skip
PERPETUAL = LISTED | {
    "instrument_name": "BTC-PERPETUAL", "kind": "future", "contract_size": 10.0, "min_trade_amount": 10.0,
    "tick_size": 0.5, "tick_size_steps": [], "maker_commission": 0.0, "taker_commission": 0.0005,
}  # fmt: skip
SUMMARY = {
    "instrument_name": "BTC-27MAR26-100000-C", "creation_timestamp": 1_767_225_600_000, "bid_price": 0,
    "ask_price": 0.05, "mark_price": 0.04, "mark_iv": 58.6, "underlying_price": 90_100.0,
    "estimated_delivery_price": 90_000.0,
    "open_interest": 12.5, "volume": 3.0,
}  # fmt: skip
TICKER = {
    "instrument_name": "BTC-PERPETUAL", "timestamp": 1_767_225_601_500, "best_bid_price": 90_000.0,
    "best_ask_price": 90_000.5, "mark_price": 90_000.2, "index_price": 90_001.0, "funding_8h": 0.0001,
    "current_funding": 0.0, "open_interest": 1_000, "stats": {"volume": 1.0, "volume_notional": 90_000.0},
}  # fmt: skip


def saved(folder: Path, **answers: object) -> Path:
    for name, result in answers.items():
        (folder / f"{name}.json").write_text(json.dumps({"jsonrpc": "2.0", "result": result}))
    return folder


def test_amounts_become_contracts_and_per_cent_a_fraction(tmp_path: Path) -> None:
    market = import_deribit([saved(tmp_path, a=[SUMMARY], b=[LISTED, PERPETUAL], c=TICKER, d={"unrelated": 1})])
    option, perpetual = market.instruments.values()
    assert (option.kind, option.linear, option.quote, option.settle) == (Kind.OPTION, False, "USD", "BTC")
    assert (option.grid.amount_step, option.grid.tick_steps) == (Decimal("0.1"), ((0.005, 0.0005),))
    assert option.fees == Fees(maker=0.0003, taker=0.0003, basis=FeeBasis.UNDERLYING, cap_of_premium=0.125)
    assert (option.expiry, option.strike) == (datetime(2026, 3, 27, 8, tzinfo=UTC), 100_000.0)
    assert (perpetual.kind, perpetual.contract_size, perpetual.grid.min_amount) == (Kind.PERPETUAL, 10.0, Decimal(1))
    assert perpetual.fees.basis is FeeBasis.NOTIONAL
    held, hedge = market.quotes[option.id], market.quotes[perpetual.id]
    assert (held.bid, held.ask, held.mark_iv, held.forward, held.index) == (None, 0.05, 0.586, 90_100.0, 90_000.0)
    assert (held.open_interest, held.volume_24h) == (12.5, 3.0)
    assert (hedge.funding_rate, hedge.funding_interval_hours) == (0.0001, 8.0)
    assert (hedge.open_interest, hedge.volume_24h) == (100.0, 9_000.0)
    assert market.as_of == hedge.as_of == datetime(2026, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_quotes_the_newer_holds_and_a_vanished_bid_stays_vanished(tmp_path: Path, order: int) -> None:
    old = SUMMARY | {"bid_price": 0.03}
    new = TICKER | {"instrument_name": SUMMARY["instrument_name"], "best_bid_price": 0.0, "best_ask_price": 0.045}
    saved(tmp_path, a=[old], b=new, c=[LISTED])
    market = import_deribit([tmp_path / name for name in ("a.json", "b.json", "c.json")[::order]])
    (quote,) = market.quotes.values()
    assert (quote.bid, quote.ask, quote.mark_iv, quote.forward) == (None, 0.045, 0.586, 90_100.0)


def test_a_quote_without_a_listing_takes_the_venues_standard_terms_and_says_so(tmp_path: Path) -> None:
    market = import_deribit([saved(tmp_path, a=[SUMMARY]) / "a.json"])
    (quote,) = market.quotes.values()
    assert quote.notes == ("contract terms are the venue's standard ones",)
    assert market.instruments[quote.id].grid.amount_step == Decimal("0.1")


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"a": [{"x": 1}]}, "expected an answer of `get_instruments`"),
        ({"a": [LISTED]}, "expected at least one book summary or ticker"),
        ({"a": [SUMMARY | {"mark_price": "x"}]}, r"result\[0\].mark_price: `x` — expected a number"),
        ({"a": [SUMMARY | {"ask_price": float("nan")}]}, r"result\[0\].ask_price: `NaN` — expected a finite number"),
        ({"a": [LISTED | {"contract_size": 0.0}]}, r"result\[0\].* expected a finite number above 0"),
        ({"a": [SUMMARY | {"instrument_name": "DOGE_USDC-PERPETUAL"}]}, "DOGE_USDC-PERPETUAL: `no terms`"),
    ],
)
def test_what_breaks_the_venues_form_is_told(tmp_path: Path, answers: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        import_deribit([saved(tmp_path, **answers) / "a.json"])


def test_the_recorded_answers_of_may_2026_import_whole(reference_dir: Path) -> None:
    market = import_deribit([reference_dir / "data/venues/deribit_2026-05"])
    assert len(market.instruments) == len(market.quotes) == 18
    quote = market.quotes[InstrumentId("deribit", "BTC/USD:BTC")]
    assert (quote.bid, quote.ask, quote.mark, quote.index) == (76_753.5, 76_754.0, 76_756.11, 76_735.99)
    assert (quote.funding_rate, quote.open_interest) == (5.06e-06, 101_231_508.0)
    assert market.instruments[quote.id].grid.amount_step == 1
    assert not market.admit(timedelta(minutes=1)).rejected
    assert sum(quote.bid is None for quote in market.quotes.values()) > 0
    assert parse_market(market_json(market), "market.json") == market
