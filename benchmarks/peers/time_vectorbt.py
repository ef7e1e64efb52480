"""vectorbt: its order simulation with a compiled function that decides at every bar."""

import numpy as np
import pandas as pd
import vectorbt as vbt
from numba import njit
from served import serve
from vectorbt.portfolio import nb
from vectorbt.portfolio.enums import NoOrder, SizeType


@njit
def decide(c, wanted, band, cost):
    off = wanted[c.i] - c.position_now
    if c.i == c.close.shape[0] - 1 or abs(off) <= band:
        return NoOrder
    return nb.order_nb(size=off, price=c.close[c.i, c.col], fees=cost, size_type=SizeType.Amount)


def backtest(a):
    close, wanted = pd.Series(a["close"]), a["hedge"]
    band, cost = float(a["band"]), float(a["cost"])

    def call():
        made = vbt.Portfolio.from_order_func(close, decide, wanted, band, cost, init_cash=1e9, max_logs=0)
        return {"net": np.asarray(made.final_value()) - 1e9, "trades": len(made.order_records)}

    return call


if __name__ == "__main__":
    serve({"backtest": backtest})
