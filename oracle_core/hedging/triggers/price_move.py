"""The price has moved since the last hedge: in per cent, in USD, or in standard deviations of a day."""

import math
from collections.abc import Iterator

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import HEDGE, Scene, Silent, Told, Trigger
from oracle_core.playbook.strategy import Triggers

DAYS_A_YEAR = 365.0


def _asked(rules: Triggers) -> bool:
    return not rules.price_move_pct is rules.price_move_usd is rules.price_move_sigma_1d is None


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Only a hedge resets what a move is measured from; one exactly as large as the rule fires."""
    for coin in scene.coins:
        before = scene.since.hedged.get(coin)
        if before is None or coin not in before.prices:
            yield Silent(coin, HEDGE.format(coin=coin))
            continue
        yield from _moved(scene, coin, before.prices[coin])


def _moved(scene: Scene, coin: str, start: float) -> Iterator[Told | Silent]:
    rules, now = scene.rules, scene.case.view.index[coin]
    usd, pct = now - start, 100.0 * (now / start - 1.0)
    said = f"{coin} moved {usd:+,.2f} USD ({pct:+.2f} %) since its last hedge"
    if rules.price_move_pct is not None and _reaches(pct, rules.price_move_pct):
        yield Told(coin, f"{said}, rule {rules.price_move_pct:g} %", Urgency.SOON)
    if rules.price_move_usd is not None and _reaches(usd, rules.price_move_usd):
        yield Told(coin, f"{said}, rule {rules.price_move_usd:,.10g} USD", Urgency.SOON, f"{coin} in USD")
    if rules.price_move_sigma_1d is None:
        return
    vol = scene.case.vols.get(coin)
    if vol is None:
        yield Silent(coin, f"no volatility of {coin} to count a move in")
        return
    sigmas = math.log(now / start) / (vol.value / math.sqrt(DAYS_A_YEAR))
    if _reaches(sigmas, rules.price_move_sigma_1d):
        yield Told(
            coin, f"{said}: {sigmas:+.2f} daily standard deviations, rule {rules.price_move_sigma_1d:g}", Urgency.SOON
        )


def _reaches(move: float, rule: float) -> bool:
    return abs(move) >= rule * (1.0 - 1e-9)


TRIGGER = Trigger(name="price_move", order=Order.RULE, asked=_asked, find=find)
