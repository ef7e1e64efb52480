"""The entries of the glossary. Signs are those of the holder: long is positive."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryEntry:
    """One term. `also` are its other names."""

    term: str
    text: str
    formula: str | None = None
    source: str | None = None
    also: tuple[str, ...] = ()


BLACK: Final = "Black (1976), J. Financial Economics 3, 167-179"

GREEKS: Final = (
    GlossaryEntry(
        term="delta",
        text=(
            "How many coins the book behaves like for a small move: +1 gains 1 USD when the coin rises by 1 USD. A "
            "linear perpetual, future or spot has a delta of its size; an option's lies between 0 and 1 for a call "
            "and between -1 and 0 for a put. A short option carries the opposite sign, so a short put is long delta."
        ),
        formula="call N(d1), put N(d1) - 1, on the forward",
        source=BLACK,
        also=("net delta", "options delta", "delta neutral"),
    ),
    GlossaryEntry(
        term="gamma",
        text=(
            "How fast delta changes as the coin moves. Long options are long gamma: delta rises with the price and "
            "the hedge sells high and buys low. Short options are short gamma: delta falls as the price rises, so the "
            "hedge buys after a rally and sells after a fall. Call and put of one strike have the same gamma; a "
            "linear perpetual, future or spot has none, so hedging with them leaves the gamma of the options as it "
            "was. Shown in USD per 1 % move."
        ),
        formula="n(d1) / (F sigma sqrt(tau)); dollar gamma per 1 % = Gamma S^2 / 100",
        source=BLACK,
        also=("dollar gamma", "gamma 1pct", "long gamma", "short gamma", "convexity"),
    ),
    GlossaryEntry(
        term="theta",
        text=(
            "What the passing of a day does to option value at unchanged prices, in USD per day. It is negative for "
            "long options and positive for short ones. Without interest it is the price of gamma: what long gamma "
            "pays each day is what a move of exactly the implied size would earn back. A book repriced by time "
            "already contains it; it is never added a second time."
        ),
        formula="Theta = -1/2 Gamma S^2 sigma^2 a year, with zero interest",
        source=BLACK,
        also=("time decay", "decay"),
    ),
    GlossaryEntry(
        term="vega",
        text=(
            "What one point of implied volatility is worth, in USD. Long options gain when implied volatility rises, "
            "short ones lose. Only options and other volatility products change it: perpetuals, futures and spot have "
            "no vega and cannot hedge it."
        ),
        formula="F n(d1) sqrt(tau) per 1.00 of volatility, divided by 100 per point",
        source=BLACK,
    ),
    GlossaryEntry(
        term="net transaction delta",
        text=(
            "The delta of an option that is paid and settled in its own coin, with the coin value of the premium "
            "taken off. Together with coin equity that includes the options' value it counts every coin once; mixing "
            "such equity with Black's delta would count the premium twice."
        ),
        formula="NTD = Black delta - price in coin = +/-(K / F) N(+/-d2)",
        source="Identity: equity + sum NTD = (equity - option value) + sum Black delta, in coins",
        also=("ntd", "premium adjusted delta"),
    ),
)

SCALPING: Final = (
    GlossaryEntry(
        term="gamma scalping",
        text=(
            "Holding long options and trading the underlying against their changing delta: sell after a rise, buy "
            "after a fall. It earns when the movement realised at the hedge interval exceeds the implied volatility "
            "paid, in a trend as well as in a range, and loses the difference otherwise. Hedging more often does not "
            "raise the expected gross profit; it trades variance against cost. Fading moves with perpetuals alone is "
            "not gamma scalping: that is short convexity, which loses in a trend. Short gamma hedged the same way "
            "buys high and sells low."
        ),
        formula="P&L of a step = 1/2 Gamma dS^2 + Theta dt",
        source="Black and Scholes (1973), J. Political Economy 81, 637-654",
        also=("scalping", "gamma scalp", "reverse gamma scalping"),
    ),
    GlossaryEntry(
        term="gamma rent",
        text=(
            "The theta that long gamma pays for its convexity, or that short gamma receives for giving it away. It is "
            "earned back when the coin moves more than the break-even move in a day. It is no safe income for the "
            "short side: one large move can cost many days of it."
        ),
        formula="rent per day = 1/2 Gamma S^2 sigma^2 / 365",
        source=BLACK,
        also=("theta premium", "bleed"),
    ),
    GlossaryEntry(
        term="break-even move",
        text=(
            "The move in one day at which gamma earns just what theta costs. At 60 % implied volatility it is 3.14 %, "
            "at 100 % it is 5.23 %. Long gamma gains on larger days and short gamma on smaller ones, whichever way "
            "they go."
        ),
        formula="sigma / sqrt(365)",
        source="Gamma against theta over one day: 1/2 Gamma dS^2 = 1/2 Gamma S^2 sigma^2 / 365",
        also=("break even", "breakeven", "breakeven move", "daily break even"),
    ),
    GlossaryEntry(
        term="realised volatility",
        text=(
            "How much the coin has in fact moved, a year of 365 days. The figure depends on the estimator, the window "
            "and the sampling, so it is never quoted without them. What matters to a hedger is the movement at his "
            "own hedge interval, weighted by his gamma."
        ),
        formula="sqrt(365 x mean of squared daily log returns), for the close-to-close estimator",
        source="Parkinson (1980); Garman and Klass (1980); Yang and Zhang (2000)",
        also=("realized volatility", "rv", "historical volatility"),
    ),
    GlossaryEntry(
        term="implied volatility",
        text=(
            "The volatility at which Black's formula gives an option's market price. It is what a long option pays "
            "and a short one receives, and it differs from strike to strike and from expiry to expiry."
        ),
        formula="sigma such that Black(F, K, tau, sigma) = price",
        source=BLACK,
        also=("iv", "dvol", "volatility", "volatility index"),
    ),
    GlossaryEntry(
        term="volatility risk premium",
        text=(
            "Implied less the realised volatility that follows it. It has been positive on average, and then sellers "
            "of options earn it and buyers, gamma scalpers among them, pay it. It pays for bearing rare and large "
            "losses; an average is no promise for the next month."
        ),
        formula="VRP = implied - realised",
        source="Carr and Wu (2009), Review of Financial Studies 22, 1311-1341",
        also=("vrp", "variance risk premium", "volatility premium"),
    ),
)

HEDGING: Final = (
    GlossaryEntry(
        term="no-trade band",
        text=(
            "The range around the target delta inside which a hedge costs more than the risk it removes. Outside it, "
            "with proportional costs, the book is brought to the nearer edge; only a fixed cost per trade makes it "
            "worth going further inside. Higher volatility does not always narrow it: at the money it lowers gamma "
            "while costs widen."
        ),
        formula="target +/- half-width, in coins",
        source="Whalley and Wilmott (1997), Mathematical Finance 7, 307-324",
        also=("band", "band edge", "hedge band", "rebalancing band", "to edge", "rehedge"),
    ),
    GlossaryEntry(
        term="Zakamouline",
        text=(
            "A rule for the width of the no-trade band from cost, risk aversion, volatility and gamma. Its first part "
            "is there even without gamma; its second grows with gamma, because the same delta will have to be traded "
            "again."
        ),
        formula=("H0 = lambda / (g S sigma^2 tau); H1 = 1.12 lambda^0.31 tau^0.05 (1/sigma)^0.25 (|Gamma| / g)^0.5"),
        source="Zakamouline (2006)",
        also=("zakamouline band", "h0", "h1"),
    ),
    GlossaryEntry(
        term="Whalley-Wilmott",
        text=(
            "A rule for the width of the no-trade band when costs are small: it grows with the cube root of the cost "
            "and with gamma to the power two thirds. A position without gamma gets no band from it."
        ),
        formula="(3/2 lambda S Gamma^2 / g)^(1/3), in delta",
        source="Whalley and Wilmott (1997), Mathematical Finance 7, 307-324",
        also=("whalley wilmott", "ww band"),
    ),
    GlossaryEntry(
        term="churn",
        text=(
            "How much more a delta hedge will cost than its first trade, because gamma moves the delta and the same "
            "amount is traded again within the horizon. The execution term is the cost now times one plus churn; "
            "without gamma there is none."
        ),
        formula="H1 / H0 of the coin's net gamma after the plan",
        source="Oracle Core's objective, after Zakamouline (2006)",
    ),
    GlossaryEntry(
        term="objective",
        text=(
            "What ranks the candidates: five terms in USD over one horizon, each with the sign it counts with. "
            "Benefit is the sum for a candidate less the sum for doing nothing. A term without input is absent, which "
            "is not zero. A smaller breach comes before any benefit."
        ),
        formula="U = -execution + carry + edge - risk - capital; benefit = U(candidate) - U(hold)",
        source="Oracle Core's objective",
        also=("benefit", "utility", "u", "terms", "five terms"),
    ),
    GlossaryEntry(
        term="execution",
        text=(
            "What trading costs: fee, half the bid-ask spread and the slippage of walking the order book, now, and "
            "for delta hedges the trades that churn will bring within the horizon."
        ),
        formula="(fee + half-spread + slippage) x (1 + churn)",
        source="Oracle Core's objective",
        also=("cost", "slippage", "half spread", "fee", "fees"),
    ),
    GlossaryEntry(
        term="edge",
        text=(
            "What a forecast of realised volatility different from the implied one is worth to the gamma held, times "
            "the persona's trust in it. It is absent without a forecast, counts only where the strategy states a "
            "gamma target, and never turns the side of gamma."
        ),
        formula="trust x sum 1/2 Gamma S^2 (forecast^2 - implied^2) h",
        source="Oracle Core's objective",
    ),
    GlossaryEntry(
        term="risk term",
        text=(
            "What the variance of the book over the horizon costs at the persona's risk aversion: delta in every "
            "price factor, gamma, and vega where the history of implied volatility is known."
        ),
        formula="1/2 (aversion / equity) Var_h",
        source="Oracle Core's objective",
        also=("risk", "variance", "risk aversion"),
    ),
    GlossaryEntry(
        term="capital term",
        text=(
            "The charge on stress loss beyond the soft part of its limit: a book near its limit keeps room that "
            "others could use."
        ),
        formula="rate x life x (worst stress loss - 50 % of its limit)+",
        source="Oracle Core's objective",
        also=("capital",),
    ),
)

CARRY: Final = (
    GlossaryEntry(
        term="funding",
        text=(
            "What longs and shorts of a perpetual pay each other to keep it near its index: a positive rate is paid "
            "by longs. Each venue has its own interval: 8 hours, 4 hours, 1 hour, or continuously. A rate is no "
            "promise; the carry term lets it fade to its mean. It buys no convexity and is not like theta."
        ),
        formula="payment = rate x notional at the mark; 0.01 % per 8 h is 10.95 % a year simple, 11.57 % compounded",
        source="Rules of the venues",
        also=("funding rate", "funding payment"),
    ),
    GlossaryEntry(
        term="basis",
        text=(
            "The price of a future or perpetual less the index. It is not locked until the future expires, and it can "
            "widen on the way: hedging one contract with another keeps this risk."
        ),
        formula="annualised: (F / S - 1) x 365 / days",
        source="No-arbitrage of forwards",
        also=("basis trade", "premium of the future"),
    ),
    GlossaryEntry(
        term="carry",
        text=(
            "Funding, basis and borrowing that a position earns or pays by being held. Theta is not part of it. It is "
            "not free of risk: rates flip, basis widens, a leg can be liquidated and a venue can fail. Income counts "
            "after the persona's haircut, payments in full."
        ),
        formula="-sum N [mean h + (now - mean) tau(h)], tau(h) = t/ln 2 (1 - 2^(-h/t)), t the half-life",
        source="Oracle Core's objective",
        also=("cash and carry", "funding carry"),
    ),
    GlossaryEntry(
        term="inverse contract",
        text=(
            "A contract quoted in USD and settled in its own coin. Its delta in coins is its USD size over the price "
            "and changes as the price moves, so in USD it is not linear, and the collateral that backs it is long "
            "delta itself."
        ),
        formula="P&L in coins = contracts x size x (1/entry - 1/exit) for a long",
        source="Rules of the venues",
        also=("inverse", "inverse perpetual", "coin margined", "coin settled"),
    ),
    GlossaryEntry(
        term="numeraire",
        text=(
            "What the desk counts its wealth in. In USD, coin equity is delta and may be hedged; in coin it is not, "
            "and hedging it would be a position. The book states which."
        ),
        formula="net delta in USD terms = positions + coin equity; in coin terms = positions",
        source="Oracle Core's book format",
        also=("collateral delta", "coin equity", "collateral"),
    ),
)

LIMITS: Final = (
    GlossaryEntry(
        term="breach",
        text=(
            "How far the book stands outside the worst of its persona's limits, as a share of that limit. A plan that "
            "worsens a breach or makes a new one is refused, whatever it earns."
        ),
        formula="max over limits of (value - limit) / limit; for a floor (limit - value) / value",
        source="Oracle Core's limits",
        also=("limit breach", "limits", "breached limit"),
    ),
    GlossaryEntry(
        term="cure",
        text=(
            "A plan that ends or shrinks a breach and makes none. It takes the smallest step that cures, may exceed "
            "the persona's flow limits up to the desk's caps, never the price collar, and needs a person."
        ),
        source="Oracle Core's limits",
        also=("cures", "duty"),
    ),
    GlossaryEntry(
        term="stress",
        text=(
            "The P&L of instant moves of spot and implied volatility, by full revaluation at marks with no time "
            "passing. The same shock hits every leg's own volatility. The worst cell is what the stress limit binds; "
            "it is a scenario, not a forecast, and larger moves have happened."
        ),
        formula="spot +/-30, 20, 10, 5, 0 % x volatility times 0.75, 1, 1.5",
        source="Oracle Core's limits",
        also=("stress loss", "stress grid", "worst cell", "scenario"),
    ),
    GlossaryEntry(
        term="liquidation distance",
        text=(
            "How far the mark may move before a pool's equity falls to its maintenance margin and the venue closes "
            "positions. It belongs to one pool: a hedge on another venue cures the delta and leaves the distance as "
            "it was. A short perpetual is liquidated by a rally, a long one by a fall."
        ),
        formula="|1 - liquidation price / mark|, the nearer side",
        source="Margin rules of the venues",
        also=("liquidation", "liquidation price", "distance to liquidation"),
    ),
    GlossaryEntry(
        term="margin use",
        text=(
            "Initial margin over the equity of a pool. Cross margin needs less than isolated pools and lets one loss "
            "reach every position in it; unrealised option gains may not be free to support a perpetual elsewhere. "
            "Where a venue's rule is not known the figure is unknown, and plans that add risk are refused."
        ),
        formula="initial margin / pool equity",
        source="Margin rules of the venues",
        also=("margin", "cross margin", "margin ratio", "initial margin", "pool"),
    ),
    GlossaryEntry(
        term="leverage",
        text="The absolute delta in USD of all positions, added up, over equity. Long and short do not net.",
        formula="sum |delta cash| / equity",
        source="Oracle Core's limits",
        also=("gross leverage",),
    ),
    GlossaryEntry(
        term="halt",
        text=(
            "The desk's stop: from the moment it is written no new order leaves, whatever is approved, until a person "
            "resumes. Positions stay as they are, and so does their risk: a halt hedges nothing."
        ),
        source="Oracle Core's trading states",
        also=("halted", "kill switch", "resume"),
    ),
    GlossaryEntry(
        term="rail",
        text=(
            "A guardrail: one check every plan passes after the choice and again at approval. It allows, clips, asks "
            "a person or refuses; the strictest wins, and a rail that cannot check refuses. No text and no model "
            "reaches it."
        ),
        source="Oracle Core's guardrails",
        also=("guardrail", "guardrails", "rails", "verdict", "collar"),
    ),
)

TERMS: Final = (*GREEKS, *SCALPING, *HEDGING, *CARRY, *LIMITS)
