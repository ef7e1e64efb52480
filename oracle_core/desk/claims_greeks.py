"""Sayings about gamma, theta and volatility, and what is right."""

from dataclasses import dataclass
from typing import Final

from oracle_core.desk.glossary_terms import BLACK, GlossaryEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`signs` are patterns that must all stand in a sentence that says it; `id` is its number among the traps."""

    id: str
    signs: tuple[str, ...]
    entry: GlossaryEntry


GREEK_CLAIMS: Final = (
    Claim(
        id="T1",
        signs=(r"(?:short|negative) gamma", r"delta", r"increases?|increasing|rises?|goes up|grows?|climbs?"),
        entry=GlossaryEntry(
            term="short gamma as the price rises",
            text=(
                "No: the delta of short gamma falls as the price rises. A short straddle of 10 at 1,800 has a delta of "
                "-0.955 at 1,813 and of -4.509 at 1,900 ten days later, so its hedge buys after a rally and sells "
                "after a fall: high and low, in that order."
            ),
            formula="delta of a short pair = -(2 N(d1) - 1)",
            source=BLACK,
        ),
    ),
    Claim(
        id="T2",
        signs=(
            r"hedg\w+|perps?|perpetuals?|futures?",
            r"gamma|realised(?: vol\w*)?|realized(?: vol\w*)?",
            r"neutrali[sz]\w+|remov\w+|eliminat\w+|cancels?|match\w*|flatten\w*|kills?|reduc\w+",
        ),
        entry=GlossaryEntry(
            term="what a delta hedge leaves",
            text=(
                "No: a hedge with a perpetual or future changes delta alone. Gamma and vega stay as they were, and "
                "the book keeps earning or losing on the gap between realised and implied variance; hedging makes the "
                "two equal in no way. Only options and volatility products change gamma."
            ),
            formula="P&L left = integral of 1/2 Gamma S^2 (realised^2 - implied^2) dt",
            source="Black and Scholes (1973), J. Political Economy 81, 637-654",
        ),
    ),
    Claim(
        id="T3",
        signs=(
            r"deterministic|guaranteed|immune|locks? in|locked in|certain",
            r"yield|profit|return|income|hedg\w+|gain",
        ),
        entry=GlossaryEntry(
            term="how certain a hedged gain is",
            text=(
                "No: it would be certain only with a known, constant volatility, hedged at that volatility, at all "
                "times and for free. Hedged at implied volatility the result depends on the path: a straddle at 100 "
                "with a mean gain of 2.28 has a deviation of 1.13 at 480 hedges and of 8.93 at 2."
            ),
            source="Boyle and Emanuel (1980), J. Financial Economics 8, 259-282",
        ),
    ),
    Claim(
        id="T4",
        signs=(
            r"rv|realised|realized",
            r"above|exceed\w*|higher|over|greater|beats?|more than",
            r"implied|iv",
            r"seller|sell\w*|short|sold|writer",
        ),
        entry=GlossaryEntry(
            term="who gains when realised volatility exceeds implied",
            text=(
                "No: the seller loses then, and the buyer gains. A short straddle earns when realised volatility stays "
                "below implied: sold at 42 % on ETH at 1,813 and hedged at the start, it is up 156.31 USD after ten "
                "days at 1,900, because that move of 4.69 % is below the 6.95 % that were implied."
            ),
            formula="P&L of a short = -1/2 Gamma S^2 (realised^2 - implied^2) t",
            source=BLACK,
        ),
    ),
    Claim(
        id="T5",
        signs=(r"short (?:straddle|call)", r"long put", r"straddle|zero|0|neutral|delta"),
        entry=GlossaryEntry(
            term="legs of a short straddle",
            text=(
                "No: it is a short call with a short put. The short call has negative delta, the short put positive, "
                "and their sum is zero near one price only: short 10 straddles of 1,800 at 1,813 start at -0.955 ETH "
                "and need 0.955 bought."
            ),
            formula="delta of a short pair = -(2 N(d1) - 1)",
            source=BLACK,
        ),
    ),
    Claim(
        id="T6",
        signs=(r"3 554",),
        entry=GlossaryEntry(
            term="the -3.554 of the example",
            text=(
                "It is the net delta: options of -4.509 with the 0.955 ETH bought at the start. Day 10, ETH at 1,900, "
                "30 days at 42 % implied. The options by themselves are at -4.509, and it is one hedge, not several."
            ),
            source=BLACK,
        ),
    ),
    Claim(
        id="T7",
        signs=(
            r"perps?|perpetuals?",
            r"emulat\w+|simulat\w+|replicat\w+|mimic\w*|create|synthetic|like",
            r"long gamma|gamma",
        ),
        entry=GlossaryEntry(
            term="gamma from perpetuals",
            text=(
                "No: equal long and short perpetuals have a gamma of zero, and fading moves with them is short "
                "convexity: it wins in chop and loses in a trend. To replicate long gamma with perpetuals one buys "
                "high and sells low."
            ),
            formula="P&L of a fade = 1/2 k (sum of dS^2 - (end - start)^2)",
            source="Summation by parts",
        ),
    ),
    Claim(
        id="T8",
        signs=(
            r"gamma scalp\w*|long gamma|scalper|long options?",
            r"trends?|trending|rally|rallies",
            r"los\w+|suffer\w*|hurts?|bad|bleeds?|dangerous",
        ),
        entry=GlossaryEntry(
            term="long gamma in a trend",
            text=(
                "No: long options earn on trends too. What they need is days larger than the break-even move, "
                "whichever way they go: at 60 % implied ten days of +4 % bring +536 USD on a straddle at 60,000 and "
                "ten of +2 % cost 675. It is fades with perpetuals and short gamma that a trend hurts."
            ),
            formula="P&L of a step = 1/2 Gamma dS^2 + Theta dt",
            source=BLACK,
        ),
    ),
    Claim(
        id="T9",
        signs=(
            r"more (?:often|frequent\w*|rebalanc\w+|hedg\w+)|(?:rebalanc|hedg)\w* more|frequency|faster hedging",
            r"captur\w+|profit|earns?|earning|gain|rent|makes?|money",
        ),
        entry=GlossaryEntry(
            term="how often is hedged, and profit",
            text=(
                "No: the expected gross result does not depend on how often is hedged. Frequency trades variance "
                "against cost: with 5 bp a trade, 480 hedges of a straddle at 100 leave a mean of 1.53 and 10 leave "
                "2.15, at about four times the deviation. To hedge less in trends and more in ranges is a view on "
                "direction."
            ),
            source="Boyle and Emanuel (1980), J. Financial Economics 8, 259-282",
        ),
    ),
    Claim(
        id="T10",
        signs=(
            r"long gamma|scalp\w*|long vol\w*|long options?|buyers?",
            r"earn\w*|collect\w*|harvest\w*|gets?|receiv\w+",
            r"premium|vrp",
            r"vol\w*|vrp|variance",
        ),
        entry=GlossaryEntry(
            term="who earns the volatility risk premium",
            text=(
                "No: sellers of options earn it, buyers pay it, and long gamma is a buyer. It is implied less realised "
                "volatility, above zero on average, and pays for bearing rare and large losses."
            ),
            formula="VRP = implied - realised",
            source="Carr and Wu (2009), Review of Financial Studies 22, 1311-1341",
        ),
    ),
    Claim(
        id="T11",
        signs=(r"extract\w*|collect\w*|earn\w*|receiv\w+|harvest\w*", r"theta|decay", r"long|premium|scalp\w*"),
        entry=GlossaryEntry(
            term="who receives theta",
            text=(
                "Say the side first. Theta is negative for long options and positive for short ones: long gamma pays "
                "it, short gamma receives it, and what either makes of it depends on the moves that come."
            ),
            formula="Theta = -1/2 Gamma S^2 sigma^2 a year, with zero interest",
            source=BLACK,
        ),
    ),
    Claim(
        id="T12",
        signs=(
            r"vega",
            r"futures?|perps?|perpetuals?|spot",
            r"hedg\w+|reduc\w+|neutrali[sz]\w+|offset\w*|flatten\w*|with|cut",
        ),
        entry=GlossaryEntry(
            term="what hedges vega",
            text=(
                "No: futures, perpetuals and spot have no vega and change none. Only options and other volatility "
                "products do; without them vega is held down by the size of the options themselves."
            ),
            source=BLACK,
        ),
    ),
    Claim(
        id="T13",
        signs=(
            r"theta|decay|options? value|value of the options?",
            r"subtract\w*|deduct\w*|reduc\w+|take off|takes off",
            r"days?|daily|repric\w+",
        ),
        entry=GlossaryEntry(
            term="theta in a repriced book",
            text=(
                "No: a book that is repriced by time contains its theta already. Taking it off again counts it twice. "
                "Theta is a part that explains the P&L, never an addition to it."
            ),
            formula="delta + gamma + theta + vega + rest = the revaluation",
            source=BLACK,
        ),
    ),
    Claim(
        id="T32",
        signs=(r"rv|realised vol\w*|realized vol\w*", r"standard deviation|stdev|std", r"log|returns?"),
        entry=GlossaryEntry(
            term="what realised volatility is",
            text=(
                "That is one estimator of several, and it says too little: a figure needs its treatment of the mean, "
                "its sampling, a year of 365 days and what it makes of jumps. What a hedger earns on is variance at "
                "his own hedge interval, weighted by his gamma."
            ),
            formula="sqrt(365 x mean of squared daily log returns), for the close-to-close estimator",
            source="Parkinson (1980); Garman and Klass (1980); Yang and Zhang (2000)",
        ),
    ),
)
