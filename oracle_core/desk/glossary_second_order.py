"""Entries of the glossary about second-order Greeks: how delta and vega themselves change."""

from typing import Final

from oracle_core.desk.glossary_terms import BLACK, GlossaryEntry

SECOND_ORDER: Final = (
    GlossaryEntry(
        term="vanna",
        text=(
            "How delta changes with implied volatility, and alike how vega changes with the price. Out-of-the-money "
            "calls gain delta as volatility rises, out-of-the-money puts gain negative delta; near the money it is "
            "small. In a P&L it is what price and volatility make by moving together."
        ),
        formula="-n(d1) d2 / sigma per 1.00 of volatility, on the forward, for call and put; P&L vanna dS dsigma",
        source=BLACK,
        also=("ddelta dvol",),
    ),
    GlossaryEntry(
        term="volga",
        text=(
            "How vega changes with implied volatility. Long wings are long volga: their vega grows as volatility "
            "rises. At the money it is near zero, so a hedge of vega with options at the money leaves the volga of "
            "wings as it was."
        ),
        formula="vega d1 d2 / sigma; P&L 1/2 volga dsigma^2",
        source=BLACK,
        also=("vomma",),
    ),
    GlossaryEntry(
        term="charm",
        text=(
            "How delta changes as time passes at an unchanged price. In-the-money options drift toward a delta of one "
            "and out-of-the-money options toward none, faster near expiry: a book left alone over a weekend is not "
            "hedged on Monday though nothing moved."
        ),
        formula="n(d1) d2 / (2 tau) per year for call and put, on the forward, without interest",
        source=BLACK,
        also=("delta decay", "delta bleed"),
    ),
)
