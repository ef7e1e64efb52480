"""What became of each candidate: its book revalued over paths that the engine did not see when it ranked.

Every candidate of a decision meets the same outcomes (common random numbers), so that a difference between two
is not noise. The world drawn from is not the one the objective assumes: tails are fat, volatility moves with spot.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from evals.exam import Answer
from oracle_core.domain.hedge import CandidateAction
from oracle_core.domain.instrument import Kind
from oracle_core.domain.portfolio import Numeraire
from oracle_core.hedging.evaluate import trade_vector
from oracle_core.hedging.situation import Situation
from oracle_core.maths.black import black_price
from oracle_core.maths.draws import normals, uniforms
from oracle_core.pricing.contracts import ContractTable, Floats
from oracle_core.risk.correlations import CORRELATIONS

DRAWS: Final = 8_000
BATCHES: Final = 20
TAIL: Final = 0.5
"""Deviation of the logarithm of variance from one outcome to another: none would be the engine's own world."""
LEVERAGE: Final = -0.6
"""How the volatility of an outcome goes with its move."""
VOL_OF_VOL: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Moves of each coin as fractions, and the factor on every implied volatility. Shape (draws,)."""

    moves: dict[str, Floats]
    vol_factor: Floats


def outcomes(case: Situation, seed: int) -> Outcomes:
    """What may happen over the horizon of a case."""
    coins = [coin for coin in case.view.coins if coin in case.vols]
    shocks = normals(uniforms(DRAWS, len(coins) + 2, seed=seed, antithetic=True))
    mixed = shocks[:, : len(coins)] @ np.linalg.cholesky(_correlation(coins)).T
    variance = np.exp(TAIL * shocks[:, -1] - 0.5 * TAIL**2)
    moves: dict[str, Floats] = {}
    for place, coin in enumerate(coins):
        deviation = case.vols[coin].value * np.sqrt(case.years * variance)
        moves[coin] = np.expm1(deviation * mixed[:, place] - 0.5 * deviation**2)
    common = mixed.mean(axis=1)
    factor = VOL_OF_VOL * (LEVERAGE * common + np.sqrt(1.0 - LEVERAGE**2) * shocks[:, -2])
    return Outcomes(moves=moves, vol_factor=np.exp(factor - 0.5 * VOL_OF_VOL**2))


def _correlation(coins: list[str]) -> Floats:
    pairs = [
        [1.0 if one == other else CORRELATIONS.get(frozenset({one, other}), 0.5) for other in coins] for one in coins
    ]
    return np.array(pairs)


def profits(case: Situation, action: CandidateAction, drawn: Outcomes) -> Floats:
    """P&L in USD of the whole book with a candidate's trades, after their cost, in every outcome. Shape (draws,)."""
    contracts = case.view.effective + trade_vector(case, {leg.id: leg.contracts for leg in action.legs})
    gained = contracts @ _gains(case, drawn)
    for coin, moved in drawn.moves.items():
        gained = gained + case.view.collateral(coin) * case.view.index[coin] * moved
    return np.asarray(gained - action.cost.total + (action.terms.carry or 0.0))


def _gains(case: Situation, drawn: Outcomes) -> Floats:
    """P&L of one contract of each row, as its horizon ends. Shape (rows, draws)."""
    table = case.view.table
    still = np.zeros_like(drawn.vol_factor)
    rows = [
        _gain(case, table, row, drawn, drawn.moves.get(table.instruments[row].base, still))
        for row in range(len(table.size))
    ]
    return np.array(rows)


def _gain(case: Situation, table: ContractTable, row: int, drawn: Outcomes, moved: Floats) -> Floats:
    dollars = 1.0 + moved if case.view.portfolio.numeraire is Numeraire.USD else np.ones_like(moved)
    if table.kinds[Kind.OPTION][row]:
        return _option_gain(case, table, row, drawn, moved, dollars)
    if table.dollar_sized[row]:
        return np.asarray(table.delta[row] * (1.0 - 1.0 / (1.0 + moved)) * table.index[row] * dollars)
    return np.asarray(table.delta[row] * table.price[row] * moved)


def _option_gain(
    case: Situation, table: ContractTable, row: int, drawn: Outcomes, moved: Floats, dollars: Floats
) -> Floats:
    listed = table.instruments[row]
    assert listed.strike is not None
    assert listed.option_type is not None
    forward, sign = table.price[row], listed.option_type.sign
    left = max(float(table.years[row]) - case.years, 0.0)
    before = black_price(forward, listed.strike, table.years[row], table.vol[row], sign=sign)
    after = black_price(forward * (1.0 + moved), listed.strike, left, table.vol[row] * drawn.vol_factor, sign=sign)
    if listed.linear:
        return np.asarray(listed.contract_size * (after - before))
    coins = after / (forward * (1.0 + moved)) - before / forward
    return np.asarray(listed.contract_size * coins * table.index[row] * dollars)


def worth(case: Situation, gained: Floats) -> float:
    """What a spread of P&L is worth to the persona, in USD: its mean less half its aversion times its variance."""
    return float(gained.mean() - 0.5 * case.aversion_per_usd * gained.var())


def regrets(answer: Answer, seed: int) -> Floats:
    """What the best candidate on offer was worth more than the plan that was made, in USD, in each batch of outcomes.

    The best is the best over all outcomes together: no batch's noise chooses it. Shape (batches,).
    """
    drawn = outcomes(answer.case, seed)
    made = profits(answer.case, answer.ruled.action, drawn)
    all_of_them = [profits(answer.case, item, drawn) for item in answer.offered]
    best = max(all_of_them, key=lambda gained: worth(answer.case, gained))
    pairs = zip(np.split(best, BATCHES), np.split(made, BATCHES), strict=True)
    return np.array([worth(answer.case, one) - worth(answer.case, other) for one, other in pairs])
