"""The paper account: what a fill does to equity, pools and positions, in sums that are exact."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.instrument import Fees, Grid, Instrument, InstrumentId, Kind, OptionType
from oracle_core.domain.plan import Fill
from oracle_core.domain.portfolio import MarginModel, MarginPool, Numeraire, PoolBalance, Portfolio, Position
from oracle_core.domain.trading import RecentFlow, TradingState
from oracle_core.errors import InputError, JournalError, RefusedError
from oracle_core.guardrails.calm import NOW
from oracle_core.journal import states
from oracle_core.journal.account import open_account, paper_account
from oracle_core.journal.fills import FillLine, fills, record_fill
from oracle_core.journal.flow import recent_flow
from oracle_core.journal.fold import Holding, Opening, fold
from oracle_core.journal.store import Journal

GRID = Grid(amount_step=Decimal("0.001"), min_amount=Decimal("0.001"), tick_size=0.5)


def listed(symbol: str, kind: Kind, *, linear: bool, settle: str, size: float = 1.0, **more: object) -> Instrument:
    return Instrument(
        venue="paper", symbol=symbol, kind=kind, base="BTC", quote="USDT", settle=settle, linear=linear,
        contract_size=size, grid=GRID, fees=Fees(maker=0.0, taker=0.0005), **more,
    )  # fmt: skip


LINEAR = listed("BTC/USDT:USDT", Kind.PERPETUAL, linear=True, settle="USDT")
INVERSE = listed("BTC/USD:BTC", Kind.PERPETUAL, linear=False, settle="BTC", size=10.0)
SPOT = listed("BTC/USDT", Kind.SPOT, linear=True, settle="USDT")
OPTION = listed(
    "BTC/USD:BTC-260327-100000-C", Kind.OPTION, linear=False, settle="BTC", expiry=NOW + timedelta(days=84),
    strike=100_000.0, option_type=OptionType.CALL,
)  # fmt: skip


def book(*positions: Position, numeraire: Numeraire = Numeraire.USD, **equity: float) -> Portfolio:
    return Portfolio(name="desk", numeraire=numeraire, equity=equity or {"USD": 1_000_000.0}, positions=positions)


def held(instrument: Instrument, contracts: float, entry: float | None = None, **more: object) -> Position:
    return Position(venue="paper", symbol=instrument.symbol, contracts=contracts, entry_price=entry, **more)


def line(
    instrument: Instrument, contracts: str, price: float, mark: float, *, fee: float = 0.0, n: int = 1
) -> FillLine:
    fill = Fill(
        trade_id=f"t{n}", client_id=f"o{n}", venue="paper", symbol=instrument.symbol, contracts=Decimal(contracts),
        price=price, fee=fee, fee_currency=instrument.settle, filled_at=NOW,
    )  # fmt: skip
    return FillLine(
        plan_hash="p", fill=fill, instrument=instrument, mark=mark, index=100_000.0, notional_usd=1_000.0,
        premium_usd=0.0,
    )  # fmt: skip


def opened(portfolio: Portfolio, *marks: tuple[Instrument, float]) -> Opening:
    return Opening(book=portfolio, holdings=tuple(Holding(instrument=i, mark=m) for i, m in marks))


def test_a_linear_fill_moves_equity_by_its_fee_and_what_it_missed_the_mark_by() -> None:
    after = fold(opened(book()), [line(LINEAR, "2", 100_010.0, 100_000.0, fee=55.0)], {})
    assert after.equity == {"USD": 1_000_000.0 - 55.0 - 2 * 10.0}
    assert after.positions == (
        Position(venue="paper", symbol=LINEAR.symbol, contracts=2.0, entry_price=100_010.0, opened_at=NOW),
    )


def test_an_inverse_fill_pays_in_coin() -> None:
    fills_ = [line(INVERSE, "-100000", 99_990.0, 100_000.0, fee=0.005)]
    after = fold(opened(book(BTC=10.0)), fills_, {})
    missed = 1_000_000.0 * (1 / 100_000.0 - 1 / 99_990.0)
    assert after.equity["BTC"] == pytest.approx(10.0 - 0.005 + missed, abs=1e-15)
    assert after.positions[0].contracts == -100_000.0


def test_a_short_inverse_hedge_keeps_ten_coins_worth_a_million_at_any_price() -> None:
    opening = opened(book(BTC=10.0))
    hedged = [line(INVERSE, "-100000", 100_000.0, 100_000.0)]
    for price in (80_000.0, 100_000.0, 125_000.0):
        coins = fold(opening, hedged, {INVERSE.id: price}).equity["BTC"]
        assert coins * price == pytest.approx(1_000_000.0, abs=1e-6)


def test_an_option_premium_stays_in_equity_as_its_mark() -> None:
    pool = MarginPool(
        id="main", venue="paper", margin_model=MarginModel.CROSS,
        currencies={"BTC": PoolBalance(balance=10.0, equity=10.0, initial_margin=1.0)}, reported={"x": 1.0},
    )  # fmt: skip
    opening = opened(replace(book(BTC=10.0), pools=(pool,)))
    after = fold(opening, [line(OPTION, "3", 0.05, 0.048, fee=0.0009)], {})
    assert after.equity["BTC"] == pytest.approx(10.0 - 0.0009 - 3 * 0.002, abs=1e-15)
    (kept,) = after.pools
    assert kept.currencies["BTC"].equity == pytest.approx(after.equity["BTC"])
    assert kept.currencies["BTC"].balance == pytest.approx(10.0 - 0.0009 - 3 * 0.05)
    assert kept.currencies["BTC"].initial_margin is None
    assert kept.reported is None
    assert after.positions[0].pool == "main"


def test_closing_banks_what_was_realised_and_leaves_equity_where_it_was() -> None:
    pool = MarginPool(
        id="main", venue="paper", margin_model=MarginModel.CROSS,
        currencies={"USDT": PoolBalance(balance=50_000.0, equity=60_000.0)},
    )  # fmt: skip
    start = replace(book(USDT=60_000.0), pools=(pool,), positions=(held(LINEAR, 5.0, 98_000.0, pool="main"),))
    after = fold(opened(start, (LINEAR, 100_000.0)), [line(LINEAR, "-5", 100_000.0, 100_000.0)], {})
    assert after.positions == ()
    assert after.equity == {"USDT": 60_000.0}
    assert after.pools[0].currencies["USDT"] == PoolBalance(balance=60_000.0, equity=60_000.0)


def test_a_position_that_turns_banks_only_what_it_closed() -> None:
    pool = MarginPool(
        id="main", venue="paper", margin_model=MarginModel.CROSS,
        currencies={"USDT": PoolBalance(balance=0.0, equity=0.0)},
    )  # fmt: skip
    start = replace(book(USDT=0.0), pools=(pool,), positions=(held(LINEAR, 2.0, 100.0, pool="main"),))
    after = fold(opened(start, (LINEAR, 100.0)), [line(LINEAR, "-5", 110.0, 110.0)], {})
    assert after.pools[0].currencies["USDT"].balance == 20.0
    assert after.positions[0].contracts == -3.0


@pytest.mark.parametrize(
    ("held_before", "entry", "trade", "price", "contracts", "entered"),
    [
        (2.0, 100.0, "2", 110.0, 4.0, 105.0),
        (4.0, 105.0, "-1", 120.0, 3.0, 105.0),
        (3.0, 105.0, "-5", 120.0, -2.0, 120.0),
        (-2.0, 120.0, "-2", 100.0, -4.0, 110.0),
        (2.0, None, "2", 110.0, 4.0, 100.0),
    ],
)
def test_the_entry_price_is_averaged_kept_or_begun_anew(
    held_before: float, entry: float | None, trade: str, price: float, contracts: float, entered: float
) -> None:
    opening = opened(book(held(LINEAR, held_before, entry)), (LINEAR, 90.0))
    (position,) = fold(opening, [line(LINEAR, trade, price, price)], {}).positions
    assert (position.contracts, position.entry_price) == (contracts, entered)


def test_an_inverse_entry_is_the_harmonic_mean() -> None:
    opening = opened(book(held(INVERSE, 100.0, 50_000.0), BTC=1.0), (INVERSE, 50_000.0))
    (position,) = fold(opening, [line(INVERSE, "100", 100_000.0, 100_000.0)], {}).positions
    assert position.entry_price == pytest.approx(1 / (0.5 / 50_000.0 + 0.5 / 100_000.0))


def test_spot_is_paid_in_full_and_both_currencies_move() -> None:
    after = fold(opened(book(USDT=200_000.0, BTC=1.0)), [line(SPOT, "0.5", 100_000.0, 99_990.0, fee=50.0)], {})
    assert after.equity == {"USDT": 200_000.0 - 50_000.0 - 50.0, "BTC": 1.5}
    assert after.positions == ()


def test_a_desk_that_counts_coin_keeps_spot_as_a_position() -> None:
    after = fold(opened(book(numeraire=Numeraire.COIN, BTC=1.0)), [line(SPOT, "0.5", 100_000.0, 100_000.0)], {})
    assert [position.contracts for position in after.positions] == [0.5]


def test_a_fill_goes_to_the_only_position_or_to_the_hedges_own() -> None:
    scalp, own = held(LINEAR, 1.0, strategy="gamma_scalp"), held(LINEAR, 2.0)
    one = fold(opened(book(scalp), (LINEAR, 1.0)), [line(LINEAR, "1", 1.0, 1.0)], {})
    two = fold(opened(book(scalp, own), (LINEAR, 1.0)), [line(LINEAR, "1", 1.0, 1.0)], {})
    assert [(p.strategy, p.contracts) for p in one.positions] == [("gamma_scalp", 2.0)]
    assert [(p.strategy, p.contracts) for p in two.positions] == [("gamma_scalp", 1.0), (None, 3.0)]


def test_holdings_move_with_the_marks() -> None:
    opening = opened(book(held(LINEAR, 2.0), USD=1_000.0), (LINEAR, 100.0))
    assert fold(opening, [], {}).equity == {"USD": 1_000.0}
    assert fold(opening, [], {LINEAR.id: 90.0}).equity == {"USD": 980.0}
    assert fold(opening, [line(LINEAR, "-2", 95.0, 95.0)], {LINEAR.id: 1.0}).equity == {"USD": 990.0}


def test_an_opening_without_a_mark_of_what_is_held_is_refused() -> None:
    with pytest.raises(InputError, match="holdings: `paper BTC/USDT:USDT` — expected a mark"):
        opened(book(held(LINEAR, 1.0)))


trades = st.lists(
    st.tuples(st.integers(-5_000, 5_000).filter(bool), st.integers(90_000, 110_000), st.integers(0, 900)), max_size=30
)


@given(trades=trades, mark=st.integers(80_000, 120_000))
def test_equity_and_position_are_exact_sums(trades: list[tuple[int, int, int]], mark: int) -> None:
    lines = [
        line(LINEAR, str(Decimal(size) / 1000), price / 2.0, price / 2.0, fee=fee / 100.0, n=n)
        for n, (size, price, fee) in enumerate(trades)
    ]
    after = fold(opened(book()), lines, {LINEAR.id: mark / 2.0})
    size = sum(Fraction(traded, 1000) for traded, _, _ in trades)
    worth = sum(
        Fraction(traded, 1000) * Fraction(mark - price, 2) - Fraction(fee, 100) for traded, price, fee in trades
    )
    assert sum(position.contracts for position in after.positions) == float(size)
    assert after.equity["USD"] == pytest.approx(float(1_000_000 + worth), abs=1e-7)
    assert fold(opened(book()), lines[::-1], {LINEAR.id: mark / 2.0}).equity == after.equity


def test_an_account_is_opened_once_and_read_back_from_the_journal(journal: Journal) -> None:
    assert paper_account(journal) is None
    opening = opened(book(held(LINEAR, 2.0, 99_000.0, strategy="s"), BTC=1.0), (LINEAR, 100_000.0))
    account = open_account(journal, opening, NOW)
    assert open_account(journal, opened(book()), NOW) == account == paper_account(journal)
    record_fill(journal, line(LINEAR, "-2", 100_000.0, 100_000.0), NOW)
    read = paper_account(journal)
    assert read is not None
    assert read.opening == opening
    assert read.portfolio() == fold(opening, [line(LINEAR, "-2", 100_000.0, 100_000.0)], {})
    assert read.portfolio({LINEAR.id: 5.0}).positions == ()


def test_a_trade_is_kept_once(journal: Journal) -> None:
    first = record_fill(journal, line(LINEAR, "1", 1.0, 1.0), NOW)
    assert record_fill(journal, line(LINEAR, "1", 1.0, 1.0), NOW + timedelta(hours=1)) == first
    assert len(list(fills(journal))) == 1


@pytest.mark.requirement("RSK-19")
def test_a_halt_stays_until_a_person_resumes(journal: Journal) -> None:
    assert states.trading_state(journal) is TradingState.ACTIVE
    states.reduce(journal, NOW, actor="drawdown", reason="4 %")
    assert states.trading_state(journal) is TradingState.REDUCING
    states.halt(journal, NOW, actor="ann", reason="news")
    states.reduce(journal, NOW, actor="drawdown", reason="5 %")
    assert states.trading_state(journal) is TradingState.HALTED
    with Journal(journal.path, read_only=True) as later:
        assert states.trading_state(later) is TradingState.HALTED
    states.resume(journal, NOW, actor="ann", reason="over")
    assert states.trading_state(journal) is TradingState.ACTIVE
    with pytest.raises(RefusedError, match="nothing to resume"):
        states.resume(journal, NOW, actor="ann", reason="again")
    assert [entry.kind for entry in journal.entries()] == ["reducing", "halted", "reducing", "resumed"]


def test_a_halt_holds_although_its_flag_was_taken_away(journal: Journal) -> None:
    states.halt(journal, NOW, actor="ann", reason="news")
    states.halt_flag(journal.path).unlink()
    assert states.trading_state(journal) is TradingState.HALTED


@pytest.mark.requirement("GRD-05")
def test_a_halt_holds_although_the_journal_cannot_be_written(journal: Journal) -> None:
    journal.append("a", 1, NOW)
    with Journal(journal.path, read_only=True) as stuck:
        with pytest.raises(JournalError):
            states.halt(stuck, NOW, actor="ann", reason="news")
        assert states.trading_state(stuck) is TradingState.HALTED
    assert states.trading_state(journal) is TradingState.HALTED
    states.resume(journal, NOW, actor="ann", reason="over")
    assert states.trading_state(journal) is TradingState.ACTIVE


def test_recent_flow_counts_back_from_now(journal: Journal) -> None:
    assert recent_flow(journal, NOW) == RecentFlow(
        turnover_day_usd=0.0, working_usd=0.0, trades_last_hour=0, orders_last_minute=0, premium_week_usd=0.0,
        funding_cost_week_usd=0.0,
    )  # fmt: skip
    ages = [timedelta(days=8), timedelta(days=6), timedelta(hours=23), timedelta(minutes=59), timedelta(minutes=-1)]
    for number, age in enumerate(ages):
        known = line(LINEAR, "1", 1.0, 1.0, n=number)
        at = NOW - age
        known = replace(known, fill=replace(known.fill, filled_at=at, client_id=f"o{number}"), premium_usd=7.0)
        record_fill(journal, known, at)
    journal.append("sending", {}, NOW - timedelta(seconds=61))
    journal.append("sending", {}, NOW - timedelta(seconds=5))
    found = recent_flow(journal, NOW, working_usd=None)
    assert (found.turnover_day_usd, found.trades_last_hour, found.orders_last_minute) == (3_000.0, 2, 1)
    assert (found.premium_week_usd, found.working_usd) == (28.0, None)


def test_an_instrument_id_is_what_marks_are_found_by() -> None:
    assert LINEAR.id == InstrumentId("paper", "BTC/USDT:USDT")


def test_a_fill_is_booked_to_the_pool_that_holds_its_contract_with_its_fee_and_its_gain() -> None:
    purse = {"USDT": PoolBalance(balance=1_000.0, equity=1_000.0)}
    pools = tuple(
        MarginPool(id=name, venue="paper", margin_model=MarginModel.CROSS, currencies=purse) for name in ("one", "two")
    )
    start = replace(book(USDT=2_000.0), pools=pools, positions=(held(LINEAR, 2.0, 100.0, pool="two"),))
    opening = opened(start, (LINEAR, 100.0))
    after = fold(opening, [line(LINEAR, "-2", 110.0, 110.0, fee=1.0)], {})
    assert [pool.currencies["USDT"].equity for pool in after.pools] == [1_000.0, 1_019.0]
    again = fold(opening, [line(LINEAR, "-2", 110.0, 110.0), line(LINEAR, "1", 110.0, 110.0)], {})
    assert again.positions[0].pool == "one"
