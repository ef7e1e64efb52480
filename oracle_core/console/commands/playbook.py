"""Commands about files a desk edits: strategy, persona, schema."""

from pathlib import Path
from typing import Annotated

import typer

from oracle_core.console.ask import ask
from oracle_core.console.options import Form, FormOption, Out, State

Everything = Annotated[bool, typer.Option("--all", help="Deprecated ones too.")]
Old = Annotated[Path, typer.Argument(metavar="OLD.json", help="The older file.")]
To = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Where the new file goes; never over another.")]
Accept = Annotated[
    bool, typer.Option("--accept-unmapped", help="Leave out what cannot be mapped; the result is for advice only.")
]
Name = Annotated[str, typer.Argument(metavar="NAME|FILE", help="By name or by path.")]


def strategy_list(
    everything: Everything = False, form: FormOption = Form.TEXT, out: Out = None, state: State = None
) -> None:
    """The strategies there are."""
    ask("strategies", form, out, state, everything=everything)


def strategy_show(name: Name, form: FormOption = Form.TEXT, out: Out = None, state: State = None) -> None:
    """One strategy in sentences made from its data."""
    ask("strategy", form, out, state, name=name)


def strategy_validate(name: Name, form: FormOption = Form.TEXT, out: Out = None, state: State = None) -> None:
    """Check a strategy file: every fault at once."""
    ask("strategy-validate", form, out, state, name=name)


def strategy_import(
    old: Old, *, to: To = None, accept_unmapped: Accept = False, form: FormOption = Form.TEXT, out: Out = None,
    state: State = None,
) -> None:  # fmt: skip
    """Rewrite an older strategy file in today's form; nothing is dropped without a word."""
    ask("strategy-import", form, out, state, old=old, to=to, accept_unmapped=accept_unmapped)


def strategy_schema(form: FormOption = Form.JSON, out: Out = None, state: State = None) -> None:
    """The JSON Schema of strategy files."""
    ask("schema", form, out, state, name="strategy")


def persona_list(form: FormOption = Form.TEXT, out: Out = None, state: State = None) -> None:
    """The risk profiles there are, from the most cautious on."""
    ask("personas", form, out, state)


def persona_show(name: Name, form: FormOption = Form.TEXT, out: Out = None, state: State = None) -> None:
    """Every limit and preference of one persona."""
    ask("persona", form, out, state, name=name)


def persona_validate(name: Name, form: FormOption = Form.TEXT, out: Out = None, state: State = None) -> None:
    """Check a persona file: every fault at once."""
    ask("persona-validate", form, out, state, name=name)


def persona_import(
    old: Old, *, to: To = None, accept_unmapped: Accept = False, form: FormOption = Form.TEXT, out: Out = None,
    state: State = None,
) -> None:  # fmt: skip
    """Rewrite an older persona file in today's form, with the limits of the persona its profile names."""
    ask("persona-import", form, out, state, old=old, to=to, accept_unmapped=accept_unmapped)


def persona_schema(form: FormOption = Form.JSON, out: Out = None, state: State = None) -> None:
    """The JSON Schema of persona files."""
    ask("schema", form, out, state, name="persona")


def schema(
    name: Annotated[str, typer.Argument(metavar="NAME", help="book, market, strategy or persona.")],
    form: FormOption = Form.JSON,
    out: Out = None,
    state: State = None,
) -> None:
    """The JSON Schema of a file format."""
    ask("schema", form, out, state, name=name)


def add(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    app.command()(schema)
    groups = {
        "strategy": ("The strategies a desk can follow.",
                     (strategy_list, strategy_show, strategy_validate, strategy_import,
                      strategy_schema)),
        "persona": ("The risk profiles that bind and rank.",
                    (persona_list, persona_show, persona_validate, persona_import, persona_schema)),
    }  # fmt: skip
    for name, (words, commands) in groups.items():
        group = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help=words)
        for command in commands:
            group.command(command.__name__.partition("_")[2])(command)
        app.add_typer(group, name=name)
