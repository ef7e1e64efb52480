"""The price runs one way from hedge to hedge: it hurts short gamma and fades with perpetuals, never long options."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from oracle_core.domain.moment import PastHedge
from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.convexity import DUST_USD
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger, hedged_without_long_gamma, never_hedged


def run_length(hedges: Sequence[PastHedge], price: float) -> int:
    """Moves one way in a row, signed, over the prices of the hedges and the price of now; a hold is no move.

    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 1, 2, tzinfo=UTC)
    >>> hedges = [PastHedge(at=at, coin="BTC", coins=-1.0, price=float(price)) for price in (100, 99, 101, 102)]
    >>> run_length(hedges, 103.0), run_length(hedges, 101.0)
    (3, -1)
    """
    prices = [hedge.price for hedge in hedges] + [price]
    moves = [after - before for before, after in pairwise(prices) if after != before]
    length = 0
    for move in reversed(moves):
        if move * moves[-1] < 0.0:
            break
        length += 1
    return length if moves and moves[-1] > 0.0 else -length


def find(scene: Scene) -> Iterator[Told | Silent]:
    """A long-option book earns on a trend too: it is not asked."""
    limit = scene.rules.trend or 0
    yield from never_hedged(scene)
    for coin, hedges in hedged_without_long_gamma(scene).items():
        run = run_length(hedges, scene.case.view.index[coin])
        if abs(run) >= limit:
            what = "short gamma loses on each" if scene.gamma(coin) <= -DUST_USD else "fading it adds to a loser"
            way = "up" if run > 0 else "down"
            yield Told(coin, f"{abs(run)} moves {way} in a row from hedge to hedge, limit {limit}: {what}", Urgency.NOW)


TRIGGER = Trigger(name="trend", order=Order.GATE, asked=lambda rules: rules.trend is not None, find=find, alert=True)
