"""`oracle pnl`: from a stored cycle or from a market, with its sum, and what is missing said."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle_core.console.render import render
from oracle_core.errors import InputError

PARTS = ("delta", "gamma", "theta", "vega", "vanna", "volga", "funding", "fees", "residual")


@pytest.fixture
def next_day(example: Callable[[str, Callable[[dict], object]], Path]) -> Path:
    """The bundled market a day later: 3 % up, two points of volatility more."""

    def change(tree: dict) -> None:
        tree["as_of"] = "2026-11-08T08:00:00Z"
        for quote in tree["quotes"]:
            quote["as_of"] = tree["as_of"]
            quote.update({name: quote[name] * 1.03 for name in ("bid", "ask", "mark", "index", "forward")
                          if quote.get(name, 0.0) > 500.0})  # fmt: skip
            if "mark_iv" in quote:
                quote["mark_iv"] += 0.02

    return example("eth-straddle.market.json", change)


@pytest.mark.requirement("PRI-04")
def test_a_stored_cycle_is_explained_until_a_market_and_the_parts_are_the_total(ask, next_day: Path) -> None:
    cycle = ask("advise")["cycle_id"]
    found = ask("pnl", start=cycle, market=next_day)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["schema"], found["days"]) == ("oracle.attribution/1", 1.0)
    for part in (*found["coins"].values(), found["total"]):
        assert abs(sum(part[name] for name in PARTS) - part["total"]) <= 1e-9 * max(1.0, abs(part["total"]))
    later = ask("advise", market=next_day)["cycle_id"]
    assert ask("pnl", start=cycle, end=later)["total"] == found["total"]
    page = render(found)
    assert "residual" in page
    assert "what was traded since" in page


def test_without_a_start_or_an_end_it_says_what_is_missing(ask, next_day: Path) -> None:
    with pytest.raises(InputError, match=r"a stored cycle, or `--since FILE`"):
        ask("pnl", market=next_day)
    with pytest.raises(InputError, match="none is stored yet"):
        ask("pnl", start="abcdef", market=next_day)
    cycle = ask("advise")["cycle_id"]
    with pytest.raises(InputError, match=r"a second cycle, or `--market FILE`"):
        ask("pnl", start=cycle)
