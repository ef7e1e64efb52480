"""Buying back a short option spends no premium budget; opening one does."""

from worlds import book, held, who

from oracle_core.desk.brief import Brief
from oracle_core.desk.decide import decide
from oracle_core.desk.desk import Desk
from oracle_core.desk.settings import Settings
from oracle_core.domain.instrument import OptionType
from oracle_core.playbook.blend import blend
from oracle_core.playbook.load import load_strategy
from tests.hedging.option_chains import chain_market, find, options

CHAIN = options(strikes=(90_000.0, 100_000.0, 110_000.0), days=(30.0,))


def test_a_plan_that_only_buys_back_short_options_is_not_clipped_by_the_weeks_premium() -> None:
    pair = [find(CHAIN, 100_000.0, right, 30.0) for right in OptionType]
    persona = who("cautious", plan_cost_bps_equity=1_000.0, order_notional_pct_equity=1_000.0)
    strategy = load_strategy("delta_gamma_vega").value
    record = decide(
        Brief(
            portfolio=book({"USD": 1e6}, *(held(listed, -6.0) for listed in pair)), market=chain_market(pair),
            strategy=blend([(strategy, 1.0)]), persona=persona,
            bench=Desk(settings=Settings(), environment={}).fresh_bench(persona), reason="test",
        )
    )  # fmt: skip
    bought = [leg for leg in record.plan.legs if "-" in leg.symbol] if record.plan else []
    assert bought
    assert all(0 < leg.contracts <= 6 for leg in bought)
    clipped = [found for found in record.verdict.findings if found.ruling != "allow" and "premium_week" in str(found)]
    assert not clipped
