"""Named scenarios: what a bad day of each kind would do to a book, one line each, its assumptions stated.

Every price is a full revaluation. Where a scenario has two sides the worse for the book is taken.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np

from oracle_core.domain.instrument import Kind
from oracle_core.domain.market import Quote
from oracle_core.pricing.contracts import Floats
from oracle_core.pricing.costs import walk
from oracle_core.pricing.inputs import reference
from oracle_core.risk.revaluation import BookMove, all_coins, book_pnl
from oracle_core.risk.view import BookView

GAP: Final = 0.15
CASCADE: Final = 0.25
BASIS: Final = 0.02
DEPEG: Final = 0.05
APART: Final = 0.10
SPREADS, LEAST_SPREAD, DEPTH, BEYOND = 10.0, 0.0025, 0.1, 0.05
STABLECOINS: Final = ("USDC", "USDT")


class Scenario(NamedTuple):
    """P&L in USD, what was assumed, and what it fell on."""

    name: str
    pnl_usd: float
    assumption: str
    detail: str


def run_scenarios(view: BookView, contracts: Floats, name: str = "all") -> tuple[Scenario, ...]:
    """The scenario of a name, or all of them in the table's order.

    Raises: KeyError: there is none of that name; `SCENARIOS` has them.
    """
    chosen = SCENARIOS.values() if name == "all" else (SCENARIOS[name],)
    return tuple(scenario(view, contracts) for scenario in chosen)


def _pct(share: float, *, sign: bool = False) -> str:
    return f"{100.0 * share:{'+' if sign else ''}.0f} %"


def _worse(view: BookView, contracts: Floats, size: float, factor: float) -> tuple[float, float]:
    """(move, P&L) of the side that loses more."""
    sides = np.array([-size, size])
    pnl = book_pnl(view, contracts, BookMove(coins=all_coins(view, sides), vol_factor=factor))
    at = int(np.argmin(pnl))
    return float(sides[at]), float(pnl[at])


def _gap(view: BookView, contracts: Floats) -> Scenario:
    move, pnl = _worse(view, contracts, GAP, 1.25)
    return Scenario("gap", pnl, f"every coin gaps ±{_pct(GAP)} at once, volatility x1.25, no hedge between",
                    f"{_pct(move, sign=True)}")  # fmt: skip


def _cascade(view: BookView, contracts: Floats) -> Scenario:
    move, pnl = _worse(view, contracts, CASCADE, 1.5)
    cost = sum(_flight(view, int(row), float(contracts[row])) for row in np.flatnonzero(contracts))
    assumption = (
        f"all coins ±{_pct(CASCADE)} together, volatility x1.5, then every contract that is no option is closed with "
        f"spreads x{SPREADS:.0f} (half of one at least 0.25 %), a tenth of the depth, and 5 % beyond what is shown"
    )
    return Scenario("cascade", pnl - cost, assumption, f"{_pct(move, sign=True)}, closing costs {cost:,.0f} USD")


def _flight(view: BookView, row: int, contracts: float) -> float:
    """USD that closing one linear position costs in wide spreads and a thin book."""
    listed = view.table.instruments[row]
    quote = view.market.quotes[listed.id]
    fair = reference(quote)
    if listed.is_option or fair is None or fair <= 0.0:
        return 0.0
    notional = abs(contracts) * float(view.table.notional_usd[row])
    return notional * _away(quote, contracts, fair)


def _away(quote: Quote, contracts: float, fair: float) -> float:
    """How far from the fair price the position is closed on average, as a share of it."""
    levels, best = (quote.bids, quote.best_bid) if contracts > 0.0 else (quote.asks, quote.best_ask)
    if best is None:
        return BEYOND
    ladder = [(price, size * DEPTH) for price, size in levels] or [(best, abs(contracts))]
    taken = walk(ladder, abs(contracts))
    share = taken.filled / abs(contracts)
    half = abs(best / fair - 1.0)
    slipped = abs(taken.average_price / fair - 1.0) - half + max(SPREADS * half, LEAST_SPREAD)
    last = abs(ladder[-1][0] / fair - 1.0) + BEYOND
    return share * slipped + (1.0 - share) * last


def _basis(view: BookView, contracts: Floats) -> Scenario:
    derivative = view.table.kinds[Kind.PERPETUAL] | view.table.kinds[Kind.FUTURE]
    sides = np.array([-BASIS, BASIS])
    found = {
        int(row): book_pnl(view, contracts, BookMove(coins={}, strays={int(row): sides}))
        for row in np.flatnonzero(derivative & (contracts != 0.0))
    }
    assumption = f"one perpetual or future strays {_pct(BASIS)} from everything else, the worst one, the worse way"
    if not found:
        return Scenario("basis", 0.0, assumption, "no perpetual or future is held")
    row = min(found, key=lambda each: float(found[each].min()))
    way = float(sides[int(np.argmin(found[row]))])
    return Scenario(
        "basis", float(found[row].min()), assumption, f"{view.table.instruments[row].id} {_pct(way, sign=True)}"
    )


def _depeg(view: BookView, _: Floats) -> Scenario:
    held = {coin: view.portfolio.equity.get(coin, 0.0) for coin in STABLECOINS}
    worst = max(held, key=lambda coin: held[coin])
    lost = DEPEG * max(held[worst], 0.0)
    assumption = f"the stablecoin that holds most of the equity is worth {_pct(DEPEG)} less; prices in USD do not move"
    return Scenario("depeg", -lost, assumption, worst if lost else "no equity in a stablecoin")


def _venue_frozen(view: BookView, contracts: Floats) -> Scenario:
    venues = sorted({*view.portfolio.venues, *_pooled(view)})
    assumption = (
        "the worst venue freezes: the equity of its pools (where the book says where it is) is lost with all that is "
        f"held there, and the rest, unhedged, moves ±{_pct(APART)}"
    )
    found = {venue: _without(view, contracts, venue) for venue in venues}
    if not found:
        return Scenario("venue_frozen", 0.0, assumption, "nothing is held")
    venue = min(found, key=lambda each: found[each][0])
    return Scenario(
        "venue_frozen", found[venue][0], assumption, f"{venue}, {_pct(found[venue][1], sign=True)} elsewhere"
    )


def _pooled(view: BookView) -> set[str]:
    return {pool.venue for pool in view.portfolio.pools}


def _without(view: BookView, contracts: Floats, venue: str) -> tuple[float, float]:
    elsewhere = np.array([listed.venue != venue for listed in view.table.instruments])
    lost = sum(pool.equity_usd(view.index) for pool in view.pools if pool.venues == (venue,))
    move, pnl = _worse(view, contracts * elsewhere, APART, 1.0)
    return min(pnl, 0.0) - max(lost, 0.0), move


def _correlation_break(view: BookView, contracts: Floats) -> Scenario:
    sides = np.array([-APART, APART])
    alone = {coin: book_pnl(view, contracts, BookMove(coins={coin: sides})) for coin in view.coins}
    pnl = sum(float(found.min()) for found in alone.values())
    ways = " ".join(f"{coin} {_pct(sides[int(np.argmin(found))], sign=True)}" for coin, found in alone.items())
    assumption = f"coins no longer move together: each moves ±{_pct(APART)}, every one the way that costs"
    return Scenario("correlation_break", pnl, assumption, ways or "no coin is held")


def _vol_spike(view: BookView, contracts: Floats) -> Scenario:
    still = all_coins(view, [0.0])
    up, down = (float(book_pnl(view, contracts, BookMove(coins=still, vol_factor=by))[0]) for by in (2.0, 0.6))
    detail = "x2" if up <= down else "x0.6"
    return Scenario("vol_spike", min(up, down), "implied volatility doubles, or falls to 0.6 of itself; no price moves",
                    detail)  # fmt: skip


SCENARIOS: Final[Mapping[str, Callable[[BookView, Floats], Scenario]]] = {
    "gap": _gap,
    "cascade": _cascade,
    "basis": _basis,
    "depeg": _depeg,
    "venue_frozen": _venue_frozen,
    "correlation_break": _correlation_break,
    "vol_spike": _vol_spike,
}
