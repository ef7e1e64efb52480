"""What the chat knows each use case by: phrases beside those of the table, and words that mean nothing else there."""

from typing import Final

_OF_A_GREEK: Final = (
    "net {}", "total {}", "how much {}", "my {} per day", "how much {} am i bleeding", "how much {} do i have",
    "am i long {}", "am i short {}", "am i long or short {}", "long or short {}", "my {}", "what is my {}",
)  # fmt: skip
MORE_PHRASES: Final[dict[str, tuple[str, ...]]] = {
    "advise": (
        "what do i do", "how do i get flat", "flatten my delta", "what would you say", "what do you say",
        "get me flat",
        "make me delta neutral", "any recommendation", "what do you think i should do", "suggest a hedge",
        "what do you suggest", "what is the play", "how should i hedge", "what should we do",
        "what do you recommend", "recommendation", "should i hedge", "hedge now", "what to do",
        "what would you do", "hedge my book", "give me a plan", "should i buy or sell", "best hedge", "any advice",
        "what is the best hedge", "do i need to hedge", "what next",
    ),
    "exposures": (
        *(said.format(greek) for greek in ("delta", "gamma", "vega", "theta") for said in _OF_A_GREEK),
        "net exposure", "my net greeks", "am i short", "am i long", "am i long or short", "my greeks", "my book",
        "my portfolio", "show risk", "how am i positioned", "am i short vol", "am i long volatility",
        "show my portfolio",
    ),
    "candidates": (
        "other options", "anything cheaper", "is there a cheaper hedge", "cheaper", "show me the alternatives",
        "other hedges", "what else is there", "cheapest hedge", "all candidates", "what are my choices",
        "list hedges", "which hedges are there", "choices", "what else",
    ),
    "stress": (
        "flash crash", "show all scenarios", "all scenarios", "liquidation cascade", "worst case", "stress test",
        "stress grid", "how bad can it get", "what can go wrong", "how much can i lose", "what is my risk of loss",
        "what if it crashes", "shock", "what if the market crashes",
    ),
    "margin": (
        "am i going to get liquidated", "when do i get liquidated", "distance to liquidation", "liquidation price",
        "how safe is my margin", "margin call", "liquidation distance", "margin usage", "will i be liquidated",
        "am i close to liquidation",
        "how far is liquidation", "where is my liquidation price", "margin use", "how much margin do i use",
        "can they liquidate me",
    ),
    "why": (
        "what can go wrong with it", "why this one", "why this candidate", "why this hedge", "why that hedge",
        "why did you choose this", "why should i hedge now", "why this exchange", "why that venue",
        "why a market order", "why a limit order", "why taker", "why maker", "why this order",
        "what could go wrong with that hedge", "what could go wrong with the plan", "risks of that hedge",
        "why trade now",
    ),
    "wait": (
        "do nothing for a day", "what if i sit on my hands", "can i sit on it", "cost of doing nothing for a day",
        "should we wait", "what if i wait", "how much does waiting cost", "what does waiting cost",
        "cost of doing nothing", "can i wait", "what happens if i do nothing", "should i wait",
        "what if we hold off",
    ),
    "changes": (
        "what is new since yesterday", "what is new", "difference to last week", "diff", "diff vs last week",
        "what changed in the book", "what has changed", "what moved", "what changed since last week",
        "difference to yesterday", "how did my book change", "what happened since yesterday",
    ),
    "convexity": (
        "am i long convexity", "am i short convexity", "long or short convexity", "my convexity",
    ),
    "calendar": (
        "what is expiring", "when do my options expire", "next expiry", "options expiring next week",
        "next event", "upcoming events",
        "events this week", "when is expiry", "my expiries",
    ),
    "prices": (
        "spot", "bid ask", "where is it trading", "where is it", "quote", "how much is it", "show prices",
        "what are the prices", "market prices", "current price", "where is spot", "how old are the quotes",
    ),
    "alerts": (
        "am i ok", "what is on fire", "what should i worry about", "any problems", "show alerts",
        "do i have alerts", "is anything wrong", "should i worry", "what is urgent",
    ),
    "pnl": (
        "am i up or down", "why did i lose money", "which greek hurt me", "where did my money go",
        "am i making money", "how much did i lose", "why am i losing money", "what made the money",
        "what drove my pnl", "what is my pnl", "how much did i make", "what did i lose", "did i make money",
    ),
    "explain": (
        "show candidate", "show me candidate", "explain it", "explain that hedge", "show the terms",
    ),
    "why-not": (
        "why not the others", "what about the others", "why was it refused", "why not that one", "why not it",
    ),
    "compare": (
        "how would the others handle it", "compare profiles",
        "all personas side by side", "compare the personas", "how would a cautious desk decide", "all personas",
        "other risk profiles",
    ),
    "funding": (
        "funding rate", "what am i paying in funding", "what is funding costing me", "am i earning funding",
        "am i earning carry",
        "next funding payment", "next funding", "what is the funding rate", "funding cost", "do i pay funding",
        "am i paid funding", "what do i pay in funding", "when is funding paid", "how much funding do i pay",
    ),
    "positions": (
        "what do i have on", "working orders", "my orders", "my balance", "show my positions", "what am i holding",
        "show the account", "my account", "open orders", "holdings",
    ),
    "journal": (
        "last log entries", "last journal entries", "newest entries", "show the journal", "recent events",
        "show the log",
    ),
    "journal-verify": (
        "is the log tampered with", "has the journal been tampered with", "is the log intact",
        "was the journal changed", "verify journal", "check the journal", "is the chain intact",
    ),
    "strategies": (
        "what strategies are there", "what strategies do you have", "which strategies are there",
        "show strategies",
    ),
    "personas": (
        "who are the personas", "what personas are there", "which personas are there", "show personas",
        "risk profiles",
    ),
    "doctor": (
        "is everything working", "are you ok", "is it working", "is everything ok", "health check",
        "system status", "self test", "diagnose",
    ),
    "simulate": (
        "run a simulation", "simulation", "backtest a straddle",
    ),
    "replay": (
        "replay it", "replay the decision", "decide it again",
    ),
    "indicators": (
        "iv vs rv", "implied vs realised", "is vol cheap or rich", "is volatility cheap", "market regime",
        "what is realised vol", "realised vol", "realized vol", "implied vol", "what regime are we in",
        "market conditions", "what is implied volatility at",
    ),
    "bands": (
        "breakeven move", "break even move", "hedge band", "how often do i hedge", "how wide is the band",
    ),
    "screen": (
        "best coin to trade", "which coin is best", "best coin", "rank coins", "rank contracts",
    ),
}  # fmt: skip
"""Beside the phrases of the table of use cases."""

