"""Every real chain with a made-up book: advice never fails, and no recommended plan leaves a limit worse.

`make sweep-chains` takes every chain of every recording, `make test` half of them (ORACLE_CHAINS says how many: some
hundreds, or `all`).
"""

import math
import os
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import worlds

from oracle_core.desk.brief import Brief
from oracle_core.desk.decide import decide
from oracle_core.desk.desk import Desk
from oracle_core.desk.settings import Settings
from oracle_core.domain.instrument import Instrument, MarginTier
from oracle_core.domain.limits import STATE_LIMITS, excess
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import MarginModel, MarginPool, Numeraire, OpenOrder, PoolBalance, Portfolio
from oracle_core.domain.record import CycleRecord
from oracle_core.playbook.load import list_personas, list_strategies
from oracle_core.pricing.inputs import coin_index
from oracle_core.venues.chain_table import ChainTable, read_chain

CHAINS = "data/options/deribit_chain_*.parquet"
SLICE = os.environ.get("ORACLE_CHAINS", "220")
PARTS = 11
SIZES = (1, 2, 5, 10, 20, 50, 100, 200)
STRATEGIES = sorted(found.value.name for found in list_strategies(deprecated=True))
PERSONAS = [found.value.name for found in sorted(list_personas(), key=lambda item: item.value.rank)]


def pairing(number: int) -> tuple[str, str]:
    """The strategy and persona of a chain: every pair comes once before any comes again."""
    count = len(STRATEGIES) * len(PERSONAS)
    step = next(step for step in (37, 41, 43, 47) if math.gcd(step, count) == 1)
    strategy, persona = divmod(number * step % count, len(PERSONAS))
    return STRATEGIES[strategy], PERSONAS[persona]


def with_perpetuals(market: MarketSnapshot, number: int) -> MarketSnapshot:
    """The recordings have options only: an inverse and a linear perpetual of each coin beside them, a basis apart."""
    rng = np.random.default_rng(1_000 + number)
    tiers = (MarginTier(up_to_notional=None, initial=0.02, maintenance=0.01),)
    instruments, quotes = dict(market.instruments), dict(market.quotes)
    for coin in sorted(market.coins):
        price = coin_index(market, coin)
        for listed in (
            replace(worlds.inverse_perpetual(coin, size=10.0 if coin == "BTC" else 1.0), margin_tiers=tiers),
            worlds.perpetual(coin, venue="binanceusdm", tiers=tiers),
        ):
            at = price * (1.0 + float(rng.normal(0.0, 2e-4)))
            quotes[listed.id] = replace(
                worlds.quoted(listed, at, half_spread=at * 1e-4), as_of=market.as_of, index=price,
                funding_rate=float(rng.normal(1e-4, 2e-4)), funding_interval_hours=8.0,
                bids=((at * (1.0 - 1e-4), 5e6 / listed.contract_size),),
                asks=((at * (1.0 + 1e-4), 5e6 / listed.contract_size),),
            )  # fmt: skip
            instruments[listed.id] = listed
    return replace(market, instruments=instruments, quotes=quotes)


def made_up_book(market: MarketSnapshot, number: int) -> Portfolio:
    """A seeded book on the contracts that are quoted: options of both coins, their perpetuals, working orders."""
    rng = np.random.default_rng(number)
    sound = [listed for key, listed in sorted(market.instruments.items()) if _holdable(market, listed)]
    options = [listed for listed in sound if listed.is_option]
    linear = [listed for listed in sound if not listed.is_option]
    count = min(int(rng.choice(SIZES)), len(options))
    picked = [options[place] for place in sorted(rng.choice(len(options), size=count, replace=False))]
    positions = [worlds.held(listed, _lots(rng, listed, 20.0)) for listed in picked]
    positions += [worlds.held(listed, _lots(rng, listed, 10.0)) for listed in linear if rng.random() < 0.7]
    orders = tuple(
        OpenOrder(venue=listed.venue, symbol=listed.symbol, contracts=_lots(rng, listed, 2.0), price=1_000.0)
        for listed in linear
        if rng.random() < 0.2
    )
    equity = {"USD": float(10.0 ** rng.uniform(4.5, 7.0))}
    equity |= {coin: float(rng.uniform(0.5, 50.0)) for coin in ("BTC", "ETH") if rng.random() < 0.5}
    return worlds.book(
        equity, *positions, numeraire=list(Numeraire)[int(rng.integers(2))], open_orders=orders,
        pools=(_pool(equity),) if rng.random() < 0.5 else (),
    )  # fmt: skip


