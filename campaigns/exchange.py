"""Exchanges the code of functions where they stand, for whoever holds them."""

import inspect
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType

from campaigns.mutants import Mutant


def exchange(module: ModuleType, mutant: Mutant) -> Callable[[], None]:
    """Prepare the exchange of the changed function's code."""
    code = mutant.code(str(module.__file__))
    found = functions_called(mutant.function, module)

    def change() -> None:
        for function in found:
            function.__code__ = code

    return change


def functions_called(name: str, module: ModuleType) -> list[FunctionType]:
    """Find the function whose code can be exchanged; LookupError if there is none."""
    found = [one for one in functions_of(module) if one.__qualname__ == name]
    if not found:
        raise LookupError(f"{module.__name__} has no function {name}")
    return found


def functions_of(module: ModuleType) -> Iterator[FunctionType]:
    """Give the module's own functions and methods, also those behind wrappers."""
    for held in vars(module).values():
        if getattr(held, "__module__", None) != module.__name__:
            continue
        members = vars(held).values() if inspect.isclass(held) else [held]
        for member in members:
            bare = getattr(member, "fget", None) or getattr(member, "__func__", member)
            bare = inspect.unwrap(bare) if callable(bare) else bare
            if isinstance(bare, FunctionType):
                yield bare
