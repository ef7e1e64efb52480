"""What every trigger is: a pure function of a situation and of what was true before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, TypeAlias

from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.domain.moment import Moment, PastHedge, Since
from oracle_core.domain.occasion import Fired, Order, Urgency
from oracle_core.hedging.convexity import DUST_USD
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.strategy import Triggers
from oracle_core.reading.bars import Bars, coin_bars
from oracle_core.reading.reading import Absent
from oracle_core.reading.volatility_index import IndexLevel, volatility_index

HISTORY = "no earlier cycle of this account is known"
HEDGE = "no hedge of {coin} is known"


class Silent(NamedTuple):
    """A trigger that is asked for and cannot speak; `subject` is a coin or a contract."""

    subject: str
    why: str


class Told(NamedTuple):
    """What a trigger found: whom it concerns, why with figures, and how soon."""

    coin: str | None
    reason: str
    urgency: Urgency
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A situation with what its triggers look at, each read once."""

    case: Situation
    _bars: dict[str, Bars | Absent] = field(default_factory=dict[str, Bars | Absent])

    @property
    def rules(self) -> Triggers:
        """The triggers of the strategy; of several the tightest."""
        return self.case.strategy.triggers

    @property
    def since(self) -> Since:
        return self.case.since

    @cached_property
    def coins(self) -> tuple[str, ...]:
        """The coins that something of the book moves with, or that the strategy may trade."""
        return self.case.view.coins

    def bars(self, coin: str) -> Bars | Absent:
        """The coin's closed bars."""
        if coin not in self._bars:
            self._bars[coin] = coin_bars(self.case.view.market, coin)
        return self._bars[coin]

    def index_level(self, coin: str) -> IndexLevel | Absent:
        return volatility_index(self.case.view.market, coin)

    def implied(self, coin: str) -> float | None:
        """Implied volatility for the horizon, an annualised fraction."""
        found = self.case.implied.get(coin)
        return None if found is None else found.value

    def gamma(self, coin: str) -> float:
        """USD of delta for a move of 1 %."""
        return next(item.gamma_1pct_usd for item in self.case.hold.exposures if item.coin == coin)

    def held(self, coin: str, *kinds: Kind) -> tuple[Instrument, ...]:
        """Contracts of some kinds that are held or worked."""
        effective = self.case.view.effective
        return tuple(
            listed for row, listed in self.case.view.listed(coin) if effective[row] != 0.0 and listed.kind in kinds
        )


Find: TypeAlias = Callable[[Scene], Iterator[Told | Silent]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One trigger. `asked` says whether a strategy's rules want it; `alert`: a person is told when it begins."""

    name: str
    order: Order
    asked: Callable[[Triggers], bool]
    find: Find
    alert: bool = False

    def fired(self, told: Told, since: Since) -> Fired:
        """What was found, and whether it is new."""
        made = Fired(
            trigger=self.name, order=self.order, urgency=told.urgency, reason=told.reason, coin=told.coin,
            subject=told.subject, alert=self.alert,
        )  # fmt: skip
        return replace(made, new=not since.held(made.key))


def hedged_without_long_gamma(scene: Scene) -> dict[str, tuple[PastHedge, ...]]:
    """The hedges, oldest first, of each coin that has some and is not long gamma: what gates on strings of hedges ask.

    Long options sell higher to keep what they have earned, and earn on a trend what their hedges lose.
    """
    found = {coin: scene.since.of(coin) for coin in scene.coins if scene.gamma(coin) < DUST_USD}
    return {coin: hedges for coin, hedges in found.items() if hedges}


def never_hedged(scene: Scene) -> Iterator[Silent]:
    """The coins that are not long gamma and have no hedge yet."""
    for coin in scene.coins:
        if scene.gamma(coin) < DUST_USD and not scene.since.of(coin):
            yield Silent(coin, HEDGE.format(coin=coin))


def measured_from(since: Since, name: str, coin: str) -> Moment | None:
    """The moment a change is measured from: the coin's last hedge or the last time the trigger fired, whichever is
    later, else the first cycle known."""
    later = [found for found in (since.hedged.get(coin), since.fired.get(f"{name} {coin}")) if found is not None]
    return max(later, key=lambda found: found.at, default=since.first)


def always(_: Triggers) -> bool:
    """For triggers that no strategy switches off."""
    return True
