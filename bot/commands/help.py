"""`help`, and the answers to what is no command: drawn from the one table."""

from bot.commands.companies import Malformed
from bot.commands.parse import NAMES, nearest_command
from bot.commands.phrases import problem, refusal, sentence
from bot.commands.requests import Address, Help, Unknown
from bot.model.card import Line, Strong
from bot.model.command import BUTTONS, COMMANDS, Action, CommandSpec, Menu, Reply

SPECS = {spec.name: spec for spec in (*COMMANDS, *BUTTONS)}
_WHO = {"anyone": "Anyone here may use it.", "member": "For members of the channel.", "admin": "For admins."}


def explain(request: Help) -> Reply:
    """The table of commands, or one of them with its synonyms and examples."""
    if not request.topic:
        lines: list[Line] = [(Strong(spec.usage), f" · {spec.summary}") for spec in COMMANDS]
        return Reply((*lines, ("Examples of one: help add",)))
    spec = spec_of(request.topic)
    if spec is None:
        near = nearest_command(request.topic.partition(" ")[0])
        meant = f"Did you mean {near}?" if near else "All of them: help"
        offered = Action(f"Help on {near}", f"help {near}") if near else Action("All commands", "help")
        return problem(f'There is no command "{request.topic}". {meant}', actions=[offered])
    return Reply(tuple(_in_full(spec)))


def spec_of(word: str) -> CommandSpec | None:
    """The command that a word stands for, its name or a synonym; of several words, the first."""
    return SPECS.get(NAMES.get(word, "")) or SPECS.get(NAMES.get(word.partition(" ")[0], ""))


def unknown(request: Unknown) -> Reply:
    """Ask what was meant; nothing is guessed."""
    if request.suggestion:
        action = Action(request.suggestion, request.suggestion)
        return refusal(f'No command "{request.word}". Did you mean: {request.suggestion}?', actions=[action])
    return refusal(
        f'No command "{request.word}". To watch a company, put add before its name; all commands: help',
        actions=[Action(f"Watch {request.text}", f"add {request.text}"), Action("Help", "help")],
    )


def address(request: Address) -> Reply:
    """An address is no company: offer to poll it."""
    return refusal(
        f"{request.url} is an address, and a company is watched by its name.",
        "To read the news there, add it as a source.",
        actions=[Action("Add the source", f"source add {request.url}")],
    )


def malformed(request: Malformed) -> Reply:
    """Say what is wrong with the words."""
    menus = [Menu("Which company?", (), "company", request.wants)] if request.wants else []
    return refusal(f"{sentence(request.problem)}.", menus=menus)


def _in_full(spec: CommandSpec) -> list[Line]:
    lines: list[Line] = [(Strong(spec.usage), f" · {spec.summary}"), (_WHO[spec.right],)]
    if spec.synonyms:
        lines.append((f"Also: {', '.join(spec.synonyms)}",))
    return lines + [(f"  {example}",) for example in spec.examples]
