"""nautilus_trader: a strategy shown a quote a bar, that sends a market order when its hedge is out of band."""

from decimal import Decimal

from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import BTC, USDT
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, TraderId, Venue
from nautilus_trader.model.instruments import CryptoPerpetual
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy
from served import serve

DIGITS = 9
START = 1_000_000_000.0


class Hedge(Strategy):
    def __init__(self, instrument, wanted, band):
        super().__init__()
        self.instrument, self.wanted, self.band = instrument, wanted, band
        self.bar, self.held, self.trades = 0, 0.0, 0

    def on_start(self):
        self.bar, self.held, self.trades = 0, 0.0, 0
        self.subscribe_quote_ticks(self.instrument.id)

    def on_quote_tick(self, tick):
        bar, self.bar = self.bar, self.bar + 1
        off = self.wanted[bar] - self.held
        if bar < len(self.wanted) - 1 and abs(off) > self.band:
            size = Quantity(abs(off), DIGITS)
            side = OrderSide.BUY if off > 0.0 else OrderSide.SELL
            self.submit_order(self.order_factory.market(self.instrument.id, side, size))
            self.held += size.as_double() if off > 0.0 else -size.as_double()
            self.trades += 1


def perpetual(cost):
    step = Decimal(1).scaleb(-DIGITS)
    return CryptoPerpetual(
        instrument_id=InstrumentId(Symbol("BTCUSDT-PERP"), Venue("SIM")), raw_symbol=Symbol("BTCUSDT"),
        base_currency=BTC, quote_currency=USDT, settlement_currency=USDT, is_inverse=False, price_precision=DIGITS,
        size_precision=DIGITS, price_increment=Price(step, DIGITS), size_increment=Quantity(step, DIGITS),
        ts_event=0, ts_init=0, margin_init=Decimal(0), margin_maint=Decimal(0), maker_fee=Decimal(str(cost)),
        taker_fee=Decimal(str(cost)),
    )  # fmt: skip


def backtest(a):
    engine = BacktestEngine(
        BacktestEngineConfig(trader_id=TraderId("BENCH-001"), logging=LoggingConfig(bypass_logging=True))
    )
    instrument, venue = perpetual(float(a["cost"])), Venue("SIM")
    engine.add_venue(venue, OmsType.NETTING, AccountType.MARGIN, [Money(START, USDT)], base_currency=USDT)
    engine.add_instrument(instrument)
    much = Quantity(1_000_000, DIGITS)
    engine.add_data(
        [
            QuoteTick(instrument.id, Price(close, DIGITS), Price(close, DIGITS), much, much, at, at)
            for at, close in zip(range(60_000_000_000, 60_000_000_000 * (len(a["close"]) + 1), 60_000_000_000),
                                 a["close"].tolist(), strict=True)
        ]
    )  # fmt: skip
    hedge = Hedge(instrument, a["hedge"].tolist(), float(a["band"]))
    engine.add_strategy(hedge)

    def call():
        engine.reset()
        engine.run()
        account = engine.portfolio.account(venue).balance_total(USDT).as_double()
        open_ = engine.portfolio.unrealized_pnl(instrument.id)
        return {"net": account + (open_.as_double() if open_ else 0.0) - START, "trades": hedge.trades}

    return call


if __name__ == "__main__":
    serve({"backtest": backtest})
