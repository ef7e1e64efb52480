"""The agent's graph: START → screen → brief → [engine? → choose] → ask → check → [fault? → ask] → choose → END.

Wiring only: nothing in it executes, approves or writes. langgraph is imported when somebody is first asked.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

from pydantic import TypeAdapter

from oracle_core.agent import nodes
from oracle_core.agent.advisor import Advisor, EngineAdvisor
from oracle_core.agent.checkpoint_store import CheckpointError
from oracle_core.agent.event_loop import PatientLoop
from oracle_core.agent.question import Choice, Question
from oracle_core.agent.run import Run
from oracle_core.agent.session import Session, choice_of, open_session
from oracle_core.agent.state import State, Update, empty_state

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.graph import StateGraph
    from langgraph.graph.state import CompiledStateGraph

    from oracle_core.agent.checkpoints import Checkpoints

Graph: TypeAlias = "CompiledStateGraph[State, Session, State, State]"
Step: TypeAlias = Callable[[State, Session], Update]

PURE_STEPS: Final[dict[str, Step]] = {
    "screen": nodes.screen,
    "brief": nodes.brief,
    "check": nodes.judge,
    "choose": nodes.choose,
}
"""The steps that only compute; `ask` is the one that waits."""
NAME: Final = "advise"
_STATE: Final = TypeAdapter(State)


def choose(question: Question, advisor: Advisor, run: Run | None = None) -> Choice:
    """The advisor's choice among the engine's candidates, or the engine's own where there is no valid other.

    Waits no longer than the advisor's seconds. Call it from a thread without a running event loop; inside
    one, await `choose_async`. A `run` with checkpoints goes on where an earlier one of the same name was cut off;
    the engine waits for nobody and leaves none.

    Raises: InputError: the stored reply of a `ReplayAdvisor` is not one.
    """
    with asyncio.Runner(loop_factory=PatientLoop) as runner:
        # Not `runner.run`: it writes the result out as text twice, which for a large book takes the longest of all.
        return runner.get_loop().run_until_complete(choose_async(question, advisor, run))


async def choose_async(question: Question, advisor: Advisor, run: Run | None = None) -> Choice:
    """`choose`, inside a running event loop."""
    run = run or Run()
    session = open_session(question, advisor, run)
    if isinstance(advisor, EngineAdvisor):
        return choice_of(unasked(session), session)
    with _untraced():
        if run.checkpoints is None:
            final = await _from_the_start(session)
        else:
            try:
                final = await _checkpointed(session, run.checkpoints)
            except CheckpointError:  # the decision is what matters; what it may spend, the ledger knows all the same
                final = await _from_the_start(session)
    return choice_of(final, session)


def unasked(session: Session) -> State:
    """The graph's way where nobody is asked, walked without langgraph, which takes longer to load than to decide."""
    state = empty_state()
    for step in (nodes.screen, nodes.brief, nodes.choose):
        state.update(step(state, session))
    return state


async def _from_the_start(session: Session) -> State:
    final: object = await compiled().ainvoke(empty_state(), context=session)  # pyright: ignore[reportUnknownMemberType] - open type arguments in langgraph
    return _STATE.validate_python(final)


async def _checkpointed(session: Session, checkpoints: "Checkpoints") -> State:
    """The run as far as its checkpoints remember it, and the rest of it."""
    graph = _wired().compile(name=NAME, checkpointer=checkpoints)  # pyright: ignore[reportUnknownMemberType] - as above
    config: RunnableConfig = {"configurable": {"thread_id": session.run.cycle}}
    start = None if checkpoints.get_tuple(config) else empty_state()  # None goes on, also where nothing is left to do
    final: object = await graph.ainvoke(start, config, context=session, durability="sync")  # pyright: ignore[reportUnknownMemberType] - as above
    return _STATE.validate_python(final)


@contextmanager
def _untraced() -> Generator[None]:
    """No tracing, whatever LANGSMITH_TRACING says: a book is not sent to anybody."""
    from langsmith import tracing_context  # noqa: PLC0415 # pyright: ignore[reportUnknownVariableType] - open types

    with tracing_context(enabled=False):
        yield


@cache
def compiled() -> Graph:
    """The graph, ready to run without checkpoints."""
    return _wired().compile(name=NAME)  # pyright: ignore[reportUnknownMemberType] - open type arguments in langgraph


@cache
def _wired() -> "StateGraph[State, Session, State, State]":
    from langgraph.graph import END, START, StateGraph  # noqa: PLC0415 - half a second that only asking is worth
    from langgraph.runtime import Runtime  # noqa: PLC0415 - as above

    def node(step: Step) -> Callable[..., Awaitable[Update]]:
        async def run(state: State, runtime: Runtime[Session]) -> Update:  # async: a sync one would cost a thread
            return step(state, runtime.context)

        return run

    async def ask(state: State, runtime: Runtime[Session]) -> Update:
        return await nodes.ask(state, runtime.context)

    async def after_brief(state: State, runtime: Runtime[Session]) -> str:
        return nodes.after_brief(state, runtime.context)

    async def after_check(state: State, runtime: Runtime[Session]) -> str:
        return nodes.after_check(state, runtime.context)

    graph = StateGraph(State, context_schema=Session)
    for name, step in PURE_STEPS.items():
        graph.add_node(name, node(step))  # pyright: ignore[reportUnknownMemberType] - open type arguments in langgraph
    graph.add_node("ask", ask)  # pyright: ignore[reportUnknownMemberType] - open type arguments in langgraph
    graph.add_edge(START, "screen")
    graph.add_edge("screen", "brief")
    graph.add_conditional_edges("brief", after_brief, ["ask", "choose"])
    graph.add_edge("ask", "check")
    graph.add_conditional_edges("check", after_check, ["ask", "choose"])
    graph.add_edge("choose", END)
    return graph
