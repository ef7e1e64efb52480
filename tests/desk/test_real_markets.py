"""Real chains through the whole of it: a book of one of each option has the venue's own Greeks."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import worlds

from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import Portfolio
from oracle_core.risk.exposures import exposure_slices
from oracle_core.risk.view import view_book
from oracle_core.venues.chain_table import read_chain

pd = pytest.importorskip("pandas")

TICKERS = Path("data/options/deribit_btc_tickers_daily_2026-01.parquet")
CHAINS = Path("data/options/deribit_chain_6h_2025-12-30_2026-04-15.parquet")


def one_of_each(market: MarketSnapshot) -> Portfolio:
    options = [
        listed for listed in market.instruments.values() if listed.is_option and not listed.expired(market.as_of)
    ]
    return worlds.book({"USD": 1e9}, *(worlds.held(listed, 1.0) for listed in options))


def option_greeks(market: MarketSnapshot) -> dict[str, tuple[float, float]]:
    """(Black delta, vega per point in USD) of every option of a market, as `oracle exposures` prints them."""
    found = exposure_slices(view_book(one_of_each(market), market))["position"]
    return {name.split()[1]: (row[0].options_delta, row[0].vega_usd_per_point) for name, row in found.items()}


@pytest.fixture(scope="module")
def tickers(reference_dir: Path) -> "pd.DataFrame":
    return pd.read_parquet(reference_dir / TICKERS)


@pytest.mark.parametrize("day", range(10))
def test_a_book_of_one_of_each_has_the_tickers_own_delta_and_vega(
    reference_dir: Path, tickers: "pd.DataFrame", day: int
) -> None:
    market = _day(reference_dir, day).admit(timedelta(seconds=120))
    greeks = option_greeks(market)
    rows = tickers[tickers.file_date == sorted(tickers.file_date.unique())[day]]
    compared = 0
    for row in rows.itertuples():
        symbol = _unified(row.instrument_name)
        if symbol not in greeks:
            continue
        delta, vega = greeks[symbol]
        assert delta == pytest.approx(row.greeks_delta, abs=2e-4), symbol
        assert vega == pytest.approx(row.greeks_vega, rel=0.005, abs=0.05), symbol
        compared += 1
    assert compared >= len(rows) - 40  # those that expire within the recording are left out


def _unified(name: str) -> str:
    from oracle_core.domain.symbols import unified

    return unified("deribit", name)


def test_the_median_delta_of_real_chains_is_the_recorded_one(reference_dir: Path) -> None:
    table = read_chain(reference_dir / CHAINS)
    recorded = pd.read_parquet(reference_dir / CHAINS, columns=["timestamp", "instrument_name", "delta"])
    gaps: list[float] = []
    for at in table.times[::40]:
        market = table.snapshot(at).admit(timedelta(seconds=120))
        greeks = option_greeks(market)
        rows = recorded[recorded.timestamp == at]
        found = [(greeks.get(_unified(row.instrument_name)), row.delta) for row in rows.itertuples()]
        gaps += [abs(mine[0] - theirs) for mine, theirs in found if mine is not None]
    assert len(gaps) > 10_000
    assert np.median(gaps) <= 3e-4


def _day(reference_dir: Path, day: int) -> MarketSnapshot:
    table = read_chain(reference_dir / TICKERS)
    return table.snapshot(table.times[day])
