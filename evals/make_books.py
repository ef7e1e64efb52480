"""Write the books and markets that only the evals use: `python -m evals.make_books`.

They are made by hand for one worked example or one kind of note each; the figures they must give stand in the cases.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from scipy.special import ndtr

HERE: Final = Path(__file__).parent / "books"
AS_OF: Final = "2026-02-20T08:00:00Z"
MARCH: Final = "2026-03-27T08:00:00Z"
TIERS: Final = [{"deduction": 0.0, "initial": 0.02, "maintenance": 0.01}]
VENUES: Final = {"deribit": "USDC", "bybit": "USDT", "binanceusdm": "USDT"}

Row = dict[str, Any]
Listed = tuple[Row, Row]


def perpetual(venue: str, price: float, fee: float, *, funding: float = 0.0) -> Listed:
    """A linear perpetual of one BTC a contract, quoted half a basis point around its mark."""
    settle = VENUES[venue]
    symbol = f"BTC/{settle}:{settle}"
    extra = {"funding_rate": funding, "funding_interval_hours": 8.0, "next_funding_at": "2026-02-20T16:00:00Z"}
    return _contract(venue, symbol, "perpetual", settle, fee), _quote(venue, symbol, price, extra)


def future(price: float, fee: float) -> Listed:
    """Deribit's linear future of 27 March."""
    row = _contract("deribit", "BTC/USDC:USDC-260327", "future", "USDC", fee) | {"expiry": MARCH}
    return row, _quote("deribit", row["symbol"], price, {})


def option(strike: float, right: str, forward: float, vol: float, expiry: str = MARCH) -> Listed:
    """A linear option of one BTC, marked by its volatility."""
    day = expiry[2:10].replace("-", "")
    symbol = f"BTC/USDC:USDC-{day}-{strike:.10g}-{right[0].upper()}"
    row: Row = {
        "venue": "deribit", "symbol": symbol, "kind": "option", "base": "BTC", "quote": "USDC", "settle": "USDC",
        "linear": True, "contract_size": 1.0, "expiry": expiry, "strike": strike, "option_type": right,
        "tick_size": 5.0, "amount_step": 0.01, "min_amount": 0.01, "maker_fee": 0.0003, "taker_fee": 0.0003,
        "fee_basis": "underlying", "fee_cap_of_premium": 0.125,
    }  # fmt: skip
    quote: Row = {"venue": "deribit", "symbol": symbol, "as_of": AS_OF, "forward": forward, "index": forward}
    return row, quote | {"mark_iv": vol}


def _contract(venue: str, symbol: str, kind: str, settle: str, fee: float) -> Row:
    return {
        "venue": venue, "symbol": symbol, "kind": kind, "base": "BTC", "quote": settle, "settle": settle,
        "linear": True, "contract_size": 1.0, "tick_size": 0.1, "amount_step": 0.0001, "min_amount": 0.0001,
        "maker_fee": fee, "taker_fee": fee, "fee_basis": "notional", "margin_tiers": TIERS,
    }  # fmt: skip


def _quote(venue: str, symbol: str, price: float, extra: Row) -> Row:
    bid, ask = price * (1 - 5e-5), price * (1 + 5e-5)
    shown = {"bids": [[bid, 500.0]], "asks": [[ask, 500.0]]}
    return {"venue": venue, "symbol": symbol, "as_of": AS_OF, "bid": bid, "ask": ask, **shown, "mark": price,
            "index": price, **extra}  # fmt: skip


def market(*listed: Listed, index: float, vol: float) -> Row:
    """A market of these contracts."""
    return {
        "schema": "oracle.market/1", "as_of": AS_OF, "instruments": [row for row, _ in listed],
        "quotes": [quote for _, quote in listed], "volatility_index": {"BTC": vol},
    }  # fmt: skip


def book(name: str, equity: dict[str, float], positions: list[Row], orders: list[Row] | None = None) -> Row:
    """A book whose equity lies in one pool per venue, counted in USD."""
    total: dict[str, float] = {}
    for venue, amount in equity.items():
        total[VENUES[venue]] = total.get(VENUES[venue], 0.0) + amount
    pools = [
        {"id": f"{venue}-main", "venue": venue, "margin_model": "cross",
         "currencies": {VENUES[venue]: {"balance": amount, "equity": amount}}}
        for venue, amount in equity.items()
    ]  # fmt: skip
    return {
        "schema": "oracle.book/1", "account": {"name": name, "numeraire": "USD", "equity": total}, "pools": pools,
        "positions": positions, "open_orders": orders or [],
    }  # fmt: skip


