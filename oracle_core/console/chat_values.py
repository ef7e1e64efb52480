"""The slots of each use case, read from a sentence, and what a sentence is about."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from oracle_core.console.chat_meaning import Ask, Known, Meaning, Tell
from oracle_core.console.chat_numbers import MONEY, days_in, hours_in, whole_number_in
from oracle_core.console.chat_slots import CYCLE, LABEL, coins_in, move, named, quantity, words
from oracle_core.console.chat_unread import unread_of_move
from oracle_core.console.chat_words import ORDINALS

Slots: TypeAlias = dict[str, object | None]

TOPICS: Final = {
    "exposures": {
        "gamma": "gamma", "convexity": "gamma", "delta": "delta", "vega": "vega", "vol": "vega", "volatility": "vega",
        "theta": "theta", "decay": "theta",
    },
    "funding": {"pay": "paid", "paid": "paid", "cost": "paid", "costs": "paid", "earn": "paid", "receive": "paid",
                "next": "next", "when": "next"},
    "margin": {"near": "liquidation", "close": "liquidation", "far": "liquidation", "liquidated": "liquidation",
               "liquidate": "liquidation", "liquidation": "liquidation"},
    "stress": {"worst": "worst", "lose": "worst", "bad": "worst"},
}  # fmt: skip
"""Words that ask for one figure of a use case's answer, with what they ask about."""
ABOUT: Final = {
    "venue": frozenset(
        {
            "venue",
            "exchange",
            "there",
            "instrument",
            "deribit",
            "binance",
            "binanceusdm",
            "bybit",
            "okx",
            "hyperliquid",
            "kraken",
            "coinbase",
            "bitget",
        }
    ),
    "style": frozenset({"market", "limit", "order", "taker", "maker", "rest", "resting", "style", "orders"}),
    "risk": frozenset({"wrong", "risk", "risks", "danger", "dangers", "dangerous"}),
}
"""Words that say what is asked about a decision; without them it is why now."""
SCENARIOS: Final = {
    "cascade": "cascade", "depeg": "depeg", "depegs": "depeg", "frozen": "venue_frozen", "freezes": "venue_frozen",
    "basis": "basis", "cascades": "cascade", "correlation": "correlation_break", "correlations": "correlation_break",
}  # fmt: skip
IT: Final = frozenset({"it", "that", "this", "them"})


def what_if(text: str, *, bare: bool = False, before: Ask | None = None) -> Meaning:
    """One move; with `before` it changes the move that was asked before it. Without a direction it is asked back."""
    moved = move(text, bare=bare)
    coins = coins_in(text)
    shown = f"{moved.spot:+g} %" if moved.spot is not None else f"vol {moved.vol or 0.0:+g}"
    if len(coins) > 1:
        ways = (*(f"what if {coin.lower()} {shown}" for coin in coins[:2]), f"what if spot {shown}")
        return Tell(text="one coin at a time, or every coin", suggestions=ways)
    left = (*unread_of_move(text), *moved.left)
    if left:
        one = coins[0].lower() if coins else "spot" if moved.spot is not None else ""
        said = (" ".join(f"what if {one} {shown}".split()), "what if spot -10 % and vol +15", "stress")
        return Tell(text=not_read(left), suggestions=said, understood=False)
    if not moved.signed:
        size = abs(moved.spot if moved.spot is not None else moved.vol or 0.0)
        option = "what if spot" if moved.spot is not None else "what if vol"
        return Tell(text="up or down?", suggestions=(f"{option} -{size:g}", f"{option} +{size:g}"))
    last: Mapping[str, object] = {} if before is None else before.slots
    kept: Slots = {key: value for key, value in last.items() if key in ("coin", "spot", "vol")}
    slots = {**kept, **coin_slot(text), **moved.slots}
    alone = slots.get("coin")
    note = f"{alone} moves alone; without a coin every coin moves" if alone else ""
    return Ask(name="stress", slots=slots, note=note)


def not_read(left: Iterable[str]) -> str:
    """What is said where a sentence has more in it than was read."""
    return f"I could not read {', '.join(f'`{item}`' for item in left)} in that, so nothing ran. Did you mean"


