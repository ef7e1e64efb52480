"""`oracle.book/1`: what is written is read back; what is wrong is told, all at once."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.portfolio import (
    MarginModel,
    MarginPool,
    Numeraire,
    OpenOrder,
    PoolBalance,
    Portfolio,
    Position,
)
from oracle_core.errors import InputError
from oracle_core.venues.book_file import PositionRow, book_json, parse_book, read_book
from oracle_core.venues.position_table import COLUMNS, NUMBERS

AMOUNTS = st.floats(-1e12, 1e12).filter(lambda amount: amount != 0.0)
PRICES = st.floats(1e-8, 1e12)
NAMES = st.text(min_size=1, max_size=12).filter(lambda name: not any("\ud800" <= c <= "\udfff" for c in name))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SYMBOLS = st.sampled_from(["BTC/USD:BTC", "ETH/USDC:USDC", "ETH/USD:ETH-260327-1800-C", "SOL/USDT:USDT", "ETH/USDC"])
VENUES = st.sampled_from(["deribit", "binanceusdm", "paper"])
CURRENCIES = st.sampled_from(["USD", "USDC", "BTC", "ETH"])
BALANCES = st.builds(
    PoolBalance,
    balance=AMOUNTS,
    equity=AMOUNTS,
    initial_margin=st.none() | PRICES,
    maintenance_margin=st.none() | PRICES,
)


@st.composite
def portfolios(draw: st.DrawFn) -> Portfolio:
    pools = draw(
        st.lists(
            st.builds(
                MarginPool,
                id=NAMES,
                venue=VENUES,
                margin_model=st.sampled_from(MarginModel),
                currencies=st.dictionaries(CURRENCIES, BALANCES),
                subaccount=st.none() | NAMES,
                reported=st.none() | st.dictionaries(NAMES, AMOUNTS),
            ),
            max_size=2,
            unique_by=lambda pool: pool.id,
        )
    )

    def position(pool: MarginPool | None) -> st.SearchStrategy[Position]:
        return st.builds(
            Position,
            venue=VENUES if pool is None else st.just(pool.venue),
            symbol=SYMBOLS,
            contracts=AMOUNTS,
            entry_price=st.none() | AMOUNTS,
            entry_iv=st.none() | PRICES,
            opened_at=st.none() | MOMENTS,
            strategy=st.none() | NAMES,
            pool=st.just(None if pool is None else pool.id),
        )

    positions = st.sampled_from([None, *pools]).flatmap(position)
    key = lambda held: (held.venue, held.symbol, held.pool, held.strategy)  # noqa: E731
    name = lambda working: (working.venue, working.client_id)  # noqa: E731
    order = st.builds(
        OpenOrder, venue=VENUES, symbol=SYMBOLS, contracts=AMOUNTS, price=PRICES, client_id=st.none() | NAMES
    )
    return Portfolio(
        name=draw(NAMES),
        numeraire=draw(st.sampled_from(Numeraire)),
        equity=draw(st.dictionaries(CURRENCIES, AMOUNTS, min_size=1)),
        positions=tuple(draw(st.lists(positions, max_size=5, unique_by=key))),
        pools=tuple(pools),
        open_orders=tuple(draw(st.lists(order, max_size=3, unique_by=name))),
    )


@given(portfolios())
def test_a_written_book_reads_back_as_the_same_portfolio_and_the_same_bytes(portfolio: Portfolio) -> None:
    written = book_json(portfolio)
    assert parse_book(written, "book.json") == portfolio
    assert book_json(parse_book(written, "book.json")) == written


def book(**changes: object) -> bytes:
    held = {"venue": "deribit", "symbol": "BTC-PERPETUAL", "contracts": -250}
    content = {
        "schema": "oracle.book/1",
        "account": {"name": "desk", "numeraire": "USD", "equity": {"USD": 25_000, "BTC": 0.5}},
        "positions": [held],
    }
    return json.dumps(content | changes).encode()


def test_deribits_own_names_are_aliases_and_times_become_utc() -> None:
    rows = [
        {
            "venue": "deribit",
            "symbol": "ETH_USDC-27MAR26-2d3-P",
            "contracts": 1,
            "opened_at": "2026-01-02T05:30:00+05:30",
        },
        {"venue": "okx", "symbol": "BTC-PERPETUAL", "contracts": 1},
    ]
    first, second = parse_book(book(positions=rows), "book.json").positions
    assert (first.symbol, first.opened_at) == ("ETH/USDC:USDC-260327-2.3-P", datetime(2026, 1, 2, tzinfo=UTC))
    assert second.symbol == "BTC-PERPETUAL"


ACCOUNT = {"name": "desk", "numeraire": "USD", "equity": {"USD": 1}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema": "oracle.book/2"}, "schema: `oracle.book/2` — expected `oracle.book/1`"),
        ({"schema": "oracle.market/1"}, "schema: `oracle.market/1` — expected `oracle.book/1`"),
        ({"postions": []}, "postions: `[]` — expected a known key, did you mean `positions`?"),
        (
            {"account": {"name": "x", "numeraire": "USD"}},
            "account.equity: `absent` — expected a value, the key is required",
        ),
        ({"account": ACCOUNT | {"equity": {}}}, "account.equity: `{}` — expected 1 or more entries, not 0"),
        ({"account": ACCOUNT | {"numeraire": "EUR"}}, "account.numeraire: `EUR` — expected `USD` or `coin`"),
        ({"account": ACCOUNT | {"equity": {"usd": 1}}}, "account.equity.usd: `usd` — expected text of the form"),
        (
            {"account": ACCOUNT | {"equity": {"USD": float("nan")}}},
            "account.equity.USD: `NaN` — expected a finite number",
        ),
        (
            {"positions": [{"venue": "v", "symbol": "s", "contracts": 0}]},
            "positions[0].contracts: `0.0` — expected a number other than 0",
        ),
        (
            {"positions": [{"venue": "v", "symbol": "s", "contracts": 1, "entry_iv": -0.4}]},
            "positions[0].entry_iv: `-0.4` — expected a finite number above 0",
        ),
        (
            {"positions": [{"venue": "v", "symbol": "s", "contract": 1, "contracts": 1}]},
            "positions[0].contract: `1` — expected a known key, did you mean `contracts`?",
        ),
        (
            {
                "positions": [
                    {"venue": "deribit", "symbol": s, "contracts": 1} for s in ("BTC-PERPETUAL", "BTC/USD:BTC")
                ]
            },
            "positions[1]: `deribit BTC/USD:BTC` — expected one position per venue, symbol, pool and strategy",
        ),
        (
            {"positions": [{"venue": "v", "symbol": "s", "contracts": 1, "pool": "main"}]},
            "positions[0].pool: `main` — expected no pool, since the book lists none",
        ),
        (
            {"open_orders": [{"venue": "v", "symbol": "s", "contracts": 1, "price": 0}]},
            "open_orders[0].price: `0.0` — expected a finite number above 0",
        ),
        (
            {"open_orders": [{"venue": "v", "symbol": "s", "contracts": 1, "price": 9, "client_id": "a"}] * 2},
            "open_orders[1].client_id: `a` — expected one order per venue and id",
        ),
    ],
)
def test_a_faulty_book_names_file_field_value_and_expectation(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_book(book(**changes), "book.json")
    assert str(refused.value).startswith(f"book.json: {message}")
    assert len(refused.value.faults) == 1


def test_faults_of_rows_and_faults_between_rows_come_at_once() -> None:
    twin = {"venue": "v", "symbol": "s", "contracts": 1}
    pool = {"id": "p", "venue": "v", "margin_model": "cross", "currencies": {}}
    changes = {
        "positions": [twin, twin, {"venue": "v", "symbol": "t", "contracts": "x", "pool": "q"}],
        "pools": [pool, pool],
    }
    with pytest.raises(InputError) as refused:
        parse_book(book(**changes), "book.json")
    fields = [fault.field for fault in refused.value.faults]
    assert fields == ["positions[2].contracts", "positions[1]", "pools[1].id", "positions[2].pool"]
    assert refused.value.faults[3].expected == "a listed pool, one of `p`"


def test_equity_and_numeraire_given_by_hand_stand_in_place_of_the_files_own() -> None:
    changed = parse_book(book(), "book.json", equity={"BTC": 2.0}, numeraire=Numeraire.COIN)
    assert (changed.equity, changed.numeraire) == ({"BTC": 2.0}, Numeraire.COIN)


TABLE = b"""venue,symbol,contracts,entry_price,opened_at,pool
deribit,BTC-PERPETUAL,-250,98000,,

