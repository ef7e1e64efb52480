"""backtrader: cheat-on-close orders to the hedge of each bar whenever it is out of its band."""

import backtrader as bt
from served import serve


class Prices(bt.feed.DataBase):
    params = (("close", None),)

    def start(self):
        super().start()
        self.bar = 0

    def _load(self):
        if self.bar >= len(self.p.close):
            return False
        price = float(self.p.close[self.bar])
        for line in (self.l.open, self.l.high, self.l.low, self.l.close):
            line[0] = price
        self.l.volume[0] = self.l.openinterest[0] = 0.0
        self.l.datetime[0] = 700_000.0 + self.bar / 1440.0
        self.bar += 1
        return True


class Hedge(bt.Strategy):
    params = (("wanted", None), ("band", 0.0))

    def __init__(self):
        self.trades = 0

    def next(self):
        bar = len(self) - 1
        off = self.p.wanted[bar] - self.position.size
        if bar < len(self.p.wanted) - 1 and abs(off) > self.p.band:
            (self.buy if off > 0 else self.sell)(size=abs(off))
            self.trades += 1


def backtest(a):
    def call():
        engine = bt.Cerebro(stdstats=False)
        engine.broker.setcash(1e9)
        engine.broker.setcommission(commission=float(a["cost"]))
        engine.broker.set_coc(True)
        engine.adddata(Prices(close=a["close"]))
        engine.addstrategy(Hedge, wanted=a["hedge"].tolist(), band=float(a["band"]))
        run = engine.run()[0]
        return {"net": engine.broker.getvalue() - 1e9, "trades": run.trades}

    return call


if __name__ == "__main__":
    serve({"backtest": backtest})
