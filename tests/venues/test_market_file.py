"""`oracle.market/1`: what is written is read back; what is wrong is told, all at once."""

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.instrument import FeeBasis, Fees, Grid, Instrument, InstrumentId, Kind, MarginTier, OptionType
from oracle_core.domain.market import Candles, Event, MarketSnapshot, Quote, VenueStatus
from oracle_core.errors import InputError
from oracle_core.venues.market_file import market_json, parse_market

PRICES = st.floats(1e-8, 1e9)
NUMBERS = st.floats(-1e9, 1e9)
MOMENTS = st.datetimes(datetime(2009, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
STEPS = st.sampled_from([Decimal("0.0001"), Decimal("0.1"), Decimal(1), Decimal("1E-8"), Decimal(10)])
GRIDS = st.builds(
    Grid,
    amount_step=STEPS,
    min_amount=STEPS,
    tick_size=PRICES,
    tick_steps=st.lists(st.tuples(PRICES, PRICES), max_size=2).map(tuple),
    min_notional=st.none() | PRICES,
)
FEES = st.builds(
    Fees,
    maker=st.floats(-0.01, 0.01),
    taker=st.floats(-0.01, 0.01),
    basis=st.sampled_from(FeeBasis),
    cap_of_premium=st.none() | PRICES,
    delivery=st.none() | st.floats(-0.01, 0.01),
)
TIERS = st.builds(
    lambda initial, share, **more: MarginTier(initial=initial, maintenance=share * initial, **more),
    initial=PRICES, share=st.floats(0.0, 1.0), up_to_notional=st.none() | PRICES, deduction=NUMBERS,
)  # fmt: skip
LADDERS = st.lists(st.tuples(PRICES, PRICES), max_size=3).map(tuple)
MAYBE = st.none() | NUMBERS.filter(lambda number: number != 0.0)


@st.composite
def instruments(draw: st.DrawFn, symbol: str) -> Instrument:
    kind = draw(st.sampled_from(Kind))
    linear = draw(st.booleans())
    option = kind is Kind.OPTION
    return Instrument(
        venue=draw(st.sampled_from(["deribit", "paper"])),
        symbol=symbol,
        kind=kind,
        base="ETH",
        quote="USD",
        settle="USDC" if linear else "ETH",
        linear=linear,
        contract_size=draw(PRICES),
        grid=draw(GRIDS),
        fees=draw(FEES),
        expiry=draw(MOMENTS) if kind in (Kind.FUTURE, Kind.OPTION) else None,
        strike=draw(PRICES) if option else None,
        option_type=draw(st.sampled_from(OptionType)) if option else None,
        margin_tiers=tuple(draw(st.lists(TIERS, max_size=2))),
    )


@st.composite
def quotes(draw: st.DrawFn, listed: Instrument) -> Quote:
    return Quote(
        venue=listed.venue, symbol=listed.symbol, as_of=draw(MOMENTS), bid=draw(MAYBE), ask=draw(MAYBE),
        bids=draw(LADDERS), asks=draw(LADDERS), mark=draw(st.none() | NUMBERS), last=draw(MAYBE), index=draw(MAYBE),
        forward=draw(MAYBE), mark_iv=draw(MAYBE), funding_rate=draw(MAYBE),
        funding_interval_hours=draw(st.none() | st.floats(0.05, 744.0)),
        next_funding_at=draw(st.none() | MOMENTS), borrow_rate=draw(st.none() | st.floats(-100.0, 100.0)),
        open_interest=draw(MAYBE), volume_24h=draw(MAYBE),
        notes=tuple(draw(st.lists(st.sampled_from(["a", "b"]), max_size=2))),
    )  # fmt: skip


@st.composite
def markets(draw: st.DrawFn) -> MarketSnapshot:
    names = draw(st.lists(st.from_regex(r"[A-Z]{3}/[A-Z]{3}", fullmatch=True), max_size=3, unique=True))
    listed = [draw(instruments(name)) for name in names]
    quoted = [draw(quotes(item)) for item in listed if draw(st.booleans())]
    history = st.lists(st.tuples(st.integers(0, 2**53), NUMBERS), max_size=3).map(tuple)
    bars = st.lists(st.tuples(*[NUMBERS] * 6), max_size=2).map(tuple)
    return MarketSnapshot(
        as_of=draw(MOMENTS),
        instruments={item.id: item for item in listed},
        quotes={quote.id: quote for quote in quoted},
        volatility_index=draw(st.dictionaries(st.sampled_from(["BTC", "ETH"]), PRICES)),
        funding_history={item.id: draw(history) for item in listed},
        candles={item.id: Candles(timeframe="1h", rows=draw(bars)) for item in listed},
        events=tuple(Event(at=draw(MOMENTS), name="e", underlyings=("ETH",)) for _ in range(draw(st.integers(0, 2)))),
        venue_status=draw(st.dictionaries(st.sampled_from(["deribit", "okx"]), st.sampled_from(VenueStatus))),
    )


@given(markets())
def test_a_written_market_reads_back_as_the_same_snapshot_and_the_same_bytes(market: MarketSnapshot) -> None:
    written = market_json(market)
    assert parse_market(written, "market.json") == market
    assert market_json(parse_market(written, "market.json")) == written


PERPETUAL: Mapping[str, object] = {
    "venue": "deribit", "symbol": "BTC-PERPETUAL", "kind": "perpetual", "base": "BTC", "quote": "USD", "settle": "BTC",
    "linear": False, "contract_size": 10, "tick_size": 0.5, "amount_step": 1, "min_amount": 1, "maker_fee": 0,
    "taker_fee": 0.0005, "fee_basis": "notional",
}  # fmt: skip
OPTION: Mapping[str, object] = {
    **PERPETUAL, "symbol": "BTC-27MAR26-100000-C", "kind": "option", "contract_size": 1, "strike": 100_000,
    "expiry": "2026-03-27T08:00:00Z", "option_type": "call",
}  # fmt: skip
QUOTE: Mapping[str, object] = {
    "venue": "deribit", "symbol": "BTC/USD:BTC", "as_of": "2026-01-02T00:00:00Z", "bid": 99, "ask": 101, "index": 100,
}  # fmt: skip
KEY = InstrumentId("deribit", "BTC/USD:BTC")


def file(instruments: object = (PERPETUAL,), quotes: object = (QUOTE,), **more: object) -> bytes:
    content = {
        "schema": "oracle.market/1",
        "as_of": "2026-01-02T00:00:00Z",
        "instruments": instruments,
        "quotes": quotes,
    }
    return json.dumps(content | more).encode()


def test_aliases_name_the_same_instrument_in_every_part_of_the_file() -> None:
    market = parse_market(
        file((PERPETUAL, OPTION), funding_history={"deribit": {"BTC-PERPETUAL": [[1, 0.1]]}}), "market.json"
    )
    assert set(market.instruments) == {KEY, InstrumentId("deribit", "BTC/USD:BTC-260327-100000-C")}
    assert (list(market.quotes), market.funding_history) == ([KEY], {KEY: ((1, 0.1),)})


def test_zero_for_nobody_there_is_absent_and_a_worthless_mark_is_kept() -> None:
    quote = parse_market(file(quotes=({**QUOTE, "bid": 0, "ask": 0.0, "mark": 0},)), "market.json").quotes[KEY]
    assert (quote.bid, quote.ask, quote.mark) == (None, None, 0.0)


@pytest.mark.parametrize(
    "change",
    [{"index": 0}, {"forward": -1}, {"mark": -1}, {"bid": 102}, {"as_of": "2025-12-31T00:00:00Z"}, {"bid": -1},
     {"bids": [[1, 0]]}, {"asks": [[3, 1], [2, 1]]}],
)  # fmt: skip
def test_a_stale_crossed_or_worthless_quote_is_no_fault_of_the_file_and_is_set_aside(change: dict[str, object]) -> None:
    market = parse_market(file(quotes=({**QUOTE, **change},)), "market.json")
    assert market.admit(timedelta(minutes=1)).rejected.keys() == {KEY}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize(
    ("place", "field"),
    [
        ('"bid": 99', "quotes[0].bid"),
        ('"index": 100', "quotes[0].index"),
        ('"taker_fee": 0.0005', "instruments[0].taker_fee"),
        ('"ETH": 0.5', "volatility_index.ETH"),
        ("0.001", "funding_history.deribit.X[0][1]"),
        ("3.5", "candles.deribit.X.rows[0][3]"),
        ("2.5", "quotes[0].bids[0][1]"),
    ],
)
def test_a_number_that_is_none_is_a_fault_wherever_it_stands(number: str, place: str, field: str) -> None:
    text = file(
        quotes=({**QUOTE, "bids": [[99, 2.5]]},),
        volatility_index={"ETH": 0.5},
        funding_history={"deribit": {"X": [[1, 0.001]]}},
        candles={"deribit": {"X": {"timeframe": "1h", "rows": [[1, 2, 2, 3.5, 2, 0]]}}},
    ).decode()
    value = place.rpartition(": ")[2]
    assert text.count(place) == 1
    with pytest.raises(InputError) as refused:
        parse_market(text.replace(place, place.replace(value, number)).encode(), "market.json")
    (fault,) = refused.value.faults
    assert (fault.source, fault.field, fault.expected) == ("market.json", field, "a finite number")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (file(schema="oracle.market/2"), "schema: `oracle.market/2` — expected `oracle.market/1`"),
        (file(as_of="yesterday"), "as_of: `yesterday` — expected a time with a zone"),
        (file(as_of="1970-01-01T00:00:00Z"), "as_of: `1970-01-01T00:00:00+00:00` — expected a time from 2009 to 2100"),
        (file(volatility_index={"BTC": -0.5}), "volatility_index.BTC: `-0.5` — expected a finite number above 0"),
        (
            file(quotes=({**QUOTE, "funding_interval_hours": 0},)),
            "quotes[0].funding_interval_hours: `0.0` — expected hours from 0.05 to 744",
        ),
        (
            file(({**PERPETUAL, "delivery_fee": 5},)),
            "instruments[0].delivery_fee: `5.0` — expected a fraction of what is traded, between -1 and 1",
        ),
        (
            file(({**PERPETUAL, "amount_step": 0},)),
            "instruments[0].amount_step: `0` — expected a finite number above 0",
        ),
        (
            file(({**PERPETUAL, "amount_step": -1},)),
            "instruments[0].amount_step: `-1` — expected a finite number above 0",
        ),
        (file(({**PERPETUAL, "tick_size": 0},)), "instruments[0].tick_size: `0.0` — expected a finite number above 0"),
        (
            file(({**PERPETUAL, "linear": True},)),
            "instruments[0].linear: `True` — expected false where the contract settles",
        ),
        (
            file(({**PERPETUAL, "kind": "swap"},)),
            "instruments[0].kind: `swap` — expected `spot`, `perpetual`, `future` or",
        ),
        (file(({**PERPETUAL, "strike": 1},)), "instruments[0].strike: `1.0` — expected none for kind `perpetual`"),
        (
            file(({**PERPETUAL, "tick": 1},)),
            "instruments[0].tick: `1` — expected a known key, did you mean `tick_size`?",
        ),
        (
            file(({**PERPETUAL, "margin_tiers": [{"initial": 0, "maintenance": 0}]},)),
            "instruments[0].margin_tiers[0].initial: `0.0` — expected a finite number above 0",
        ),
        (
            file((PERPETUAL, {**PERPETUAL, "symbol": "BTC/USD:BTC"})),
            "instruments[1]: `deribit BTC/USD:BTC` — expected one",
        ),
        (file(quotes=(QUOTE, QUOTE)), "quotes[1]: `deribit BTC/USD:BTC` — expected one quote per instrument"),
        (
            file(quotes=({**QUOTE, "symbol": "BTC/USD:BTX"},)),
            "quotes[0].symbol: `deribit BTC/USD:BTX` — expected a listed instrument, did you mean `deribit BTC/USD",
        ),
        (file(venue_status={"deribit": "up"}), "venue_status.deribit: `up` — expected `ok`, `halted` or `maintenance`"),
        (
            file(events=[{"at": "2026-01-02T00:00:00Z", "name": "x"}]),
            "events[0].underlyings: `absent` — expected a value",
        ),
    ],
)
def test_a_faulty_market_names_file_field_value_and_expectation(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_market(data, "market.json")
    assert str(refused.value).startswith(f"market.json: {message}")
    assert len(refused.value.faults) == 1


UNIFIED: Mapping[str, object] = {**OPTION, "symbol": "BTC/USD:BTC-260327-100000-C"}
FUTURE: Mapping[str, object] = {**PERPETUAL, "symbol": "BTC-27MAR26", "kind": "future", "expiry": OPTION["expiry"]}
LINEAR: Mapping[str, object] = {"linear": True, "settle": "USDC"}


@pytest.mark.parametrize(
    ("row", "change", "field", "message"),
    [
        (UNIFIED, {"strike": 90_000}, "strike", "`90000.0` — expected `100000.0`, as its symbol says"),
        (OPTION, {"strike": 90_000}, "strike", "`90000.0` — expected `100000.0`, as its symbol says"),
        (UNIFIED, {"option_type": "put"}, "option_type", "`put` — expected `call`, as its symbol says"),
        (UNIFIED, {"expiry": "2026-03-28T08:00:00Z"}, "expiry", "`2026-03-28` — expected `2026-03-27`, as its"),
        (UNIFIED, {"base": "ETH", **LINEAR, "symbol": "BTC/USD:USDC-260327-100000-C"}, "base", "`ETH` — expected"),
        (UNIFIED, LINEAR, "settle", "`USDC` — expected `BTC`, as its symbol says"),
        (FUTURE, {"expiry": "2026-06-26T08:00:00Z"}, "expiry", "`2026-06-26` — expected `2026-03-27`, as its"),
        (FUTURE, LINEAR, "settle", "`USDC` — expected `BTC`, as its symbol says"),
        (FUTURE, {"symbol": "BTC-27MAR26-100000-C"}, "strike", "`None` — expected `100000.0`, as its symbol says"),
    ],
)
def test_a_dated_contract_is_what_its_symbol_says(
    row: dict[str, object], change: dict[str, object], field: str, message: str
) -> None:
    assert parse_market(file((row, PERPETUAL)), "market.json").instruments
    with pytest.raises(InputError) as refused:
        parse_market(file(({**row, **change}, PERPETUAL)), "market.json")
    assert str(refused.value).startswith(f"market.json: instruments[0].{field}: {message}")


def test_every_field_that_the_symbol_contradicts_is_named_at_once() -> None:
    broken = {**UNIFIED, "strike": 1, "option_type": "put", "expiry": "2027-01-01T08:00:00Z"}
    with pytest.raises(InputError) as refused:
        parse_market(file((broken, PERPETUAL)), "market.json")
    assert [found.field.rpartition(".")[2] for found in refused.value.faults] == ["expiry", "strike", "option_type"]


@pytest.mark.parametrize("symbol", ["BTC-260327-90000-P", "XBT 27MAR 90000 PUT", "BTC/USD:BTC-269999-90000-P"])
def test_a_symbol_in_no_known_form_says_nothing_of_its_contract(symbol: str) -> None:
    row = {**OPTION, "venue": "okx", "symbol": symbol}
    assert InstrumentId("okx", symbol) in parse_market(file((row, PERPETUAL)), "market.json").instruments


def test_faults_of_shape_number_and_name_come_at_once() -> None:
    broken = file(
        ({**OPTION, "strike": None}, {**PERPETUAL, "taker_fee": "x"}), ({**QUOTE, "bid": []}, {**QUOTE, "symbol": "Y"})
    )
    with pytest.raises(InputError) as refused:
        parse_market(broken, "market.json")
    fields = [fault.field for fault in refused.value.faults]
    assert fields == ["instruments[0].strike", "instruments[1].taker_fee", "quotes[0].bid", "quotes[1].symbol"]


def test_reading_a_market_imports_no_pandas() -> None:
    rooms = ", ".join(f"oracle_core.venues.{name}" for name in ("book_file", "market_file", "imports", "candle_file"))
    code = f"import sys, {rooms}; print({{'pandas', 'pyarrow', 'ccxt'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["2026-03-27T08:00:00Z", "call", "", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from([*OPTION]), st.sampled_from([*QUOTE, "bids", "funding_rate", "notes"]), JSON, JSON)
def test_no_value_anywhere_raises_anything_but_an_input_error(key: str, other: str, one: object, two: object) -> None:
    with suppress(InputError):
        parse_market(file(({**OPTION, key: one}, PERPETUAL), ({**QUOTE, other: two},), events=one, candles=two), "x")


COIN_TIERS = [
    {"up_to_notional": 5.0, "initial": 0.01, "maintenance": 0.004},
    {"up_to_notional": None, "initial": 0.02, "maintenance": 0.005, "deduction": 0.005},
]
"""Brackets of an inverse contract as Binance COIN-M publishes them: in bitcoins."""


@pytest.mark.requirement("MKT-15")
def test_tiers_published_in_coin_are_read_at_the_index_as_usd() -> None:
    told = {**PERPETUAL, "margin_tiers": COIN_TIERS, "margin_tiers_unit": "coin"}
    market = parse_market(file((told,), quotes=({**QUOTE, "index": 60_000.0},)), "m.json")
    (listed,) = market.instruments.values()
    first, last = listed.margin_tiers
    assert (first.up_to_notional, first.initial, last.deduction) == (300_000.0, 0.01, 300.0)
    assert last.up_to_notional is None
    assert parse_market(market_json(market), "again.json") == market


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({}, "instruments[0].margin_tiers_unit: `absent` — expected `USD` or `coin`, since the first tier of"),
        ({"margin_tiers_unit": "BTC"}, "instruments[0].margin_tiers_unit: `BTC` — expected"),
    ],
)
def test_tiers_of_an_inverse_contract_that_may_be_coins_are_not_read_as_usd(
    more: Mapping[str, object], wrong: str
) -> None:
    told = {**PERPETUAL, "margin_tiers": COIN_TIERS, **more}
    with pytest.raises(InputError) as refused:
        parse_market(file((told,)), "m.json")
    assert wrong in str(refused.value)
    said = {**PERPETUAL, "margin_tiers": COIN_TIERS, "margin_tiers_unit": "USD"}
    (listed,) = parse_market(file((said,)), "m.json").instruments.values()
    assert listed.margin_tiers[0].up_to_notional == 5.0