deribit,ETH-27MAR26-1800-C,10,,2026-01-02T00:00:00Z,
"""


def test_a_table_of_positions_is_a_book_once_its_equity_is_given(tmp_path: Path) -> None:
    path = tmp_path / "positions.csv"
    path.write_bytes(b"\xef\xbb\xbf" + TABLE.replace(b"\n", b"\r\n"))
    found = read_book(path, equity={"USD": 25_000.0})
    assert (found.name, found.numeraire, found.equity) == ("positions", Numeraire.USD, {"USD": 25_000.0})
    assert [(held.symbol, held.contracts, held.entry_price) for held in found.positions] == [
        ("BTC/USD:BTC", -250.0, 98_000.0),
        ("ETH/USD:ETH-260327-1800-C", 10.0, None),
    ]


def test_the_columns_of_a_table_are_the_keys_of_a_position() -> None:
    assert list(PositionRow.model_fields) == list(COLUMNS)
    assert {name for name, field in PositionRow.model_fields.items() if "float" in str(field.annotation)} == NUMBERS


def test_a_faulty_table_names_line_and_column() -> None:
    data = b"venue,symbol,contracts,entry_iv\nv,s,1,\nv,s,2,x\nv,,0,\nv,t,1,2,3\nv,u,nan,\n"
    with pytest.raises(InputError) as refused:
        parse_book(data, "book.csv")
    assert [str(fault) for fault in refused.value.faults] == [
        "book.csv: line 5: `5 cells` — expected at most 4 cells",
        "--equity: `absent` — expected the account's equity, like `--equity USD=25000`",
        "book.csv: line 3, entry_iv: `x` — expected a number",
        "book.csv: line 4, symbol: `absent` — expected a value, the key is required",
        "book.csv: line 6, contracts: `NaN` — expected a finite number",
        "book.csv: line 3: `v s` — expected one position per venue, symbol, pool and strategy",
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ["line 1", "the column `venue`"]),
        (b"venue;symbol;contracts\n", ["line 1", "venue;symbol;contracts", "a position column"]),
        (b"venue,symbol,contract\n", ["line 1", "did you mean `contracts`?"]),
        (b"venue,symbol,contracts,venue\n", ["each column once"]),
        (b'venue,symbol,contracts\nv,"s,1\n', ["line 2", "a line of CSV"]),
        (b"\xff\xfe", ["UTF-8"]),
    ],
)
def test_what_is_no_table_of_positions_is_refused(data: bytes, words: list[str]) -> None:
    with pytest.raises(InputError) as refused:
        parse_book(data, "book.csv", equity={"USD": 1.0})
    assert all(word in str(refused.value) for word in words)


def test_coin_equity_in_a_table_asks_for_the_numeraire() -> None:
    with pytest.raises(InputError, match="--numeraire: `absent` — expected `USD` or `coin`"):
        parse_book(TABLE, "book.csv", equity={"BTC": 1.0})
    assert parse_book(TABLE, "book.csv", equity={"BTC": 1.0}, numeraire=Numeraire.COIN).numeraire is Numeraire.COIN
