"""Names are translated both ways without loss."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.instrument import OptionType
from oracle_core.domain.symbols import Contract, from_deribit, from_unified, unified

COINS = st.sampled_from(["BTC", "ETH", "SOL", "XRP", "MATIC"])
DAYS = st.dates(date(2016, 1, 1), date(2099, 12, 31))
STRIKES = st.integers(1, 999_999).map(str) | st.tuples(st.integers(0, 99), st.integers(1, 999)).map(
    lambda p: f"{p[0]}.{p[1]}"
)


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    coin = draw(COINS)
    quote = draw(st.sampled_from(["USD", "USDC", "USDT"]))
    settle = coin if quote == "USD" else quote
    shape = draw(st.sampled_from(["spot", "perpetual", "future", "option"]))
    if shape == "spot":
        return Contract(coin, draw(st.sampled_from(["USDC", "USDT", "BTC"])))
    if shape == "perpetual":
        return Contract(coin, quote, settle)
    if shape == "future":
        return Contract(coin, quote, settle, draw(DAYS))
    return Contract(coin, quote, settle, draw(DAYS), draw(STRIKES), draw(st.sampled_from(OptionType)))


@given(contracts())
def test_a_contract_is_read_back_from_both_of_its_names(contract: Contract) -> None:
    assert from_unified(contract.symbol) == contract
    assert from_deribit(contract.deribit_name) == contract
    assert unified("deribit", contract.deribit_name) == contract.symbol
    assert unified("deribit", contract.symbol) == contract.symbol


@pytest.mark.parametrize(
    "name", ["", "BTC", "BTC-", "BTC-PERP", "BTC-31FEB26", "BTC-27MAR26-1800", "BTC-27MAR26-1d-C", "btc-perpetual",
             "BTC-FS-27MAR26_PERP", "BTC-27MAR26-٣-C", "BTC/USD:BTC-260231", "BTC/USD:BTC-260327-1800"]
)  # fmt: skip
def test_what_is_no_name_stays_as_it_is(name: str) -> None:
    assert unified("deribit", name) == name
    assert from_deribit(name) is None
    assert from_unified(name) is None


@given(st.text(max_size=30))
def test_no_text_breaks_the_translation(text: str) -> None:
    assert isinstance(unified("deribit", text), str)
    from_unified(text)
