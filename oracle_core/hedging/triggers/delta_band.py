"""Net delta has left its band: beyond the half-width, in the unit that the strategy states; not at the edge."""

from collections.abc import Iterator

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.bands import band, beyond, target_delta
from oracle_core.hedging.evaluate import UntradableError, cost_rate
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger
from oracle_core.playbook.band import Band, BandKind


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Each coin against the narrowest band that one of its hedges gives: the cheapest one's."""
    case = scene.case
    if not case.has_delta_view or case.equity_usd <= 0.0:
        return
    for coin in scene.coins:
        if coin in case.without_volatility:
            yield Silent(coin, f"no volatility of {coin} to make a band from")
        if not case.may_open(coin):
            continue
        net = next(item.effective_delta for item in case.hold.exposures if item.coin == coin)
        away = net - target_delta(case, coin)
        rates = [cost_rate(case, listed.id, -away) for _, listed in case.hedges(coin)]
        known = [rate for rate in rates if rate is not None]
        if not known:
            yield Silent(coin, f"nothing hedges {coin} on the side it needs")
            continue
        try:
            rule = band(case, coin, min(known))
        except UntradableError as reason:
            yield Silent(coin, str(reason))
            continue
        if beyond(away, rule.half_width):
            digits = _digits(abs(away), rule.half_width)
            said = (
                f"net delta is {away:+.{digits}g} {coin} from its target, beyond ±{rule.half_width:.{digits}g} {coin}"
            )
            yield Told(coin, f"{said} ({_words(case.strategy.band)})", Urgency.NOW)


def _digits(one: float, other: float) -> int:
    """As many significant digits, four at least, as tell two numbers apart."""
    return next((digits for digits in range(4, 17) if f"{one:.{digits}g}" != f"{other:.{digits}g}"), 17)


def _words(rule: Band) -> str:
    """The rule in its own unit where it is a number of one; else the model's name."""
    if rule.kind is BandKind.FIXED:
        return f"fixed, {rule.scale:g} {rule.unit.value.replace('_', ' ')}"
    return f"the {rule.kind.value.replace('_', '-')} band"


TRIGGER = Trigger(name="delta_band", order=Order.BAND, asked=lambda rules: rules.delta_band, find=find)
