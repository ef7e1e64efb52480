"""All triggers heard once, in their order: what holds, what cannot speak, and the moment the next cycle starts from."""

from oracle_core.domain.instrument import Kind
from oracle_core.domain.moment import Moment
from oracle_core.domain.occasion import Fired, Occasions, Order
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.triggers.deploy import deployed
from oracle_core.hedging.triggers.liquidity_change import narrowest
from oracle_core.hedging.triggers.rv_iv import ratio
from oracle_core.hedging.triggers.table import TRIGGERS
from oracle_core.hedging.triggers.trigger import Scene, Silent
from oracle_core.reading.reading import Absent

ORDER = tuple(Order)


def watch(case: Situation) -> Occasions:
    """Every trigger the strategy asks for, gates first, then limits, the band and the user's rules."""
    scene = Scene(case=case)
    fired: list[Fired] = []
    silent: dict[str, str] = {}
    for trigger in TRIGGERS:
        if not trigger.asked(scene.rules):
            continue
        for told in trigger.find(scene):
            if isinstance(told, Silent):
                silent[" ".join(filter(None, (trigger.name, told.subject)))] = told.why
            else:
                fired.append(trigger.fired(told, case.since))
    ordered = sorted(fired, key=lambda item: ORDER.index(item.order))
    return Occasions(fired=tuple(ordered), silent=silent, deployment=deployed(scene))


def moment(case: Situation) -> Moment:
    """What the next cycle of this account measures its triggers from."""
    scene, market = Scene(case=case), case.view.market
    perpetuals = [listed for coin in scene.coins for listed in scene.held(coin, Kind.PERPETUAL)]
    before = Moment(at=market.as_of).funding if case.since.last is None else case.since.last.funding
    rates = {
        name: before.get(name, 0.0) if rate == 0.0 else rate  # who paid last: a rate of 0 pays nobody and ends no side
        for listed in perpetuals
        if (rate := market.quotes[listed.id].funding_rate) is not None and (name := str(listed.id))
    }
    ratios = {coin: ratio(scene, coin) for coin in scene.coins} if scene.rules.rv_iv_ratio is not None else {}
    spreads = {coin: narrowest(scene, coin) for coin in scene.coins}
    return Moment(
        at=market.as_of, account=case.view.portfolio.name, prices=dict(case.view.index),
        vols={coin: round(vol.value, 8) for coin, vol in sorted(case.implied.items())},
        ratios={coin: round(found, 8) for coin, found in ratios.items() if not isinstance(found, Absent)},
        funding=rates,
        spreads={coin: round(found, 8) for coin, found in spreads.items() if not isinstance(found, Absent)},
        fired=tuple(item.key for item in case.occasions.fired),
    )  # fmt: skip
