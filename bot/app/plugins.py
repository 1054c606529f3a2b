"""What a file in `sources/` or `chat/` adds by being there: source types and platforms."""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from types import ModuleType

from pydantic import BaseModel

import bot.chat
import bot.sources
from bot.clock import SystemClock
from bot.protocols import Platform, SourceReader


def source_modules() -> Mapping[str, ModuleType]:
    """The source types by name: every file in `sources/` that says which type it reads."""
    return {module.TYPE: module for module in _modules(bot.sources) if hasattr(module, "TYPE")}


def source_options() -> Mapping[str, type[BaseModel]]:
    """What each source type can be told in a watchlist file."""
    return {name: module.Options for name, module in source_modules().items()}


def readers() -> Mapping[str, SourceReader]:
    """How each source type is read."""
    return {name: module.read for name, module in source_modules().items()}


def connect_platforms(environment: Mapping[str, str]) -> Mapping[str, Platform]:
    """The platforms that are set up, by name: every one in `chat/` that this environment has the tokens for."""
    clock = SystemClock()
    modules = (module for module in _modules(bot.chat) if hasattr(module, "NAME"))
    found = ((module.NAME, module.connect(environment, clock)) for module in modules)
    return {name: platform for name, platform in found if platform is not None}


def live(platforms: Mapping[str, Platform]) -> frozenset[str]:
    """The chat platforms among them: the terminal is always there and does not count."""
    return frozenset(platforms) - {"console"}


def _modules(package: ModuleType) -> Sequence[ModuleType]:
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]
