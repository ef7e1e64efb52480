"""QuantLib: its Black calculator and its implied deviation, one option at a time, for it takes no arrays."""

import numpy as np
import QuantLib
from served import serve


def columns(a, *names):
    return [a[name].tolist() for name in names]


def greeks(a):
    kinds = [QuantLib.Option.Call if sign > 0 else QuantLib.Option.Put for sign in a["sign"]]
    asked = list(
        zip(kinds, *columns(a, "strike", "forward", "discount"), (a["vol"] * np.sqrt(a["years"])).tolist(),
            a["years"].tolist(), strict=True)
    )  # fmt: skip

    def call():
        rows = []
        for kind, strike, forward, discount, deviation, years in asked:
            one = QuantLib.BlackCalculator(QuantLib.PlainVanillaPayoff(kind, strike), forward, deviation, discount)
            rows.append((one.value(), one.deltaForward(), one.gammaForward(), one.vega(years)))
        return dict(zip(("price", "delta", "gamma", "vega"), np.array(rows).T, strict=True))

    return call


def vols(a):
    kinds = [QuantLib.Option.Call if sign > 0 else QuantLib.Option.Put for sign in a["sign"]]
    asked = list(zip(kinds, *columns(a, "strike", "forward", "price"), strict=True))
    root = np.sqrt(a["years"])

    def found(kind, strike, forward, price):
        try:
            return QuantLib.blackFormulaImpliedStdDevLiRS(kind, strike, forward, price)
        except RuntimeError:
            return np.nan

    return lambda: {"vol": np.array([found(*one) for one in asked]) / root}


if __name__ == "__main__":
    serve({"greeks": greeks, "vols": vols})
