"""Common sayings about hedging, asked and asserted in the chat: the right statement comes back, the wrong one never."""

import re
from dataclasses import replace

import pytest

from oracle_core.console.chat_grammar import understand
from oracle_core.console.chat_meaning import Ask, Known
from oracle_core.console.render import render
from oracle_core.desk.claims import CLAIMS, answer_to

SAYINGS: list[tuple[str, str, str, str, str]] = [
    ("T1", "does negative gamma mean delta increases as the price rises?",
     "Negative gamma, meaning their delta increases as the price rises.",
     "the delta of short gamma falls as the price rises", r"delta of short gamma (?:rises|increases)"),
    ("T2", "does delta hedging neutralise the gamma?",
     "Hedging ensures that the realized volatility of the hedge matches the implied volatility",
     "changes delta alone. Gamma and vega stay as they were", r"hedg\w+ neutrali[sz]es"),
    ("T3", "is the yield of a hedged straddle deterministic?", "A hedged book has a deterministic yield.",
     "depends on the path", r"is deterministic"),
    ("T4", "would RV above implied have been a profit for the seller?",
     "realized volatility above implied would have yielded a positive net profit for the short straddle",
     "the seller loses then", r"the seller (?:gains|profits|wins)"),
    ("T5", "is a short straddle a short call plus a long put?", "Short call delta plus long put delta is about zero",
     "short call with a short put", r"with a long put"),
    ("T6", "is -3.554 the delta of the options?", "the options have a delta of -3.554",
     "net delta: options of -4.509 with the 0.955 ETH", r"options of -3\.554"),
    ("T7", "can equal long and short perps emulate long gamma?", "Simulate long gamma behaviour with perps.",
     "gamma of zero", r"perpetuals (?:emulate|simulate) long gamma"),
    ("T8", "can a gamma scalper suffer in a rally?", "Persistent trends lead to losses for long gamma.",
     "long options earn on trends too", r"long options lose"),
    ("T9", "does hedging more often capture more gamma rent?", "More rebalancing captures more gamma rent",
     "does not depend on how often", r"more often (?:earns|captures) more"),
    ("T10", "does a gamma scalper earn the volatility risk premium?",
     "A long gamma scalper is earning the volatility risk premium.",
     "sellers of options earn it, buyers pay it", r"buyers earn"),
    ("T11", "do I extract the theta premium?", "A scalper extracts the theta premium",
     "negative for long options and positive for short", r"long gamma receives"),
    ("T12", "can I hedge vega with futures?", "Hedge vega with other options or futures.",
     "futures, perpetuals and spot have no vega", r"futures (?:hedge|reduce) vega"),
    ("T13", "do I subtract theta from the value each day?", "Each day, reduce the option's value accordingly for theta",
     "counts it twice", r"(?:subtract|deduct) it each day"),
    ("T14", "should I always hedge to zero delta?", "always reset delta to zero", "edge", r"^\W*always"),
    ("T15", "is a loop that orders minus delta safe?", "My bot sends an order of minus delta every loop",
     "orders still working", r"is safe"),
    ("T16", "should I use stop-loss orders on each leg?", "Stop-loss orders on each leg protect the pair.",
     "leaves the other naked", r"protects? the pair"),
    ("T17", "does a long put save my short perp from liquidation?",
     "A long put can hedge a sharp crash even if your short perp gets liquidated",
     "liquidated by a rally", r"puts? (?:insure|protect)s? (?:legs that are )?short"),
    ("T18", "should I trim the winning side and add to the losing side?",
     "Trim the winning side and add to the losing side.", "nothing to trim", r"do trim"),
    ("T19", "does the delta of a long and short perp book change quickly?",
     "In perp books the imbalance (delta) of the pair can change quickly", "stay at a delta of zero",
     r"drifts quickly"),
    ("T20", "should I tighten hedges when IV spikes?", "Tighten hedge intervals when IV spikes",
     "no fixed direction", r"always tighten"),
    ("T21", "does gamma scalping stabilise the market?", "Automated scalping contributes to market stability",
     "Only if hedgers are net long gamma", r"always (?:dampens|stabili[sz]es)"),
    ("T22", "is cross margin simply better?", "Cross-margin is always better.",
     "lets one loss reach every position", r"is simply better"),
    ("T23", "is funding carry risk-free?", "Funding is like an option's theta, risk-free",
     "funding buys no convexity", r"is risk[- ]free"),
    ("T24", "did prices plunge over 25% in a day at FTX?", "In the FTX crash prices plunged over 25 % in a day",
     "-14.2 %", r"plunged over 25"),
    ("T25", "did RV peak around 97% in May 2021?", "In May 2021 RV peaked around 97%",
     "depends on the estimator", r"peaked (?:around|at) 97"),
    ("T26", "did April to June 2021 oscillate between 30k and 40k?", "April-June 2021 oscillating between ~30k and 40k",
     "28.8k and 42.5k", r"oscillat"),
    ("T27", "was volatility low in summer 2022?", "Summer 2022 when BTC volatility was low",
     "90, 62, 55 and 65 %", r"was low\b"),
    ("T28", "was Binance funding above 100% in February 2024?", "Feb 2024 funding was over 100 % on Binance",
     "83.6 %", r"above 100 %"),
    ("T29", "is funding paid every 8 hours everywhere?", "Funding typically updates every 8 hours.",
     "8 hours, 4 hours, 1 hour, or continuously", r"every 8 hours on all"),
    ("T30", "what is the average profit per hedge trade?", "The hedging win rate shows how good it is",
     "no P&L alone", r"win rate (?:is|of) \d"),
    ("T31", "is continuous hedging the goal?", "Continuous hedging, finality, is the goal",
     "a benchmark and not a goal", r"hedging is the goal"),
    ("T32", "is RV the standard deviation of log returns?", "RV is the standard deviation of logarithmic returns",
     "one estimator of several", r"rv is the standard"),
    ("T33", "should we focus on periods where realised vol surpassed implied?",
     "Focus on periods where realized vol surpassed implied vol", "looks ahead", r"do focus"),
    ("T34", "does rebalancing keep positions small relative to equity?",
     "Rebalancing helps keep positions small relative to account equity", "neither gross size nor margin",
     r"rebalancing keeps positions small"),
    ("T35", "is the strategy dynamic_hedging still there?", "dynamic_hedging is a strategy to use",
     "deprecated and kept", r"is active"),
    ("T36", "is short vol a steady source of returns?", "Fading has a high Sharpe: many small wins",
     "skew", r"is a steady|steady source"),
    ("T37", "is a perp always linear?", "The perp as the underlying is linear.", "Only a linear one is",
     r"always linear"),
    ("T38", "should I use limit orders whenever possible?", "Use limit orders whenever possible",
     "urgency against cost", r"whenever possible"),
    ("T39", "is the link in that note a verified source?", "The host name in the note is an official source",
     "text and no evidence", r"https?://"),
    ("T40", "should I always avoid events?", "Avoid events and stop out before them",
     "long gamma may be entered before an event, short gamma is reduced before it", r"always avoid"),
]  # fmt: skip


