"""py_vollib_vectorized: price and Greeks are two calls; its Greeks are finite differences."""

import numpy as np
from py_vollib_vectorized import get_all_greeks, vectorized_black, vectorized_implied_volatility_black
from served import serve


def flags(a):
    return np.where(a["sign"] > 0, "c", "p")


def greeks(a):
    asked = (flags(a), a["forward"], a["strike"], a["years"], a["rate"], a["vol"])

    def call():
        price = vectorized_black(*asked, return_as="numpy")
        return {"price": price, **get_all_greeks(*asked, model="black", return_as="dict")}

    return call


def vols(a):
    asked = (a["price"], a["forward"], a["strike"], a["rate"], a["years"], flags(a))
    return lambda: {"vol": vectorized_implied_volatility_black(*asked, return_as="numpy", on_error="ignore")}


if __name__ == "__main__":
    serve({"greeks": greeks, "vols": vols})
