"""The bundled examples are what the README says of them."""

import importlib.util
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from oracle_core.domain.instrument import InstrumentId, Kind
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.domain.portfolio import Numeraire
from oracle_core.maths.black import black
from oracle_core.venues.book_file import read_book
from oracle_core.venues.candle_file import read_candles
from oracle_core.venues.market_file import read_market

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PERPETUAL = InstrumentId("deribit", "ETH/USDC:USDC")


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_examples", EXAMPLES / "make_examples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_files_are_what_their_maker_writes(maker: ModuleType) -> None:
    for name, text in maker.files().items():
        assert (EXAMPLES / name).read_text(encoding="utf-8") == text, name


def test_the_straddle_is_short_3_554_eth_with_480_hours_left() -> None:
    book = read_book(EXAMPLES / "eth-straddle.book.json")
    market = read_market(EXAMPLES / "eth-straddle.market.json")
    assert (book.numeraire, book.equity) == (Numeraire.USD, {"USD": 25_000.0})
    options = perpetuals = 0.0
    for held in book.positions:
        listed, quote = market.instrument(held.id), market.quote(held.id)
        if listed.kind is Kind.PERPETUAL:
            perpetuals += held.contracts * listed.contract_size
            continue
        assert listed.expiry is not None
        assert listed.expiry - market.as_of == timedelta(days=20)
        years = 480 / 8760
        sign = listed.option_type.sign
        options += held.contracts * float(black(quote.forward, listed.strike, years, quote.mark_iv, sign=sign).delta)
    assert options == pytest.approx(-4.50893, abs=5e-6)
    assert options + perpetuals == pytest.approx(-3.5540, abs=5e-5)


def one_way_cost_bp(market: MarketSnapshot, quote: Quote) -> float:
    listed = market.instrument(quote.id)
    half_spread = 0.5 * (quote.best_ask - quote.best_bid) / quote.mid
    return 1e4 * (listed.fees.taker + half_spread)


def test_the_linear_perpetual_costs_5_5_bp_and_is_the_cheapest_hedge() -> None:
    market = read_market(EXAMPLES / "eth-straddle.market.json")
    hedges = {key: one_way_cost_bp(market, quote) for key, quote in market.quotes.items()
              if not market.instrument(key).is_option}  # fmt: skip
    assert hedges.pop(PERPETUAL) == pytest.approx(5.5, abs=1e-9)
    assert {market.instrument(key).kind for key in hedges} == {Kind.PERPETUAL, Kind.SPOT}
    assert min(hedges.values()) > 6.0
    quote = market.quote(PERPETUAL)
    assert quote.asks[0] == (1900.095, 45.0)
    assert (quote.index, quote.mark, quote.funding_rate, quote.funding_interval_hours) == (1900.0, 1900.0, 0.0, 8.0)


@pytest.mark.parametrize("name", ["eth-straddle", "three-coins"])
def test_every_position_and_order_of_an_example_has_a_sound_quote(name: str) -> None:
    book = read_book(EXAMPLES / f"{name}.book.json")
    market = read_market(EXAMPLES / f"{name}.market.json").admit(timedelta(minutes=1))
    assert not market.rejected
    for held in (*book.positions, *book.open_orders):
        assert market.problem(held.id) is None
    for quote in market.quotes.values():
        if market.instrument(quote.id).is_option and quote.bid is not None:
            assert quote.bid <= quote.mark <= quote.ask


def test_three_coins_span_two_venues_two_pools_and_both_settlements() -> None:
    book = read_book(EXAMPLES / "three-coins.book.json")
    market = read_market(EXAMPLES / "three-coins.market.json")
    assert market.coins == ("BTC", "ETH", "SOL")
    assert book.venues == ("binanceusdm", "deribit")
    assert {held.pool for held in book.positions} == {pool.id for pool in book.pools}
    assert {market.instrument(held.id).linear for held in book.positions} == {True, False}
    in_pools = {currency: row.equity for pool in book.pools for currency, row in pool.currencies.items()}
    assert dict(book.equity) == in_pools
    assert all(len(rows) == 22 for rows in market.funding_history.values())


def test_the_month_of_candles_has_720_hours_without_a_gap() -> None:
    candles = read_candles(EXAMPLES / "eth-month.candles.csv")
    assert len(candles.close) == 720
    assert candles.gaps == ()
