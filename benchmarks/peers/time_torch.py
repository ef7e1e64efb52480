"""What needs torch: pfhedge's hedgers, and fast-vollib's torch backend."""

import time_fast_vollib
import torch
from pfhedge.instruments import BrownianStock, EuropeanOption
from pfhedge.nn import BlackScholes, Hedger, WhalleyWilmott
from served import serve


def hedged(model):
    def prepare(a):
        spot = torch.from_numpy(a["spot"])
        years = float(a["years"])
        stock = BrownianStock(
            sigma=float(a["vol"]), cost=float(a["cost"]), dt=years / (spot.shape[1] - 1), dtype=torch.float64
        )
        option = EuropeanOption(stock, strike=float(a["strike"]), maturity=years)
        stock.register_buffer("spot", spot)
        hedger = Hedger(made := model(option), made.inputs())

        def call():
            with torch.no_grad():
                return {"pnl": hedger.compute_pl(option)}

        return call

    return prepare


if __name__ == "__main__":
    serve(
        {
            "every step": hedged(BlackScholes),
            "whalley wilmott": hedged(WhalleyWilmott),
            "greeks torch": time_fast_vollib.greeks("torch"),
            "vols torch": time_fast_vollib.vols("torch"),
        }
    )
