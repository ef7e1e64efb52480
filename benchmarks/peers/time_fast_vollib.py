"""fast-vollib: price and Greeks are two calls of its API."""

import numpy as np
from fast_vollib import fast_black, fast_implied_volatility_black, get_all_greeks
from served import serve


def flags(a):
    return np.where(a["sign"] > 0, "c", "p")


def greeks(backend):
    def prepare(a):
        asked = (flags(a), a["forward"], a["strike"], a["years"], a["rate"], a["vol"])

        def call():
            price = fast_black(*asked, return_as="numpy", backend=backend)
            return {"price": price, **get_all_greeks(*asked, model="black", return_as="dict", backend=backend)}

        return call

    return prepare


def vols(backend):
    def prepare(a):
        asked = (a["price"], a["forward"], a["strike"], a["rate"], a["years"], flags(a))
        return lambda: {
            "vol": fast_implied_volatility_black(*asked, return_as="numpy", backend=backend, on_error="ignore")
        }

    return prepare


if __name__ == "__main__":
    kinds = {"greeks": greeks, "vols": vols}
    serve({f"{kind} {b}": made(b) for kind, made in kinds.items() for b in ("numpy", "numba", "torch")})
