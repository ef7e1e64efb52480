"""A crowd that pays an extreme rate: the perpetual against it and long volatility, in one action."""

from dataclasses import replace
from datetime import timedelta

import chains
import pytest
import worlds

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.domain.instrument import OptionType
from oracle_core.hedging.families.crowded import crowded
from oracle_core.playbook.hedge_ratio import HedgeRatio, RatioKind

HOUR = 3_600_000


def offered(rate: float, *, strategy: str = "gamma_scalp", **changes: object) -> tuple[CandidateAction, ...]:
    """Ninety days of quiet rates, and this one now."""
    now = int(worlds.NOW.timestamp() * 1000)
    history = tuple((now - 8 * HOUR * step, 1e-5 * (step % 7 - 3)) for step in range(269, 0, -1))
    listed = worlds.perpetual("BTC")
    market = chains.chain(funding_history={listed.id: history})
    quote = replace(market.quotes[listed.id], funding_rate=rate)
    market = replace(market, quotes={**market.quotes, listed.id: quote}).admit(worlds.MAX_AGE)
    portfolio = worlds.book({"USD": 1e6}, pools=(worlds.pool("p", "deribit", 1e6),))
    rule = worlds.rules(strategy, **changes)
    return crowded(worlds.proposed(portfolio, market, worlds.who("aggressive"), rule).case).candidates


@pytest.mark.requirement("HED-33")
@pytest.mark.parametrize(("rate", "right", "sign"), [(2e-3, OptionType.CALL, -1.0), (-2e-3, OptionType.PUT, 1.0)])
def test_an_extreme_rate_flags_the_crowd_and_offers_the_perpetual_against_it_with_long_volatility(
    rate: float, right: OptionType, sign: float
) -> None:
    (action,) = offered(rate)
    perpetual, option = sorted(action.legs, key=lambda leg: leg.symbol.endswith(("-C", "-P")))
    assert (action.kind, option.symbol[-1]) == (ActionKind.ESTABLISH, right.name[0])
    assert option.contracts > 0
    assert float(perpetual.contracts) * sign > 0
    assert action.after.exposures[0].net_delta == pytest.approx(0.0, abs=1e-3)
    assert action.after.exposures[0].gamma_1pct_usd > 0.0
    assert "crowded" in action.notes[-1]
    figures = {item.name: item.value for item in action.details}
    assert figures["income over horizon"] > 0.0
    assert figures["premium paid"] > 0.0


def test_the_perpetual_hedges_the_option_by_the_delta_that_the_strategy_chose() -> None:
    (action,) = offered(2e-3, hedge_ratio=HedgeRatio(kind=RatioKind.HULL_WHITE, a=-0.25, b=0.0, c=0.0))
    option = next(leg for leg in action.legs if leg.symbol.endswith("-C"))
    after = action.after.exposures[0]
    listed = next(item for item in chains.chain().instruments.values() if item.id == option.id)
    years = (listed.expiry - worlds.NOW) / timedelta(days=365)
    added = 100.0 * after.vega_usd_per_point * -0.25 / (chains.SPOT * years**0.5)
    assert added < -0.01
    assert after.net_delta == pytest.approx(-added, abs=1e-3)


def test_an_ordinary_rate_is_no_crowd() -> None:
    assert offered(1e-5) == ()
