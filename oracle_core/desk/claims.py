"""What is often said of hedging, and what is right: a sentence that says one of these is answered with its entry.

A claim is recognised by its signs: each is a set of spellings of which one must stand in the sentence, and all must be
met. Of several claims that are met the one with most signs answers. No model is asked.
"""

import re
from typing import Final

from oracle_core.desk.claims_books import BOOK_CLAIMS
from oracle_core.desk.claims_greeks import GREEK_CLAIMS, Claim
from oracle_core.desk.claims_markets import MARKET_CLAIMS
from oracle_core.desk.glossary_terms import GlossaryEntry

CLAIMS: Final = (*GREEK_CLAIMS, *BOOK_CLAIMS, *MARKET_CLAIMS)


def answer_to(sentence: str) -> GlossaryEntry | None:
    """What is right of a saying; None where the sentence says none of them.

    >>> found = answer_to("Short gamma: delta increases as the price rises, right?")
    >>> found.text[:63] if found else None
    'No: the delta of short gamma falls as the price rises. A short '
    >>> answer_to("am I short gamma") is None
    True
    """
    said = plain(sentence)
    met = [claim for claim in CLAIMS if _met(claim, said)]
    return max(met, key=lambda claim: len(claim.signs)).entry if met else None


def plain(sentence: str) -> str:
    """Lower case, letters, digits, `%` and points of numbers only, one space between.

    >>> plain("RV peaked at 97% -- in May 2021?")
    'rv peaked at 97 % in may 2021'
    """
    text = sentence.casefold().replace("%", " % ").replace("'", "").replace("’", "")
    return " ".join(re.sub(r"[^a-z0-9%]+", " ", text).split())


def _met(claim: Claim, said: str) -> bool:
    return all(re.search(rf"\b(?:{sign})\b", said) for sign in claim.signs)
