"""Pause: what a person is asked to do while a gate holds. Nothing is sent; reducing and duties go on."""

from dataclasses import replace

from oracle_core.domain.hedge import ActionKind, Instruction, candidate_id
from oracle_core.domain.occasion import Order
from oracle_core.hedging.evaluate import hold
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.persona import Objective


def pauses(case: Situation) -> Found:
    """One for each coin, or the whole book, in which a gate holds."""
    held: dict[str | None, list[str]] = {}
    for item in case.occasions.fired:
        if item.order is Order.GATE:
            held.setdefault(item.coin, []).append(f"{item.trigger}: {item.reason}")
    found = [
        replace(
            hold(case), kind=ActionKind.PAUSE, coin=coin, duty=True,
            id=candidate_id(ActionKind.PAUSE, {}, coin or "book"),
            instruction=Instruction(text=f"pause {case.strategy.name} in {coin or 'the whole book'}: add no risk"),
            notes=(*reasons, "what reduces risk, and every duty, goes on"),
        )
        for coin, reasons in held.items()
    ]  # fmt: skip
    return Found(candidates=tuple(found), left_out={})


FAMILY = Family(name="pause", kinds=frozenset({ActionKind.PAUSE}), aim=Objective.VARIANCE, propose=pauses, always=True)
