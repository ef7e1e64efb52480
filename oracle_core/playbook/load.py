"""Where strategies and personas are found: an explicit path, the settings' folder, the checkout, the package."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Generic, TypeVar

from oracle_core.errors import Fault, InputError, fault
from oracle_core.playbook.persona import Persona, check_weights
from oracle_core.playbook.strategy import Lifecycle, Strategy
from oracle_core.strict_json import is_object, nearest, read_json

T = TypeVar("T")
E = TypeVar("E", Strategy, Persona)

CHECKOUT = Path(__file__).parents[2]
STRATEGIES = "strategies"
PERSONAS = "personas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded(Generic[T]):
    """What a file held, where it stood, and what its user should be told."""

    value: T
    path: Path
    warnings: tuple[str, ...] = ()


def load_strategy(name_or_path: str | Path, folder: Path | None = None) -> Loaded[Strategy]:
    """A strategy by name or by path; `folder` is the one named in the settings.

    Raises: InputError: unknown name (with the nearest ones), or faults in the file.

    >>> load_strategy("dynamic_hedging").warnings
    ('Strategy `dynamic_hedging` is deprecated; use `delta_neutral` instead',)
    """
    path, moved = _find(str(name_or_path), STRATEGIES, folder)
    strategy = _read(path, Strategy, named=str(name_or_path))
    return Loaded(value=strategy, path=path, warnings=(*moved, *_deprecation(strategy)))


def load_persona(
    name_or_path: str | Path, folder: Path | None = None, *, strategies: Path | None = None
) -> Loaded[Persona]:
    """A persona by name or by path; `folder` and `strategies` are the ones named in the settings.

    Raises: InputError: unknown name (with the nearest ones), faults in the file, or a weight on an unknown strategy.

    >>> load_persona("balanced").value.risk_aversion
    4.0
    """
    path, moved = _find(str(name_or_path), PERSONAS, folder)
    persona = _read(path, Persona, named=str(name_or_path))
    faults = check_weights(persona, _known(STRATEGIES, strategies), str(path))
    if faults:
        raise InputError(faults)
    return Loaded(value=persona, path=path, warnings=moved)


def list_strategies(folder: Path | None = None, *, deprecated: bool = False) -> tuple[Loaded[Strategy], ...]:
    """The strategies that can be named, by name; deprecated ones only when asked for.

    Raises: InputError: faults in a file; those of all files at once.

    >>> "dynamic_hedging" in [found.value.name for found in list_strategies()]
    False
    """
    found = _read_all(STRATEGIES, folder, Strategy)
    return tuple(
        Loaded(value=strategy, path=path, warnings=_deprecation(strategy))
        for path, strategy in found
        if deprecated or strategy.status is Lifecycle.ACTIVE
    )


def list_personas(folder: Path | None = None) -> tuple[Loaded[Persona], ...]:
    """The personas that can be named, from the most cautious to the boldest.

    Raises: InputError: faults in a file; those of all files at once.

    >>> [found.value.name for found in list_personas()]
    ['cautious', 'conservative', 'balanced', 'aggressive', 'degen']
    """
    found = sorted(_read_all(PERSONAS, folder, Persona), key=lambda item: (item[1].rank, item[1].name))
    return tuple(Loaded(value=persona, path=path) for path, persona in found)


def weighted_strategies(persona: Persona, folder: Path | None = None) -> tuple[tuple[Loaded[Strategy], float], ...]:
    """The strategies a persona follows when none is named, each with its weight, by name.

    Raises: InputError: as `load_strategy`.

    >>> [(found.value.name, weight) for found, weight in weighted_strategies(load_persona("balanced").value)]
    [('delta_neutral', 1.0)]
    """
    weights = sorted((name, weight) for name, weight in persona.strategy_weights.items() if weight > 0.0)
    return tuple((load_strategy(name, folder), weight) for name, weight in weights)


def _find(wanted: str, shelf: str, folder: Path | None) -> tuple[Path, tuple[str, ...]]:
    path = Path(wanted)
    if path.name == wanted and path.suffix != ".json":
        return _by_name(wanted, shelf, folder), ()
    if path.parts[-3:-1] == ("oracle_core", shelf) and not path.exists():
        now = _by_name(path.stem, shelf, folder)
        return now, (f"`{wanted}` has moved; name it `{path.stem}`, or use `{now}`",)
    return path, ()


def _by_name(name: str, shelf: str, folder: Path | None) -> Path:
    path = _known(shelf, folder).get(name)
    if path is None:
        kind = {STRATEGIES: "strategy", PERSONAS: "persona"}[shelf]
        known = _known(shelf, folder)
        raise InputError([fault(kind, "", name, f"the name of a {kind} or a path to one, {nearest(name, known)}")])
    return path


def _known(shelf: str, folder: Path | None) -> dict[str, Path]:
    """Every name on a shelf, with the file that it means: the first place that has it wins."""
    known: dict[str, Path] = {}
    for place in _places(shelf, folder):
        for path in sorted(place.glob("*.json")):
            known.setdefault(path.stem, path)
    return known


def _places(shelf: str, folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        if not folder.is_dir():
            raise InputError([fault("settings", f"{shelf} folder", str(folder), "a folder that exists")])
        yield folder
    if (CHECKOUT / "pyproject.toml").is_file():
        yield CHECKOUT / shelf
    yield Path(str(files("oracle_core"))) / "_data" / shelf


def _read(path: Path, model: type[E], *, named: str) -> E:
    """The file, whose own name must be the one it is called by: a copy under another name is another thing."""
    found = read_json(path, model, checks=[_older])
    if named == path.stem != found.name:
        raise InputError([fault(str(path), "name", found.name, f"`{path.stem}`, the name of its file")])
    return found


def _older(tree: object, source: str) -> list[Fault]:
    """A file of the older form is told how it becomes one of today's."""
    if not is_object(tree) or "schema" in tree:
        return []
    kind = "strategy" if "modifiers" in tree else "persona" if "profile" in tree else None
    instead = f"today's form, which `oracle {kind} import` makes of an older file"
    return [] if kind is None else [fault(source, "", "an older file", instead)]


def _read_all(shelf: str, folder: Path | None, model: type[E]) -> list[tuple[Path, E]]:
    found: list[tuple[Path, E]] = []
    faults: list[InputError] = []
    for name, path in sorted(_known(shelf, folder).items()):
        try:
            found.append((path, _read(path, model, named=name)))
        except InputError as error:
            faults.append(error)
    if faults:
        raise InputError(each for error in faults for each in error.faults)
    return found


def _deprecation(strategy: Strategy) -> tuple[str, ...]:
    if strategy.status is Lifecycle.ACTIVE:
        return ()
    instead = f"; use `{strategy.replaced_by}` instead" if strategy.replaced_by else ""
    return (f"Strategy `{strategy.name}` is deprecated{instead}",)
