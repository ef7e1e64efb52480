"""Our own tasks in a process of their own, so that their memory is measured as a peer's is."""

import numpy as np
from served import serve

from oracle_core.maths.kernels import batch
from oracle_core.simulation.bar_backtest import RolledStraddle
from oracle_core.simulation.bar_kernels import compiled_backtest
from oracle_core.simulation.kernels import compiled_paths
from oracle_core.simulation.path_hedging import HedgedOption, Trade


def greeks(a):
    asked = [a[name] for name in ("forward", "strike", "years", "vol")]
    return lambda: dict(
        zip("pdgvt", batch.core(*asked, sign=a["sign"], discount=a["discount"], threads=1), strict=True)
    )


def vols(a):
    asked = [a[name] for name in ("price", "forward", "strike", "years")]
    return lambda: {"vol": batch.vols(*asked, sign=a["sign"], threads=1)}


def hedged(trade):
    def prepare(a):
        terms = {name: float(a[name]) for name in ("strike", "years", "vol", "cost")}
        return lambda: compiled_paths(HedgedOption(**terms, trade=trade), a["spot"], threads=1)._asdict()

    return prepare


def backtest(a):
    rule = RolledStraddle(roll_bars=43_200, bars_per_year=525_600.0, vol=0.6)
    return lambda: {
        "net": np.asarray(compiled_backtest(a["close"], rule, band=float(a["band"]), cost=float(a["cost"])).net)
    }


if __name__ == "__main__":
    serve(
        {
            "greeks": greeks, "vols": vols, "every step": hedged(Trade.EVERY_STEP),
            "whalley wilmott": hedged(Trade.WHALLEY_WILMOTT), "backtest": backtest,
        }
    )  # fmt: skip
