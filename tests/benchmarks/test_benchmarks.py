"""The benchmarks run, at sizes that time nothing, and what they compare agrees. No test looks at a clock."""

import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks import backtest, engine, environments, hedging, machine, pricing, report, versus  # noqa: E402
from benchmarks.__main__ import SECTIONS, main  # noqa: E402
from oracle_core.maths.black import black_core  # noqa: E402
from oracle_core.simulation.path_hedging import Trade  # noqa: E402


def test_the_section_of_risk_runs(capsys) -> None:
    assert main(["risk", "--small"]) == 0
    assert "21 spots x 11 volatilities x 3 days" in capsys.readouterr().out


@pytest.mark.parametrize("name", [name for name in SECTIONS if name not in {"engine", "risk"}])
def test_each_section_runs_without_its_peers(name, capsys) -> None:
    assert main([name, "--small"]) == 0
    printed = capsys.readouterr().out
    assert "| what | measured | ratio | goal | met |" in printed
    assert ("**ours**" in printed) is (name != "agent")  # the graph has no peer
    assert "does not run" not in printed


def test_a_made_up_desk_gets_a_decision() -> None:
    brief = engine.made_up_brief(50, engine.VENUES)
    assert len(brief.portfolio.positions) == len(brief.market.instruments) == 50
    assert engine.decide(brief).recommendation.candidates


def test_the_textbook_agrees_with_ours() -> None:
    o = pricing.options(500)
    ours = black_core(o["forward"], o["strike"], o["years"], o["vol"], sign=o["sign"], discount=o["discount"])._asdict()
    for name, theirs in pricing.textbook(o).items():
        assert np.max(np.abs(ours[name] - theirs)) <= 1e-11 * max(1.0, np.max(np.abs(theirs))), name


def test_the_contests_agree_with_their_definitions() -> None:
    walked = hedging.contest("walk", hedging.walks(20, 30), {"trade": Trade.EVERY_STEP}, None, {}, 1)
    rolled = backtest.contest("roll", backtest.closes(500), {})
    for contest, key in ((walked, "pnl"), (rolled, "net")):
        for call, _ in contest.here.values():
            assert np.max(np.abs(contest.ours()[key] - call()[key])) <= 1e-9


def test_a_peer_that_cannot_be_installed_is_absent(monkeypatch) -> None:
    monkeypatch.setattr(versus, "interpreter", lambda name: "no such package")
    contest = versus.Contest(
        what="it", inputs={"x": np.ones(3)}, unit="item", per=3, ours=lambda: {"x": np.ones(3)},
        peers={"somebody": ("nowhere", "task", 2.0)},
    )  # fmt: skip
    rows = versus.contested(contest, runs=2)
    assert [row.what for row in rows] == ["it: **ours**", "it: somebody"]
    assert rows[1].measured == "absent: no such package"
    assert rows[1].met is None


def test_a_peer_answers_from_its_own_process(tmp_path, monkeypatch) -> None:
    peers = tmp_path / "peers"
    peers.mkdir()
    (peers / "served.py").write_text((ROOT / "benchmarks/peers/served.py").read_text())
    (peers / "time_twin.py").write_text(
        "from served import serve\n"
        "serve({'double': lambda a: lambda: {'y': 2 * a['x']}, 'fail': lambda a: lambda: {'y': a['no']}})\n"
    )
    monkeypatch.setattr(environments, "_HERE", tmp_path)
    np.savez(tmp_path / "in.npz", x=np.arange(3.0))
    with environments.Peer("twin", Path(sys.executable)) as peer:
        assert peer.prepare("fail", tmp_path / "in.npz").startswith("KeyError")
        assert peer.prepare("double", tmp_path / "in.npz") is None
        assert peer.run(2) > 0.0
        assert peer.result(tmp_path / "out.npz")["y"].tolist() == [0.0, 2.0, 4.0]


def test_a_section_takes_the_place_of_its_earlier_run(tmp_path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("# Benchmarks\n\nby hand\n")
    for figure in ("1 ns", "2 ns"):
        rows = (report.Row("a", figure), report.against("b", 4.0, 2.0, "4 s", 3.0))
        report.keep([report.Section("one", "One", rows, notes=("how",))], machine.described(), readme)
    text = readme.read_text()
    assert text.startswith("# Benchmarks\n\nby hand\n")
    assert text.count("### One") == 1
    assert "| a | 2 ns |" in text
    assert "| b | 4 s | 2.0× | ≥ 3× | **no** |" in text


def test_an_unknown_section_is_refused(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["nothing"])
    assert "no section `nothing`" in capsys.readouterr().err