def test_every_trap_has_a_claim_and_a_saying() -> None:
    ids = {f"T{number}" for number in range(1, 41)}
    assert {claim.id for claim in CLAIMS} == ids
    assert {row[0] for row in SAYINGS} == ids


@pytest.mark.requirement("EVL-03")
@pytest.mark.requirement("AGT-05")
@pytest.mark.parametrize(("trap", "asked", "asserted", "right", "wrong"), SAYINGS, ids=[row[0] for row in SAYINGS])
def test_a_saying_asked_or_asserted_is_answered_with_what_is_right(
    known: Known, ask, trap: str, asked: str, asserted: str, right: str, wrong: str
) -> None:
    for sentence in (asked, asserted):
        meaning = understand(sentence, replace(known, last_cycle=None))
        assert isinstance(meaning, Ask), (sentence, meaning)
        assert meaning.name == "explain", (sentence, meaning)
        found = answer_to(str(meaning.slots["subject"]))
        assert found is not None, sentence
        assert next(claim.id for claim in CLAIMS if claim.entry is found) == trap, sentence
        page = " ".join(render(ask("explain", **meaning.slots)).split())
        assert right.lower() in page.lower(), sentence
        assert not re.search(wrong, page, re.IGNORECASE), sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "am I short gamma", "what is my delta", "what if btc drops 10 % and vol spikes 20", "when is funding",
        "what does it cost to wait", "why hedge now", "am I near liquidation", "what expires", "my positions",
        "which coin", "compare personas", "what is gamma", "how often should i hedge", "why a market order",
        "what do I pay in funding", "which events are ahead", "stop everything",
    ],
)  # fmt: skip
def test_a_question_about_the_own_book_is_no_saying(sentence: str) -> None:
    assert answer_to(sentence) is None


@pytest.mark.requirement("AGT-05")
@pytest.mark.parametrize(
    "term",
    ["gamma", "delta", "theta", "vega", "gamma rent", "finality", "break-even move", "vanna", "volga", "charm"],
)
def test_a_term_is_explained_with_its_formula_and_source_and_no_model_is_needed(ask, term: str) -> None:
    found = ask("explain", subject=term)  # the desk of these tests has no key and no network
    assert found["formula"]
    page = " ".join(render(found).split())
    assert " ".join(found["formula"].split()) in page
    assert found["source"]