def _holdable(market: MarketSnapshot, listed: Instrument) -> bool:
    if market.problem(listed.id) is not None or listed.expired(market.as_of):
        return False
    quote = market.quotes[listed.id]
    return not listed.is_option or (bool(quote.mark_iv) and quote.forward is not None)


def _lots(rng: np.random.Generator, listed: Instrument, most: float) -> float:
    """A signed quantity on the grid, of up to so many coins or as many thousand dollars."""
    step = float(listed.grid.amount_step)
    wanted = rng.uniform(0.1, most) / listed.contract_size * (1.0 if listed.linear or listed.is_option else 1_000.0)
    return float(rng.choice([-1.0, 1.0])) * round(max(round(wanted / step), 1) * step, 9)


def _pool(equity: dict[str, float]) -> MarginPool:
    return MarginPool(
        id="main", venue="deribit", margin_model=MarginModel.STANDARD,
        currencies={name: PoolBalance(balance=amount, equity=amount) for name, amount in equity.items()},
    )  # fmt: skip


def advised(market: MarketSnapshot, book: Portfolio, rule: tuple[str, str]) -> CycleRecord:
    desk = Desk(settings=Settings(), environment={})
    name, who = rule
    persona = desk.persona(who).value
    strategy, _ = desk.strategy(name, persona)
    return decide(
        Brief(
            portfolio=book, market=market, strategy=strategy, persona=persona,
            bench=desk.fresh_bench(persona), reason="sweep",
        )
    )  # fmt: skip


def worse(record: CycleRecord, who: str) -> list[str]:
    """The state limits of a persona that a recommended plan leaves worse than they were."""
    if record.plan is None:
        return []
    found = record.recommendation
    limits = Desk(settings=Settings(), environment={}).persona(who).value.state_limits()
    before, after = found.candidates[0].before.measures, found.outlook.measures
    return [
        f"{name} {before.value(name)} -> {after.value(name)}"
        for name in STATE_LIMITS
        if excess(name, after.value(name), getattr(limits, name))
        > excess(name, before.value(name), getattr(limits, name)) + 1e-6
    ]


def not_finite(value: object, path: str = "") -> list[str]:
    """Where a number of a record is not one."""
    if isinstance(value, float):
        return [] if math.isfinite(value) else [path]
    if is_dataclass(value):
        return [bad for item in fields(value) for bad in not_finite(getattr(value, item.name), f"{path}.{item.name}")]
    if isinstance(value, tuple | list):
        return [bad for place, item in enumerate(value) for bad in not_finite(item, f"{path}[{place}]")]
    return []


@pytest.fixture(scope="module")
def moments(reference_dir: Path) -> list[tuple[ChainTable, int]]:
    """The recorded chains to advise on, out of every recording there is."""
    tables = [read_chain(path) for path in sorted(reference_dir.glob(CHAINS))]
    every = [(table, number) for table in tables for number in range(len(table.times))]
    taken = len(every) if SLICE == "all" else min(int(SLICE), len(every))
    return [every[place] for place in np.linspace(0, len(every) - 1, taken).astype(int)]


def test_every_pair_of_strategy_and_persona_is_swept() -> None:
    count = len(STRATEGIES) * len(PERSONAS)
    assert len({pairing(number) for number in range(count)}) == count


@pytest.mark.requirement("ENG-01")
@pytest.mark.parametrize("part", range(PARTS))
def test_advice_never_fails_on_real_chains_and_leaves_no_limit_worse(
    moments: list[tuple[ChainTable, int]], part: int
) -> None:
    plans, failures = 0, list[str]()
    mine = range(part, len(moments), PARTS)
    for turn in mine:
        table, number = moments[turn]
        market = with_perpetuals(table.snapshot(table.times[number]), number).admit(timedelta(minutes=10))
        name, who = pairing(turn)
        label = f"chain {number} {table.times[number]:%Y-%m-%dT%H:%MZ} {name} {who}"
        try:
            record = advised(market, made_up_book(market, number), (name, who))
        except Exception as error:  # noqa: BLE001 - whatever it is, the sweep goes on and tells all of them
            failures.append(f"{label}: {type(error).__name__}: {error}")
            continue
        plans += record.plan is not None
        failures += [f"{label}: {found}" for found in worse(record, who)]
        failures += [f"{label}: not a number: {bad}" for bad in not_finite(record.recommendation)[:3]]
    print(f"{len(mine)} chains, {plans} plans, {len(failures)} failures")
    assert not failures, "\n".join(failures)
    assert plans > 0
