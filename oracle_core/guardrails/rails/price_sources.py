"""Where sources disagree about a coin's price nothing adds risk in it; what lowers risk passes, and says so."""

from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.factors import adds_risk, cures
from oracle_core.guardrails.rail import Rail, allow, cannot_check, deny

NAME = "price_sources"


def check(case: Case) -> tuple[Finding, ...]:
    """The coins of the legs, their doubts, and whether the plan adds risk."""
    doubts = case.price_doubts
    if not case.legs:
        return (allow(NAME, "nothing is traded"),)
    if doubts is None:
        return (cannot_check(NAME, "whether the sources of the prices agree", None),)
    coins = sorted({leg.instrument.base for leg in case.legs if leg.instrument is not None} & doubts.keys())
    if not coins:
        return (allow(NAME, "no two sources of a traded coin's price disagree"),)
    said = "; ".join(f"{coin}: {doubts[coin]}" for coin in coins)
    risen = None if cures(case) else adds_risk(case)
    if risen is None:
        return (allow(NAME, f"{said}; the plan adds no risk"),)
    return (deny(NAME, f"{said}; and the plan adds risk: {risen}"),)


RAIL = Rail(name=NAME, limits=(), check=check)
