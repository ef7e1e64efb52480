"""A plan in options as a candidate, with its premium and what it protects."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.hedging.evaluate import evaluate
from oracle_core.hedging.option_hedges.chain import Chain
from oracle_core.pricing.contracts import SPOT_SHOCKS, VOL_FACTORS, Floats

SHOCKS = {"-30 %": -0.30, "+30 %": 0.30}


def offer(
    legs: Chain, kind: ActionKind, sizes: Floats, *, protects: bool = False, notes: Collection[str | None] = ()
) -> CandidateAction:
    """Weigh one plan (shape (m,), contracts on the grid). `protects` adds the figures of an insurance.

    Raises: UntradableError: the market shown cannot carry it.
    """
    shown = (_premium(legs, sizes), *(_protection(legs, sizes) if protects else ()))
    made = evaluate(legs.case, kind, legs.coin, legs.trades(sizes), details=shown)
    said = [note for note in notes if note]
    return replace(made, notes=(*said, *made.notes))


def _premium(legs: Chain, sizes: Floats) -> Detail:
    paid = float(np.maximum(sizes, 0.0) @ legs.ask + np.minimum(sizes, 0.0) @ legs.bid)
    return Detail("premium", paid, "USD")


def _protection(legs: Chain, sizes: Floats) -> tuple[Detail, ...]:
    """What the plan adds to the book's P&L in an instant move at unchanged volatility, and to its worst cell."""
    stress = legs.case.view.stress[legs.rows]
    quiet = VOL_FACTORS.index(1.0)
    return tuple(
        Detail(f"protection at {name}", float(sizes @ stress[:, SPOT_SHOCKS.index(shock), quiet]), "USD")
        for name, shock in SHOCKS.items()
    )
