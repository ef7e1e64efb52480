"""Whatever is typed or stored: no sentence moves money by accident, no page fails to print."""

import json
import random
import re

from hypothesis import given
from hypothesis import strategies as st

from oracle_core.console.chat_grammar import understand
from oracle_core.console.chat_meaning import Ask, Known
from oracle_core.console.render import RENDERERS, render
from oracle_core.desk.documents import Document
from oracle_core.desk.use_cases import USE_CASES, Danger

CYCLE = "5b6c85ec94c4"
EXACT = re.compile(rf"\s*(?:oracle\s+)?(?:approve\s+{CYCLE}(?::c\d+)?|reject\s+{CYCLE}.*|resume)[\s.!?]*", re.DOTALL)
WORDS = (
    "approve", "execute", "resume", "reject", "halt", "please", "now", CYCLE, f"{CYCLE}:c1", "c1", "it", "and",
    "oracle",
    "again", "same", "for", "eth", "forget", "about", "cautious", "two days", "repeat", "it all",
    "advise", "why", "not", "what", "if", "btc", "-10%", "yes", "do", "sell", "buy", "the", "plan", ";", "`", "\n", "!",
)  # fmt: skip
BEFORE = (
    None, Ask(name="advise"), Ask(name="approve", slots={"subject": CYCLE}), Ask(name="resume"),
    Ask(name="why-not", slots={"subject": f"{CYCLE}:c2"}), Ask(name="stress", slots={"spot": -10.0}),
)  # fmt: skip
JUNK = (None, True, -1, 3.5, float("1e308"), "", "x\x1b[2Jy\n", [], {}, [None], [[1]], {"a": None}, {"a": {"b": [1]}})


@given(words=st.lists(st.sampled_from(WORDS), max_size=7), last=st.sampled_from(BEFORE))
def test_only_the_exact_command_changes_anything(words: list[str], last: Ask | None) -> None:
    known = Known(
        phrases={name: case.phrases for name, case in USE_CASES.items()},
        fields={name: frozenset(case.request.model_fields) for name, case in USE_CASES.items()},
        personas=("cautious",), last=last, last_cycle=CYCLE, last_subject=f"{CYCLE}:c1",
    )  # fmt: skip
    sentence = " ".join(words)
    meaning = understand(sentence, known)
    if isinstance(meaning, Ask) and (USE_CASES[meaning.name].danger is Danger.CHANGE or meaning.name == "reject"):
        assert EXACT.fullmatch(sentence), meaning


@given(sentence=st.text(max_size=600))
def test_any_text_means_something_and_nothing_that_trades(sentence: str) -> None:
    known = Known(phrases={name: case.phrases for name, case in USE_CASES.items()})
    meaning = understand(sentence, known)
    assert not (isinstance(meaning, Ask) and meaning.name == "approve")


def bent(node: object, dice: random.Random) -> object:
    """The document with junk in some places."""
    if dice.random() < 0.03:
        return dice.choice(JUNK)
    if isinstance(node, dict):
        return {key: bent(value, dice) for key, value in node.items() if dice.random() > 0.02}
    return [bent(value, dice) for value in node] if isinstance(node, list) else node


def test_a_bent_document_is_shown_as_far_as_it_goes(ask, tmp_path, advised: dict[tuple[str, str], Document]) -> None:
    cycle = ask("advise")["cycle_id"]
    documents = [
        *advised.values(),
        *(
            ask(name)
            for name in ("candidates", "compare", "exposures", "stress", "funding", "journal", "doctor", "indicators")
        ),
        ask("stress", spot=-5.0),
        ask("screen", contracts=True),
        ask("explain", subject=cycle),
        ask("why-not", subject=cycle),
        ask("approve", subject=cycle),
        ask("positions"),
        ask("personas"),
        ask("strategies"),
        ask("persona", name="degen"),
        ask("strategy", name="gamma_scalp"),
        ask("report", folder=tmp_path),
        ask("simulate", check_minutes=1440),
    ]
    dice = random.Random(7)
    for document in documents:
        for _ in range(40):
            crooked = bent(json.loads(json.dumps(document)), dice)
            if not isinstance(crooked, dict):
                continue
            page = render({**crooked, "schema": document["schema"]})
            assert max(map(len, page.splitlines()), default=0) <= 100
            assert not [char for char in page if char != "\n" and not char.isprintable()]
    assert {document["schema"] for document in documents} <= set(RENDERERS)