def about_a_cycle(name: str, text: str, known: Known) -> Meaning:
    """A question about a stored cycle: the one named, what `it` means, else the one last shown."""
    cycle, label = CYCLE.search(text), LABEL.search(text)
    said = words(text)
    rank = next((ORDINALS[word] for word in said if word in ORDINALS), None) if name != "replay" else None
    meant = known.last_subject if IT & set(said) and name != "replay" else None
    subject = cycle[0] if cycle else meant or known.last_cycle
    if subject is None:
        return Tell(text=f"`{name}` is about a cycle, and there is none yet", suggestions=("advise",))
    if label or rank:
        subject = f"{subject.partition(':')[0]}:{label[0] if label else rank}"
    if name == "replay":
        return Ask(name=name, slots={"cycle": subject.partition(":")[0]})
    about = next((topic for topic, signs in ABOUT.items() if set(said) & signs), None) if name == "why" else None
    return Ask(name=name, slots={"subject": subject, **({"about": about} if about else {})})


def slots_of(name: str, text: str, known: Known) -> dict[str, object]:
    """What a sentence says of a use case's slots; only what stands in it."""
    found: Slots = {}
    if known.takes(name, "strategy"):
        found["strategy"] = named(text, known.strategies)
    if known.takes(name, "persona"):
        found["persona"] = None if name == "compare" else named(text, known.personas)
    if known.takes(name, "coin"):
        found |= coin_slot(text)
    if known.takes(name, "hours"):
        found["hours"] = hours_in(text)
    if name in OF_ONE_CASE:
        found |= OF_ONE_CASE[name](text, known)
    return {key: value for key, value in found.items() if value is not None}


def coin_slot(text: str) -> dict[str, object]:
    """The one coin that a text names."""
    coins = coins_in(text)
    return {"coin": coins[0]} if len(coins) == 1 else {}


def topic_of(name: str, said: list[str]) -> str | None:
    """The word of a sentence that asks for one figure of an answer."""
    topics = TOPICS.get(name, {})
    return next((topics[word] for word in said if word in topics), None)


def _advise(text: str, _: Known) -> Slots:
    return {"advisor": "openai" if "openai" in text else None}


def _bands(text: str, _: Known) -> Slots:
    return {"days": days_in(text)}


def _changes(text: str, _: Known) -> Slots:
    cycle = CYCLE.search(text)
    return {"since": cycle[0] if cycle else None}


def _journal(text: str, _: Known) -> Slots:
    return {"limit": whole_number_in(text)}


def _persona(text: str, known: Known) -> Slots:
    return {"name": named(text, known.personas)}


def _pnl(text: str, _: Known) -> Slots:
    cycles = [found.partition(":")[0] for found in CYCLE.findall(text)]
    return dict(zip(("start", "end"), cycles, strict=False))


def _report(text: str, _: Known) -> Slots:
    day = re.search(r"\b\d{4}-\d{2}-\d{2}\b", text)
    return {"day": day[0] if day else None}


def _screen(text: str, _: Known) -> Slots:
    return {"order": quantity(text, MONEY), "contracts": "contract" in text or None}


def _simulate(text: str, _: Known) -> Slots:
    return {
        "structure": named(text, ("long", "short")),
        "days": days_in(text),
        "vol": quantity(text, ("%", "point")),
        "equity_usd": quantity(text, MONEY),
    }


def _strategy(text: str, known: Known) -> Slots:
    return {"name": named(text, known.strategies)}


def _stress(text: str, _: Known) -> Slots:
    """A scenario by its name, or days that pass; never a move, which is read elsewhere."""
    said = words(text)
    scenario = next((SCENARIOS[word] for word in said if word in SCENARIOS), None)
    days = days_in(text)
    if scenario is None and {"all", "scenarios"} <= set(said):
        scenario = "all"
    return {"scenario": scenario, "days": None if days is None or scenario else (days,)}


OF_ONE_CASE: Final[dict[str, Callable[[str, Known], Slots]]] = {
    "advise": _advise,
    "bands": _bands,
    "changes": _changes,
    "journal": _journal,
    "persona": _persona,
    "pnl": _pnl,
    "report": _report,
    "screen": _screen,
    "simulate": _simulate,
    "strategy": _strategy,
    "stress": _stress,
}
"""Slots that only one use case has."""
