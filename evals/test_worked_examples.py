"""The worked examples, put to the desk through its own front door and graded to the digits printed."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from evals.case import EXAMPLES
from evals.task import BOOKS
from oracle_core.desk.desk import Desk
from oracle_core.desk.settings import Settings
from oracle_core.desk.use_cases import USE_CASES
from oracle_core.domain.canonical import Json

Document = Mapping[str, Json]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(settings=Settings(state=tmp_path / "state"), environment={})


def put(desk: Desk, name: str, book: str, folder: Path = BOOKS, **given: object) -> Document:
    """A use case over one of the evals' books."""
    case = USE_CASES[name]
    files = {"book": folder / f"{book}.book.json", "market": folder / f"{book}.market.json"}
    return case.handle(desk, case.request.model_validate({**files, **given}, strict=False))


def at(node: object, *path: str) -> float:
    """A number of a document."""
    for key in path:
        assert isinstance(node, Mapping), path
        node = node[key]
    assert isinstance(node, int | float), path
    return float(node)


def rows(node: object) -> list[Mapping[str, Json]]:
    assert isinstance(node, list)
    return [row for row in node if isinstance(row, Mapping)]


def legs(found: Document, **wanted: object) -> list[tuple[str, float]]:
    """What the candidates of a kind and status trade."""
    chosen = [row for row in rows(found["candidates"]) if all(row[key] == value for key, value in wanted.items())]
    return [(str(leg["symbol"]), float(str(leg["contracts"]))) for row in chosen for leg in rows(row["legs"])]


@pytest.mark.requirement("EVL-02")
def test_w1_the_short_straddle_after_the_rally_is_short_3_554_eth_and_buys_them_back_in_full(desk: Desk) -> None:
    found = put(desk, "exposures", "eth-straddle", EXAMPLES)
    assert at(found, "coins", "ETH", "options_delta") == pytest.approx(-4.508927, abs=5e-7)
    assert at(found, "coins", "ETH", "net_delta") == pytest.approx(-3.5540, abs=5e-5)
    assert at(found, "coins", "ETH", "gamma_1pct_usd") < 0.0, "short gamma: delta has fallen as the price rose"
    weighed = put(desk, "candidates", "eth-straddle", EXAMPLES, strategy="delta_neutral")
    full = [size for symbol, size in legs(weighed, kind="to_target") if symbol == "ETH/USDC:USDC"]
    assert full == [pytest.approx(3.554, abs=5e-4)]


@pytest.mark.requirement("EVL-02")
def test_w1_the_seller_won_because_the_coin_moved_less_than_was_implied(desk: Desk) -> None:
    brief = desk.brief(USE_CASES["advise"].request.model_validate({
        "book": EXAMPLES / "eth-straddle.book.json", "market": EXAMPLES / "eth-straddle.market.json",
    }))[0]  # fmt: skip
    from oracle_core.desk.decide import face

    view = face(brief).view
    entry = {held.id: held.entry_price or 0.0 for held in brief.portfolio.positions}
    options = [(row, key) for key, row in view.table.row.items() if view.table.instruments[row].is_option]
    premium = sum(-view.held[row] * entry[key] for row, key in options if key in entry)
    owed = sum(-view.held[row] * view.table.value_usd[row] for row, key in options if key in entry)
    hedge = 0.954928 * (1900.0 - 1813.0)
    assert premium == pytest.approx(1_737.61, abs=0.05), "the entry prices of the file have two decimals"
    assert owed == pytest.approx(1_664.38, abs=0.005)
    assert premium - owed + hedge == pytest.approx(156.31, abs=0.05)
    assert abs((1900.0 / 1813.0) - 1.0) < 0.42 * (10.0 / 365.0) ** 0.5


@pytest.mark.requirement("EVL-02")
def test_w10_five_per_cent_up_moves_the_straddles_delta_by_0_2198_and_earns_335_95(desk: Desk) -> None:
    before = put(desk, "exposures", "hedged-straddle")
    assert at(before, "coins", "BTC", "net_delta") == pytest.approx(0.0, abs=1e-9)
    assert at(before, "coins", "BTC", "theta_usd_per_day") == pytest.approx(-136.741145, abs=5e-7), "W12"
    moved = put(desk, "stress", "hedged-straddle", spot=5.0)
    assert at(moved, "scenario", "pnl_usd") == pytest.approx(335.95, abs=0.005)
    gamma = at(before, "coins", "BTC", "gamma_1pct_usd") * 100.0 / 60_000.0**2
    assert 0.5 * gamma * 3_000.0**2 == pytest.approx(346.60, abs=0.005), "the quadratic estimate is above"


@pytest.mark.requirement("EVL-02")
@pytest.mark.parametrize(("spot", "pnl"), [(10.0, 1_288.35), (-10.0, 1_416.39), (-30.0, 11_128.78)])
def test_w11_a_jump_before_any_hedge_is_revalued_in_full(desk: Desk, spot: float, pnl: float) -> None:
    moved = put(desk, "stress", "hedged-straddle", spot=spot)
    assert at(moved, "scenario", "pnl_usd") == pytest.approx(pnl, abs=0.005)


@pytest.mark.requirement("EVL-02")
def test_w21_the_bot_sells_0_4_and_with_that_order_resting_nothing_more(desk: Desk) -> None:
    loop = str(BOOKS / "bot-loop.strategy.json")
    first = put(desk, "advise", "bot-loop", strategy=loop)
    chosen = [row for row in rows(first["candidates"]) if row["id"] in list(first["chosen"])]  # type: ignore[arg-type]
    assert [leg["contracts"] for row in chosen for leg in rows(row["legs"])] in (["-0.4"], ["-0.4000"], [-0.4])
    resting = put(desk, "advise", "bot-loop-resting", strategy=loop)
    held = [row for row in rows(resting["candidates"]) if row["id"] in list(resting["chosen"])]  # type: ignore[arg-type]
    assert [row["kind"] for row in held] == ["hold"]
    assert resting["plan"] is None
    assert at(put(desk, "exposures", "bot-loop-resting"), "coins", "BTC", "effective_delta") == pytest.approx(0.0)


@pytest.mark.requirement("EVL-02", "W3")
def test_w3_five_short_perpetuals_receive_30_usd_each_eight_hours_and_longs_pay(desk: Desk) -> None:
    (row,) = rows(put(desk, "funding", "short-perpetual")["rows"])
    assert at(row, "usd_per_day") / 3.0 == pytest.approx(30.0, abs=1e-9)
    assert at(row, "usd_per_day") / 3.0 / 60_000.0 == pytest.approx(0.0005, abs=1e-12)
    assert at(row, "annual_simple") == pytest.approx(0.1095, abs=1e-12)
    assert pytest.approx(0.1157, abs=5e-5) == (1.0 + 1e-4) ** 1_095 - 1.0
