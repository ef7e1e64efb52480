"""Sayings about hedging rules, pairs, margin and orders, and what is right."""

from typing import Final

from oracle_core.desk.claims_greeks import Claim
from oracle_core.desk.glossary_terms import GlossaryEntry

BOOK_CLAIMS: Final = (
    Claim(
        id="T14",
        signs=(r"zero|flat|target", r"always|every time|reset\w*|must|should i", r"delta|hedg\w+"),
        entry=GlossaryEntry(
            term="hedging to zero or to the edge",
            text=(
                "Not always. With costs in proportion to size the nearer edge of the band is best, with a fixed cost "
                "per trade somewhere inside. At a delta of +5 and a band of 3 the edge rule sells 2 and the zero rule "
                "sells 5; a strategy states which as `rehedge_to`."
            ),
            source="Whalley and Wilmott (1997), Mathematical Finance 7, 307-324",
        ),
    ),
    Claim(
        id="T15",
        signs=(
            r"loop|bot|script|cycle",
            r"minus delta|negative delta|delta|order size",
            r"safe|every|each|sends?|orders?|enough",
        ),
        entry=GlossaryEntry(
            term="a hedging loop",
            text=(
                "No: a loop that sends minus delta each time stacks orders. It must count the options' delta and the "
                "orders still working, confirm fills and stop on errors: at +0.4 with a limit of -0.4 resting the next "
                "order is 0."
            ),
            source="Oracle Core's execution",
        ),
    ),
    Claim(
        id="T16",
        signs=(r"stop loss(?:es)?|stops?|stop out", r"legs?|pair|both|each", r"legs?|each|sides?|pair"),
        entry=GlossaryEntry(
            term="stops on the legs of a pair",
            text=(
                "No: a stop that fills on one leg leaves the other naked, with all its delta. Close both or hedge the "
                "rest again; and no stop caps the loss of a jump."
            ),
            source="Oracle Core's rules for pairs",
        ),
    ),
    Claim(
        id="T17",
        signs=(
            r"puts?",
            r"short perp\w*|short leg|short future\w*",
            r"liquidat\w+|protect\w*|insur\w+|hedge\w*|crash|saves?",
        ),
        entry=GlossaryEntry(
            term="what a put insures",
            text=(
                "No: a short perpetual is liquidated by a rally, and a put pays in a fall. Puts insure legs that are "
                "long; calls insure legs that are short."
            ),
            source="Payoff of the legs",
        ),
    ),
    Claim(
        id="T18",
        signs=(r"trim\w*|cut|reduce", r"winn\w+|winners?|gaining", r"los\w+|losers?|add\w*"),
        entry=GlossaryEntry(
            term="trimming a pair",
            text=(
                "No: gains and losses do not unbalance equal linear perpetuals, so there is nothing to trim. What "
                "drifts is collateral: transfer margin from the pool that gained. Inverse contracts and pairs by ratio "
                "are another matter."
            ),
            source="Rules of the venues",
        ),
    ),
    Claim(
        id="T19",
        signs=(
            r"perps?|perpetuals?|pair",
            r"equal|long and short|linear|pair|book",
            r"imbalance|delta",
            r"quickly|change\w*|drift\w*|moves?",
        ),
        entry=GlossaryEntry(
            term="delta of an equal pair",
            text=(
                "No: linear perpetuals, as many long as short, stay at a delta of zero at any price. Delta drifts with "
                "options, inverse contracts, or two different coins."
            ),
            source="Rules of the venues",
        ),
    ),
    Claim(
        id="T20",
        signs=(
            r"tighten\w*|tighter|widen\w*|narrow\w*|halt",
            r"vol\w*|iv|dvol",
            r"spikes?|high\w*|rises?|jumps?|whenever|when|always",
        ),
        entry=GlossaryEntry(
            term="bands in high volatility",
            text=(
                "There is no fixed direction. First the gate, which halts or reduces; then the band that weighs cost; "
                "then the user's rule. Higher volatility lowers gamma at the money while costs widen, so the band may "
                "grow or shrink."
            ),
            source="Oracle Core's rules",
        ),
    ),
    Claim(
        id="T22",
        signs=(r"cross margin\w*|portfolio margin\w*", r"better|best|safer|always|simply|free|prefer\w*"),
        entry=GlossaryEntry(
            term="cross against isolated margin",
            text=(
                "Not simply: it needs less capital and lets one loss reach every position of the pool. Both modes are "
                "stressed, and unrealised gains of options may not be free to support a perpetual."
            ),
            source="Margin rules of the venues",
        ),
    ),
    Claim(
        id="T34",
        signs=(r"rebalanc\w+", r"small|gross|leverage|equity|size"),
        entry=GlossaryEntry(
            term="what rebalancing bounds",
            text=(
                "No: rebalancing bounds net delta and neither gross size nor margin. Losses of perpetuals are paid on "
                "one venue while gains of options stand on another, so collateral runs out where it is needed."
            ),
            source="Oracle Core's limits",
        ),
    ),
    Claim(
        id="T37",
        signs=(r"perps?|perpetuals?", r"linear|underlying|same as spot|delta one|delta 1"),
        entry=GlossaryEntry(
            term="is a perpetual linear",
            text=(
                "Only a linear one is. An inverse contract is worth USD over price: its delta in coins falls as the "
                "price rises and it bends in USD; coin-settled options are hedged by their net transaction delta, and "
                "index and perpetual differ by the basis."
            ),
            formula="P&L in coins = contracts x size x (1/entry - 1/exit) for a long",
            source="Rules of the venues",
        ),
    ),
    Claim(
        id="T38",
        signs=(r"limit orders?|maker|market orders?|taker", r"whenever|always|possible|every time|only|never|best"),
        entry=GlossaryEntry(
            term="limit or market",
            text=(
                "Neither always. The choice is urgency against cost, with the risk of no fill priced: resting is "
                "cheaper and leaves the delta open, taking is certain and pays the spread."
            ),
            source="Oracle Core's execution",
        ),
    ),
    Claim(
        id="T40",
        signs=(r"events?|fomc|cpi|news|stop outs?|releases?", r"avoid\w*|before|enter|always|out|flat|exit"),
        entry=GlossaryEntry(
            term="events and the side of convexity",
            text=(
                "It depends on the side: long gamma may be entered before an event, short gamma is reduced before it. "
                "Implied volatility usually falls after it, which costs the long."
            ),
            source="Oracle Core's playbook",
        ),
    ),
)
