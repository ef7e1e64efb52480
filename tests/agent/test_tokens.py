"""Tokens are counted by the model's own tokenizer where its ranks are installed, else by an estimate that says so."""

import hashlib
import os
from pathlib import Path

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from evals.server import ReferenceServer, serving
from oracle_core.agent import tokens
from oracle_core.agent.advisor import OpenAIAdvisor, ReplayAdvisor
from oracle_core.agent.budget import MESSAGE_TOKENS, estimated_tokens
from oracle_core.agent.graph import choose
from oracle_core.agent.prompt import write_prompt
from oracle_core.agent.tokens import ESTIMATOR, RANK_FILES, Counter, cache_folder, counter, is_installed
from tests.agent.factory import candidate, first_offered, hold, question

BYTES = tiktoken.Encoding(
    "bytes and a few words",
    pat_str=r"\w+|\W",
    mergeable_ranks={bytes([byte]): byte for byte in range(256)} | {b"he": 256, b"ed": 257, b"ge": 258, b"hed": 259},
    special_tokens={"<|endoftext|>": 260},
)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment in which a small encoding lies where tiktoken keeps o200k_base."""
    ranks = b"any ranks"
    wanted = tokens.RankFile(RANK_FILES["o200k_base"].name, hashlib.sha256(ranks).hexdigest())
    (tmp_path / wanted.name).write_bytes(ranks)
    monkeypatch.setattr(tokens, "RANK_FILES", {"o200k_base": wanted})
    monkeypatch.setattr(tiktoken, "get_encoding", lambda name: {"o200k_base": BYTES}[name])
    tokens._exact.cache_clear()
    yield {"TIKTOKEN_CACHE_DIR": str(tmp_path)}
    tokens._exact.cache_clear()


@pytest.mark.requirement("AGT-09")
def test_with_its_ranks_installed_the_count_is_the_tokenizers(installed: dict[str, str]) -> None:
    found = counter("gpt-4o-mini", installed)
    assert found.name == "o200k_base"
    for text in ("hedge", "hedged 3.554 ETH <|endoftext|>", "", "Größe 買い"):
        assert found.count(text) == MESSAGE_TOKENS + len(BYTES.encode(text, disallowed_special=()))
    assert found.count("hedge", "hedge") == MESSAGE_TOKENS + 2 * len(BYTES.encode("hedge"))


def test_a_rank_file_that_was_changed_or_is_missing_is_not_used_and_not_fetched(
    installed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(installed["TIKTOKEN_CACHE_DIR"])
    (folder / RANK_FILES["o200k_base"].name).write_bytes(b"other ranks")
    monkeypatch.setattr(tiktoken, "get_encoding", lambda name: pytest.fail("asked the network"))
    for environment in (installed, {"TIKTOKEN_CACHE_DIR": ""}, {"DATA_GYM_CACHE_DIR": str(folder / "none")}):
        assert counter("gpt-4o-mini", environment) == ESTIMATOR
    assert counter("a-model-of-our-own", installed) == ESTIMATOR


def test_tiktoken_looks_for_ranks_where_we_do(tmp_path: Path) -> None:
    assert cache_folder({"TIKTOKEN_CACHE_DIR": str(tmp_path), "DATA_GYM_CACHE_DIR": "x"}) == tmp_path
    url = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
    names = {name: hashlib.sha1(url.format(name).encode(), usedforsecurity=False).hexdigest() for name in RANK_FILES}
    assert {name: found.name for name, found in RANK_FILES.items()} == names


@pytest.mark.requirement("AGT-09")
@pytest.mark.parametrize("limit", [12_000, 6_000, 3_000, 1_800])
def test_a_prompt_is_trimmed_to_the_same_words_by_whoever_counts_and_never_over_its_limit(limit: int) -> None:
    many = [candidate(f"{number}", rank=number) for number in range(1, 40)]
    asked = question([*many, hold(40)], notes=["word " * 200] * 10)
    exact = Counter("bytes", lambda *texts: sum(len(BYTES.encode(text)) for text in texts))
    for counts in (ESTIMATOR, exact):
        written = [write_prompt(asked, asked.candidates, first_offered(asked.candidates), limit, counts) for _ in "ab"]
        assert written[0] == written[1]
        if written[0] is not None:
            assert (written[0].tokens <= limit, written[0].tokenizer) == (True, counts.name)


@pytest.mark.requirement("AGT-09")
def test_the_card_says_what_the_prompt_counts_and_that_it_is_an_estimate_and_so_does_a_replay() -> None:
    with serving(ReferenceServer()) as server:
        choice = choose(question(), OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=5.0))
    assert choice.advisor.tokenizer == "estimated"
    assert choice.advisor.tokens is not None
    assert choice.advisor.tokens > 500
    assert choice.reply is not None
    assert choose(question(), ReplayAdvisor(reply=choice.reply)).advisor == choice.advisor


REAL = [name for name in RANK_FILES if is_installed(name, os.environ)]
SAMPLES = [
    "Sell twenty ETH perpetual: the book is short gamma and the band was left an hour ago.",
    '{"id":"c3","cost_usd":"$1.49","delta":-3.554,"legs":[{"venue":"deribit","contracts":"-2284"}]}',
    "def main() -> None:\n    print('hedge')\n",
    "對沖要花多少錢",
]


@pytest.mark.skipif(not REAL, reason="no rank file in TIKTOKEN_CACHE_DIR: `oracle doctor` says how to install one")
@pytest.mark.parametrize("text", SAMPLES)
def test_the_estimate_is_never_below_the_real_count_of_what_we_send(text: str) -> None:
    for name in REAL:
        real = len(tiktoken.get_encoding(name).encode(text))
        assert real <= estimated_tokens(text) <= 2 * real + MESSAGE_TOKENS


@given(text=st.text(max_size=300))
def test_the_estimate_counts_any_text(text: str) -> None:
    assert estimated_tokens(text) >= MESSAGE_TOKENS
