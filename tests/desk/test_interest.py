"""The interest rate is zero unless the market says otherwise, and every answer that rests on it says which."""

import math
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from oracle_core.domain.instrument import Kind
from oracle_core.errors import InputError
from oracle_core.risk.view import view_book
from oracle_core.venues.book_file import read_book
from oracle_core.venues.market_file import market_json, parse_market, read_market

RATES = [0.0, 0.05]


def at(rate: float) -> Callable[[dict], None]:
    return lambda tree: tree.update(interest_rate=rate)


@pytest.mark.requirement("PRI-11")
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", ["advise", "exposures", "candidates", "stress", "surface"])
def test_every_answer_names_the_rate_it_rests_on(ask, example, rate: float, name: str) -> None:
    market = example("eth-straddle.market.json", at(rate))
    book = {} if name == "surface" else {"book": example("eth-straddle.book.json", lambda tree: None)}
    found = ask(name, market=market, **book)
    wanted = f"interest rate {100 * rate:g} %, dividends none"
    assert any(text.startswith(wanted) for text in found["assumptions"])


@pytest.mark.requirement("PRI-03")
def test_theta_is_what_gamma_costs_and_with_a_rate_the_interest_on_premium_beside_it(ask, example) -> None:
    book = example("eth-straddle.book.json", lambda tree: None)
    for rate in RATES:
        market = example("eth-straddle.market.json", at(rate))
        (row,) = ask("convexity", book=book, market=market)["coins"].values()
        view = view_book(read_book(book), read_market(market).admit(timedelta(days=1)))
        options = view.table.kinds[Kind.OPTION]
        premium = float(view.held[options] @ view.table.value_usd[options])
        assert premium < -1_000.0
        tolerance = 1e-12 * abs(row["theta_usd_per_day"])
        assert row["theta_not_of_gamma_usd_per_day"] == pytest.approx(rate * premium / 365.0, rel=1e-9, abs=tolerance)


@pytest.mark.requirement("PRI-11")
def test_bands_and_the_daily_report_name_it_too(ask, example, tmp_path: Path) -> None:
    market, book = (example(f"eth-straddle.{part}.json", lambda tree: None) for part in ("market", "book"))
    assert any("interest rate" in text for text in ask("bands", market=market)["assumptions"])
    ask("advise", book=book, market=market)
    report = ask("report", folder=tmp_path)
    assert "interest rate 0 %, dividends none" in str(report) + "".join(
        path.read_text() for path in sorted(tmp_path.rglob("*.md"))
    )


@pytest.mark.requirement("PRI-11")
def test_a_rate_discounts_what_pays_dollars_and_leaves_their_delta_in_proportion(ask, example) -> None:
    """The bundled straddle is linear: twenty days at 5 % are worth exp(-0.05 x 20 / 365) of it."""
    book = example("eth-straddle.book.json", lambda tree: None)
    free, dear = (
        ask("exposures", book=book, market=example("eth-straddle.market.json", at(rate)))["coins"]["ETH"]
        for rate in RATES
    )
    cut = math.exp(-0.05 * 20 / 365)
    for name in ("options_delta", "gamma_1pct_usd", "vega_usd_per_point"):
        assert dear[name] == pytest.approx(cut * free[name], rel=1e-9), name
    assert dear["perpetual_delta"] == free["perpetual_delta"]


@pytest.mark.requirement("PRI-11")
def test_the_rate_is_kept_with_the_market_and_left_out_where_it_is_zero(example) -> None:
    dear = read_market(example("eth-straddle.market.json", at(0.05)))
    assert dear.interest_rate == 0.05
    assert parse_market(market_json(dear), "again") == dear
    assert b"interest_rate" not in market_json(read_market(example("eth-straddle.market.json", at(0.0))))


@pytest.mark.requirement("PRI-11")
@pytest.mark.parametrize("rate", [5.0, -2.0])
def test_a_rate_that_is_no_fraction_is_refused(example, rate: float) -> None:
    with pytest.raises(InputError, match=r"interest_rate: `-?\d\.0` — expected a fraction within ±1 a year"):
        read_market(example("eth-straddle.market.json", at(rate)))
