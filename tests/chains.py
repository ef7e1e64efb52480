"""Small option chains around a perpetual, quoted on both sides at their own volatility. Import as `chains`."""

import json
from collections.abc import Mapping, Sequence

import worlds

from oracle_core.domain.instrument import Instrument, OptionType
from oracle_core.domain.market import MarketSnapshot
from oracle_core.maths.black import black_price
from oracle_core.playbook.blend import Blend, blend
from oracle_core.playbook.load import load_strategy
from oracle_core.playbook.params.table import Params
from oracle_core.playbook.policies import Policy
from oracle_core.strict_json import parse_json

SPOT = 100_000.0
STRIKES = (85_000.0, 90_000.0, 95_000.0, 100_000.0, 105_000.0, 110_000.0, 115_000.0)
VOLS: Mapping[float, float] = {14.0: 0.50, 30.0: 0.55}
SPREAD = 0.02


def price(strike: float, right: OptionType, *, days: float, vol: float, spot: float = SPOT) -> float:
    return float(black_price(spot, strike, days / 365.0, vol, sign=right.sign))


def chain(
    spot: float = SPOT, *, vols: Mapping[float, float] = VOLS, strikes: Sequence[float] = STRIKES,
    spread: float = SPREAD, linear: bool = True, coin: str = "BTC", depth: float | None = None, **more: object,
) -> MarketSnapshot:  # fmt: skip
    """A perpetual and every strike of every expiry (days to volatility), `spread` of the price to either side."""
    listed = worlds.perpetual(coin)
    funded = {"funding_rate": 0.0, "funding_interval_hours": 8.0}
    pairs = [(listed, worlds.quoted(listed, spot, **funded))]
    for days, vol in vols.items():
        for strike in strikes:
            for right in OptionType:
                option = worlds.option(coin, strike, right, days=days, linear=linear)
                fair = price(strike, right, days=days, vol=vol, spot=spot) / (1.0 if linear else spot)
                bid, ask = fair * (1.0 - spread), fair * (1.0 + spread)
                book = {} if depth is None else {"bids": ((bid, depth),), "asks": ((ask, depth),)}
                pairs.append((option, worlds.marked(option, spot, vol, mark=fair, bid=bid, ask=ask, **book)))
    return worlds.market(pairs, **more)


def options(strike: float, *, days: float = 30.0, linear: bool = True, coin: str = "BTC") -> list[Instrument]:
    """The call and the put of a strike."""
    return [worlds.option(coin, strike, right, days=days, linear=linear) for right in OptionType]


def ruled(name: str, *, section: str | None = None, policies: Sequence[str] = (), **changes: object) -> Blend:
    """A shipped strategy with some policies more, and some settings of one section of its params changed."""
    found = load_strategy(name).value
    params = found.params.model_dump(mode="json")
    if section is not None:
        params[section] = {**params.get(section, {}), **changes}
    added = [Policy(policy) for policy in policies if policy not in found.policies]
    read = parse_json(json.dumps(params).encode(), "params", Params)
    update = {"params": read, "policies": (*found.policies, *added)}
    return blend([(found.model_copy(update=update), 1.0)])
