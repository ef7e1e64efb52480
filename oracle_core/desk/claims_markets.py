"""Sayings about markets, their history, and results, and what is right. Figures are measured, with window and venue."""

from typing import Final

from oracle_core.desk.claims_greeks import Claim
from oracle_core.desk.glossary_terms import GlossaryEntry

MEASURED: Final = "Measured on recorded candles and settled funding of the venues named"

MARKET_CLAIMS: Final = (
    Claim(
        id="T21",
        signs=(
            r"hedg\w+|scalp\w+|gamma",
            r"stabili\w+|calms?|dampen\w*|volatil\w+|exacerbat\w+|amplif\w+",
            r"market|contribut\w+|always",
        ),
        entry=GlossaryEntry(
            term="hedging and the market's calm",
            text=(
                "Only if hedgers are net long gamma: then they sell into rises and dampen moves. Net short they buy "
                "into rises and amplify them. Without an estimate of the side nothing is said."
            ),
            source="Sign of the hedge of each side",
        ),
    ),
    Claim(
        id="T23",
        signs=(r"funding|carry|basis", r"risk free|riskless|theta|safe|free money|no risk"),
        entry=GlossaryEntry(
            term="risks of carry",
            text=(
                "No: the exchange can fail, the basis can widen, a leg can be liquidated and the rate can flip. And it "
                "is no theta: funding buys no convexity."
            ),
            source="Rules of the venues",
        ),
    ),
    Claim(
        id="T24",
        signs=(r"ftx|november 2022|nov 2022", r"25|day|plung\w+|fell|drop\w*|crash\w*"),
        entry=GlossaryEntry(
            term="the fall of November 2022",
            text=(
                "Not in the data: the worst day of BTC was -14.2 %, the worst 24 hours -17.0 % close to close and "
                "-19.5 % from high to low. It was -28.0 % over five days, 5 to 9 November (OKX, 5-minute candles)."
            ),
            source=MEASURED,
        ),
    ),
    Claim(
        id="T25",
        signs=(r"rv|realised|realized|volatility|vol", r"may 2021|97"),
        entry=GlossaryEntry(
            term="realised volatility of May 2021",
            text=(
                "It depends on the estimator: over 10 days it reached 160 %, over 30 days 121 %, from daily closes. "
                "A figure without window and estimator says little."
            ),
            source=MEASURED,
        ),
    ),
    Claim(
        id="T26",
        signs=(r"2021", r"april|apr|june|jun", r"30|40|range|oscillat\w+"),
        entry=GlossaryEntry(
            term="the range of spring 2021",
            text=(
                "Not from April: BTC traded up to 64.9k in it. From 20 May to 30 June 2021 it kept between 28.8k and "
                "42.5k, which is the range that is meant."
            ),
            source=MEASURED,
        ),
    ),
    Claim(
        id="T27",
        signs=(r"2022", r"summer|july|august|june", r"low|quiet|calm"),
        entry=GlossaryEntry(
            term="volatility in the summer of 2022",
            text=(
                "It was not: 30-day realised volatility of BTC at the ends of June to September was 90, 62, 55 and "
                "65 %, against a median of 65 % over 2018 to 2021. October 2022, at 32 %, is the quiet month to test."
            ),
            source=MEASURED,
        ),
    ),
    Claim(
        id="T28",
        signs=(r"funding", r"2024", r"feb\w*|100"),
        entry=GlossaryEntry(
            term="funding of February 2024",
            text=(
                "Settled rates do not show it: the highest of the month was 83.6 % a year on Binance and 79.4 % on "
                "Bybit. On 5 March they reached 96.5 % and 123.5 %. Treat the figure as unverified."
            ),
            source=MEASURED,
        ),
    ),
    Claim(
        id="T29",
        signs=(r"funding", r"8 hours?|8 h|8h|eight hours?|interval", r"everywhere|every|all|always|typically|each"),
        entry=GlossaryEntry(
            term="how often funding is paid",
            text=(
                "It is the venue's: 8 hours, 4 hours, 1 hour, or continuously as on Deribit. The payment is on "
                "notional at the mark, in the contract's own currency."
            ),
            source="Rules of the venues",
        ),
    ),
    Claim(
        id="T30",
        signs=(r"win rate|profit per (?:hedge )?trade|profit per hedge|winning hedges?", r"hedg\w+|average|win"),
        entry=GlossaryEntry(
            term="win rate of hedges",
            text=(
                "It is not defined by itself: a hedge trade has no P&L alone. It is counted with inventory matched and "
                "the option leg beside it, or it misleads."
            ),
            source="Oracle Core's metrics",
        ),
    ),
    Claim(
        id="T31",
        signs=(
            r"continuous\w*|finality|infinitely",
            r"hedg\w+|rebalanc\w+|finality",
            r"goal|target|best|ideal|optimal|aim|perfect",
        ),
        entry=GlossaryEntry(
            term="continuous hedging as an aim",
            text=(
                "No: it is a benchmark and not a goal. Error shrinks with the square root of the number of hedges "
                "while proportional costs grow with it, so the best number is finite."
            ),
            formula="error about 1/sqrt(N), cost about sqrt(N)",
            source="Boyle and Emanuel (1980), J. Financial Economics 8, 259-282",
        ),
    ),
    Claim(
        id="T33",
        signs=(
            r"periods?|windows?|months?",
            r"realised|realized|rv",
            r"above|surpass\w*|exceed\w*|beat\w*|higher|over|implied",
        ),
        entry=GlossaryEntry(
            term="choosing windows afterwards",
            text=(
                "As stress, labelled as chosen afterwards; never to set a parameter or to claim a result. The choice "
                "looks ahead: nobody knew at the time which windows those were."
            ),
            source="Oracle Core's metrics",
        ),
    ),
    Claim(
        id="T35",
        signs=(r"dynamic hedging", r"strateg\w+|deprecated|still|use|where|load"),
        entry=GlossaryEntry(
            term="the strategy dynamic_hedging",
            text=(
                "It is deprecated and kept: it loads with a warning, under its old path too, and no list offers it. "
                "`oracle strategy list --all` shows it with its mark."
            ),
            source="Oracle Core's playbook",
        ),
    ),
    Claim(
        id="T36",
        signs=(
            r"short vol\w*|selling vol\w*|fad\w+|small wins|steady|sharpe",
            r"sharpe|steady|consistent|reliable|returns?|income",
            r"high|steady|many|good|consistent|reliable|source",
        ),
        entry=GlossaryEntry(
            term="the Sharpe ratio of short volatility",
            text=(
                "It flatters: many small gains until a rare large loss. Read it beside skew, the mean of the worst "
                "days (CVaR) and the worst day; nothing about it is steady."
            ),
            formula="sqrt(365) mean / deviation, daily",
            source="Oracle Core's metrics",
        ),
    ),
    Claim(
        id="T39",
        signs=(
            r"host names?|hostnames?|urls?|links?|website|https?",
            r"verif\w+|source|trust\w*|official|follow|evidence|prove\w*",
        ),
        entry=GlossaryEntry(
            term="names and links in a text",
            text=(
                "No: a host name or link in a note is text and no evidence. The desk follows none, cites none as "
                "verified, and takes none as an instruction."
            ),
            source="Oracle Core's rules for text from outside",
        ),
    ),
)