def held(venue: str, symbol: str, contracts: float) -> Row:
    return {"venue": venue, "symbol": symbol, "contracts": contracts, "pool": f"{venue}-main"}


def venues_market(cheapest: str) -> Row:
    """BTC at 100,000 on three venues and in a dated future; one route is cheaper than the others."""
    fees = {"deribit": 5e-4, "bybit": 5e-4, "binanceusdm": 5e-4, "future": 5e-4} | {cheapest: 2e-4}
    perpetuals = [perpetual(venue, 100_000.0, fees[venue]) for venue in VENUES]
    calls = [option(strike, "call", 100_000.0, 0.55) for strike in (110_000.0, 130_000.0)]
    return market(*perpetuals, future(100_000.0, fees["future"]), *calls, index=100_000.0, vol=0.55)


def venues_book(name: str) -> Row:
    """Eight call spreads short against a wing, and one future: short about one BTC."""
    equity = {"deribit": 150_000.0, "bybit": 130_000.0, "binanceusdm": 120_000.0}
    positions = [
        held("deribit", "BTC/USDC:USDC-260327-110000-C", -8.0),
        held("deribit", "BTC/USDC:USDC-260327-130000-C", 8.0),
        held("deribit", "BTC/USDC:USDC-260327", 1.0),
    ]
    return book(name, equity, positions)


def hedged_straddle() -> tuple[Row, Row]:
    """W10: one straddle at 60,000, 30 days, 60 %, hedged flat with the perpetual."""
    expiry = "2026-03-22T08:00:00Z"
    d1 = 0.5 * 0.6 * (30.0 / 365.0) ** 0.5
    flat = -(2.0 * float(ndtr(d1)) - 1.0)
    both = [option(60_000.0, right, 60_000.0, 0.6, expiry) for right in ("call", "put")]
    positions = [held("deribit", row["symbol"], 1.0) for row, _ in both]
    positions.append(held("deribit", "BTC/USDC:USDC", flat))
    there = market(perpetual("deribit", 60_000.0, 5e-4), *both, index=60_000.0, vol=0.6)
    return book("Hedged straddle", {"deribit": 60_000.0}, positions), there


def bot_loop(resting: bool) -> tuple[Row, Row]:
    """W21: delta +0.4 against a threshold of 0.1, without and with the whole hedge resting in the book."""
    order = {"venue": "deribit", "symbol": "BTC/USDC:USDC", "contracts": -0.4, "price": 60_010.0}
    positions = [held("deribit", "BTC/USDC:USDC", 0.4)]
    there = market(perpetual("deribit", 60_000.0, 5e-4), index=60_000.0, vol=0.6)
    return book("Bot loop", {"deribit": 200_000.0}, positions, [order] if resting else []), there


def funding() -> tuple[Row, Row]:
    """W3: short five BTC of perpetual while longs pay 0.01 % each eight hours."""
    positions = [held("deribit", "BTC/USDC:USDC", -5.0)]
    there = market(perpetual("deribit", 60_000.0, 5e-4, funding=1e-4), index=60_000.0, vol=0.6)
    return book("Short perpetual", {"deribit": 300_000.0}, positions), there


def files() -> Iterator[tuple[str, Row]]:
    """Every file by its name."""
    made = {
        "two-venues": (venues_book("Two venues"), venues_market("bybit")),
        "dated-future": (venues_book("Dated future"), venues_market("future")),
        "hedged-straddle": hedged_straddle(),
        "bot-loop": bot_loop(resting=False),
        "bot-loop-resting": bot_loop(resting=True),
        "short-perpetual": funding(),
    }
    for name, (held_book, there) in made.items():
        yield f"{name}.book.json", held_book
        yield f"{name}.market.json", there


def text(tree: Row) -> str:
    """A file's text: a line for each row."""
    lines = []
    for key, value in tree.items():
        rows = value if isinstance(value, list) else None
        shown = f"[\n  {_rows(rows)}\n]" if rows else json.dumps(value)
        lines.append(f'"{key}": {shown}')
    return "{" + ",\n".join(lines) + "}\n"


def _rows(rows: list[Row]) -> str:
    return ",\n  ".join(json.dumps(row) for row in rows)


def main() -> None:
    for name, tree in files():
        (HERE / name).write_text(text(tree), encoding="utf-8")


if __name__ == "__main__":
    main()
