"""Entries of the glossary about practice: what is often said about hedging, with the sign it has in fact."""

from typing import Final

from oracle_core.desk.glossary_terms import GlossaryEntry

PRACTICE: Final = (
    GlossaryEntry(
        term="hedging error",
        text=(
            "What is left between a hedged option and its price because hedging is done at moments, not at all times. "
            "It shrinks with the square root of the number of hedges while costs grow with it, so the best frequency "
            "is finite: continuous hedging, also called finality, is a benchmark and not a goal. Hedging at implied "
            "volatility does not lock in the difference to the realised one: the result depends on the path, and only "
            "its mean does not depend on how often is hedged."
        ),
        formula="deviation about sqrt(pi/4) vega sigma / sqrt(N), at the money",
        source="Boyle and Emanuel (1980), J. Financial Economics 8, 259-282; Derman and Kamal (1999)",
        also=("finality", "continuous hedging", "tracking error", "hedge frequency", "hedging frequency"),
    ),
    GlossaryEntry(
        term="straddle",
        text=(
            "A call and a put of one strike and expiry. A short straddle is a short call, with negative delta, and a "
            "short put, with positive delta; their sum is zero only near one price and is not zero on the first day "
            "as a rule. The seller wins when the coin moves less than was implied, the buyer when it moves more, "
            "whichever way."
        ),
        formula="delta of a short pair = -(2 N(d1) - 1)",
        source="Black (1976), J. Financial Economics 3, 167-179",
        also=("short straddle", "long straddle", "strangle"),
    ),
    GlossaryEntry(
        term="fading",
        text=(
            "Selling rises and buying falls with perpetuals alone. Equal long and short perpetuals have no gamma; the "
            "inventory of a fade is short convexity: it wins in chop and loses in a trend, like short gamma and "
            "without its theta. Holding long gamma by perpetuals would mean buying high and selling low."
        ),
        formula="P&L = 1/2 k (sum of dS^2 - (end - start)^2), inventory -k (S - start)",
        source="Summation by parts",
        also=("fade", "perps only scalping", "perp scalping", "grid trading"),
    ),
    GlossaryEntry(
        term="stop-loss",
        text=(
            "An order that closes a position at a loss. On one leg of a pair it leaves the other leg naked, with all "
            "its delta: both legs are closed together, or the rest is hedged again. It does not cap the loss in a jump."
        ),
        source="Oracle Core's rules for pairs",
        also=("stop loss", "stop", "stops", "stop out"),
    ),
    GlossaryEntry(
        term="insurance",
        text=(
            "Options bought far from the price against a large move. Puts insure legs that lose in a fall, which are "
            "long; calls insure legs that lose in a rally, which are short. A short perpetual is liquidated by a "
            "rally, so a long put does nothing for it."
        ),
        source="Payoff of the legs",
        also=("protective put", "protective overlay", "tail hedge", "option insurance"),
    ),
    GlossaryEntry(
        term="pair drift",
        text=(
            "What moves in a pair as prices move. Equal linear perpetuals, long and short, keep a delta of zero: their "
            "gains and losses do not unbalance them, so there is nothing to trim. What drifts is the collateral: one "
            "venue's pool gains what the other's loses, and margin has to be transferred. Inverse contracts, pairs by "
            "ratio and pairs of two coins do drift in delta."
        ),
        source="Rules of the venues",
        also=("pair", "pair trade", "delta neutral pair", "collateral drift"),
    ),
    GlossaryEntry(
        term="rebalancing",
        text=(
            "Trading back toward the target delta. It keeps delta within its band and bounds neither gross size nor "
            "margin: losses of perpetuals are paid on one venue while gains of options stand on another. Fixed rules "
            "in dollars and in per cent agree at one price only: 500 USD is 2 % at 25,000 and 0.83 % at 60,000."
        ),
        source="Oracle Core's limits",
        also=("rebalance", "trigger", "price move trigger"),
    ),
    GlossaryEntry(
        term="hedgers and volatility",
        text=(
            "Whether hedging calms a market or excites it depends on who is net long gamma. Hedgers that are net long "
            "gamma sell into rises and dampen moves, hedgers that are net short gamma buy into them and amplify moves. "
            "Neither is asserted without an estimate of the side."
        ),
        source="Sign of the hedge of each side",
        also=("gex", "gamma exposure", "market stability", "dealer gamma"),
    ),
    GlossaryEntry(
        term="win rate",
        text=(
            "The share of trades that gain. A hedge trade has no P&L alone: it is a part of the position it hedges. It "
            "is counted only with inventory matched and the option leg shown beside it, else the figure misleads."
        ),
        source="Oracle Core's metrics",
        also=("hedging win rate", "average profit per hedge trade", "profit per trade"),
    ),
    GlossaryEntry(
        term="Sharpe ratio",
        text=(
            "Mean over deviation of returns. Short volatility and fades show a high one made of many small gains until "
            "a rare large loss: it is read beside skew, the mean of the worst days (CVaR) and the worst day. Windows "
            "chosen afterwards, as those in which realised volatility exceeded implied, are stress and no evidence."
        ),
        formula="sqrt(365) mean / deviation, daily",
        source="Oracle Core's metrics",
        also=("sharpe", "skew", "cvar", "backtest selection", "look ahead"),
    ),
    GlossaryEntry(
        term="order style",
        text=(
            "Resting (maker) or taking (taker). Resting is cheaper and may not be filled, and what is not filled is "
            "risk; taking is certain and pays the spread. The choice is urgency against cost, with the risk of no fill "
            "priced; neither is right always. Working orders count as exposure, so that no loop stacks a second one."
        ),
        source="Oracle Core's execution",
        also=("limit order", "market order", "maker", "taker", "style"),
    ),
    GlossaryEntry(
        term="event",
        text=(
            "A scheduled moment such as a release or an upgrade. What to do depends on the side of convexity: long "
            "gamma may be entered before it, short gamma is reduced before it. Implied volatility usually falls "
            "after it."
        ),
        source="Oracle Core's playbook",
        also=("events", "event risk", "news"),
    ),
    GlossaryEntry(
        term="high volatility",
        text=(
            "What to do has an order: a gate first (halt or reduce), then the band that weighs cost, then the user's "
            "own rule. There is no fixed direction: higher volatility lowers gamma at the money while costs widen, so "
            "a band may grow or shrink."
        ),
        source="Oracle Core's rules",
        also=("volatility gate", "volatility spike", "regime"),
    ),
)
