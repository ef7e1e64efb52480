"""Each shipped strategy at work on the example book: what it weighs beside the duties is its own."""

import json
from pathlib import Path

import numpy as np
import pytest
import worlds

from oracle_core.domain.market import MarketSnapshot
from oracle_core.playbook.load import list_strategies
from oracle_core.venues.book_file import read_book
from oracle_core.venues.market_file import read_market

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
STEP_MS, BARS = 21_600_000, 240
OWN = {
    "delta_gamma_vega": {"delta_gamma_vega", "option_gamma", "option_vega"},
    "delta_neutral": {"to_edge", "to_target"},
    "funding_carry": {"carry_open", "funding_rotate"},
    "gamma_scalp": {"establish", "recentre"},
    "heat_control": {"close", "reduce"},
    "perp_pair_scalp": {"pair_open"},
    "profit_management": {"take_profit"},
    "protective_overlay": {"collar", "option_wing"},
    "short_vol_hedged": {"option_wing", "to_edge"},
    "venue_spread": {"venue_spread"},
}
"""The kinds by which each would be known."""
PERSONA = worlds.who("conservative")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> MarketSnapshot:
    """The example's market, with what makes pairs and gaps: a month in which ether has left its ratio to bitcoin, and
    a bitcoin perpetual 1 % dearer on one venue; and with a short call of SOL that has lost most of its value."""
    tree = json.loads((EXAMPLES / "three-coins.market.json").read_text())
    quotes = {(item["venue"], item["symbol"]): item for item in tree["quotes"]}
    common, own = 0.008 * np.random.default_rng(3).standard_normal((2, BARS))
    apart = np.convolve(own, 0.3 * 0.6 ** np.arange(20))[:BARS]
    apart[-1] = 0.02
    end = int(np.datetime64(tree["as_of"].rstrip("Z"), "ms").astype(np.int64)) // STEP_MS * STEP_MS
    bars = tree.setdefault("candles", {}).setdefault("binanceusdm", {})
    for symbol, path in (("BTC/USDT:USDT", np.cumsum(common)), ("ETH/USDT:USDT", np.cumsum(common) + apart)):
        prices = quotes["binanceusdm", symbol]["mark"] * np.exp(path - path[-1])
        rows = [[end - (BARS - n) * STEP_MS, *[float(price)] * 4, 1.0] for n, price in enumerate(prices)]
        bars[symbol] = {"timeframe": "6h", "rows": rows}
    dear = quotes["deribit", "BTC/USD:BTC"]
    dear |= {key: round(1.01 * dear[key], 1) for key in ("bid", "ask", "mark", "last")}
    dear |= {side: [[round(1.01 * price, 1), size] for price, size in dear[side]] for side in ("bids", "asks")}
    quotes["deribit", "SOL/USDC:USDC-261127-150-C"] |= {
        "bid": 0.4, "ask": 0.5, "bids": [[0.4, 500.0]], "asks": [[0.5, 500.0]], "mark": 0.45, "mark_iv": 0.4,
    }  # fmt: skip
    path = tmp_path_factory.mktemp("example") / "market.json"
    path.write_text(json.dumps(tree))
    return read_market(path).admit(worlds.MAX_AGE)


@pytest.mark.requirement("PST-06")
def test_every_shipped_strategy_yields_its_own_candidates_on_the_example_book(market: MarketSnapshot) -> None:
    book = read_book(EXAMPLES / "three-coins.book.json")
    names = [item.value.name for item in list_strategies()]
    found = {
        name: {item.kind.value for item in worlds.proposed(book, market, PERSONA, worlds.rules(name)).candidates}
        for name in names
    }
    assert names == list(OWN)
    assert {name: found[name] & kinds for name, kinds in OWN.items()} == OWN
    assert len({frozenset(kinds) for kinds in found.values()}) == len(found)


def test_every_kind_tells_its_cost_in_coins_and_in_contracts_where_it_has_one_leg(market: MarketSnapshot) -> None:
    book = read_book(EXAMPLES / "three-coins.book.json")
    told = set[str]()
    for name in ("delta_neutral", "protective_overlay", "gamma_scalp", "profit_management", "funding_carry"):
        proposal = worlds.proposed(book, market, PERSONA, worlds.rules(name))
        for item in proposal.candidates:
            costs = {detail.unit: detail.value for detail in item.details if detail.name == "cost"}
            if not item.legs or item.coin is None:
                assert not costs
                continue
            told.add(item.kind.value)
            assert costs[item.coin] * proposal.case.view.index[item.coin] == pytest.approx(item.cost.total)
            if len(item.legs) == 1:
                (leg,) = item.legs
                assert costs["contracts"] * abs(leg.notional_usd) == pytest.approx(
                    item.cost.total * abs(float(leg.contracts))
                )
    assert {"to_edge", "option_wing", "establish", "take_profit", "carry_open"} <= told