_ALSO: Final = {
    "advise": (
        "as best book cautious desk flat flatten get hedge hedges hedging how mode neutral position plan "
        "trade risk strategy persona gamma delta book's rebalance adjust run suggest style"
    ),
    "alerts": "attention urgent worry anything fire burning",
    "bands": "band hedging rebalance straddle days move",
    "calendar": (
        "expire expires expiring expiry expiries roll rolls off options option events event when due upcoming "
        "week month settle settles settlement roll-off series calendar next days soon"
    ),
    "candidates": "cheaper cheapest hedge hedges better others list plan ranked refused rejected ones one",
    "changes": "since last past new different difference vs versus compared against diff happened book week",
    "compare": "persona personas profile profiles vs versus against desks hedge differ decide others other",
    "convexity": "side gamma long short book",
    "exposures": "risk risks book positions net options option long short am level much portfolio exposure",
    "explain": (
        "terms hedge candidate cycle decision plan advice recommendation choice one last shown more why "
        "chosen number trade row best"
    ),
    "funding": (
        "rate rates carry perps perp perpetuals paid pay paying earn earning cost interval day per week "
        "payments payment book next"
    ),
    "indicators": (
        "vol vols iv rv volatility implied realised realized forecast regime market markets trend cheap rich "
        "expensive conditions liquidity"
    ),
    "journal": "entries entry newest latest last events records recent lines",
    "margin": (
        "price prices level far near away distance close safe liquidated liquidation use pool pools account "
        "survive buffer"
    ),
    "persona": "limits limit persona profile how much allowed",
    "pnl": "profit loss losses money greek book made lost make lose up down day attribution explain",
    "positions": "open orders order account paper book working balance equity",
    "prices": "price quote quotes spot trading at bid ask level mark index where last book much worth bids asks",
    "replay": "decision cycle last newest",
    "report": "day daily advisory",
    "screen": "coins coin trade best order orders size for notional contracts market markets",
    "simulate": (
        "straddle long short days weeks week day vol vols iv equity implied with hedged account capital "
        "structure history perpetual perp at"
    ),
    "strategy": "rules rule work works strategy logic",
    "stress": (
        "spot price prices market everything all coins coin crypto move moves moved goes go by points point "
        "stress test tests scenario scenarios shock happens happen case or while than suddenly instantly "
        "overnight tonight pnl loss book portfolio hit together both gap instant immediately index perp "
        "further another additional implied too also flash worst liquidation days pass what-if whatif depegs "
        "depeg freezes frozen cascade cascades basis correlation correlations break breaks venue exchange "
        "deribit binance bybit okx usdc usdt stablecoin grid wrong"
    ),
    "surface": "vol volatility skew smile curve options iv implied term structure",
    "wait": "waiting hedge until cost costs nothing hold off sit hands moves",
    "why": (
        "not hedge trade venue exchange order style maker taker market limit chosen pick picked choose use "
        "using instead over than there here deribit binance binanceusdm bybit okx hyperliquid kraken coinbase "
        "bitget one plan wrong go can could risk risks"
    ),
    "why-not": "others other one rest cheaper better refused rejected",
}  # fmt: skip
ALSO_READ: Final = {name: frozenset(said.split()) for name, said in _ALSO.items()}
"""Words beside those of its phrases that a sentence about a use case may have, and mean nothing else by."""
