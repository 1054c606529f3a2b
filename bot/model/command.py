"""Commands as data: the one table that the terminal, Slack's help and Discord's command tree are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.model.card import Line
from bot.model.channel import CONSOLE, Channel
from bot.model.form import Form

Right = Literal["anyone", "member", "admin"]


OptionKind = Literal[
    "company", "command", "list", "open list", "source", "mutable", "time", "digest", "quiet", "verb", "since",
    "zone", "field", "number", "text",
]  # fmt: skip
"""What a value names; a platform that can completes all but numbers and texts while they are typed.

`open list`: one that the channel does not hear and could; `mutable`: a company, a source, a story or all; `verb`: what
is done to a source.
"""


@dataclass(frozen=True, slots=True)
class Option:
    """One blank of a command's form. `before` is the word that stands before its value in the command as typed."""

    name: str
    summary: str
    kind: OptionKind = "text"
    required: bool = False
    before: str = ""


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One `/watch` subcommand: its name, other words for it, how it is written, what it does, who may use it.

    `options` are its blanks where a platform shows a form, in the order in which a command has them.
    """

    name: str
    usage: str
    summary: str
    synonyms: tuple[str, ...] = ()
    right: Right = "anyone"
    examples: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()

    def typed(self, values: Mapping[str, str]) -> str:
        """The command as a person types it, from the values of a form by option name; empty ones are left out."""
        words = [self.name]
        for option in self.options:
            if value := values.get(option.name, "").strip():
                words += [option.before, value] if option.before else [value]
        return " ".join(words)


COMMANDS: tuple[CommandSpec, ...] = (
    CommandSpec(
        "status",
        "status",
        "this channel: its lists, digest, quiet hours, what is muted, how the sources fare, what to do next",
        examples=("status",),
    ),
    CommandSpec(
        "add",
        "add <company>[, ...] [as <alias>, ...] [not <phrase>, ...] [near <word>, ...] [only here] [to #channel]",
        "watch a company in this channel",
        synonyms=("watch", "follow", "track"),
        right="member",
        examples=("add Lava", "add Lava International as Lava near phone, handset", "add Dixon, MediaTek"),
        options=(
            Option("company", "its name; several with commas", "company", required=True),
            Option("aliases", "other ways to write it, with commas", before="as"),
            Option("exclude", "phrases that are something else, with commas", before="not"),
            Option("context", "words that stand near it, with commas", before="near"),
            Option("channel", "the channel that is to hear, such as #news; empty: this one", before="to"),
        ),
    ),
    CommandSpec(
        "remove",
        "remove <company>[, ...] [from <list>]",
        "stop watching a company in this channel",
        synonyms=("rm", "delete", "unwatch", "stop"),
        right="member",
        examples=("remove Lava International", "remove Lava International from phone-makers"),
        options=(
            Option("company", "its name; several with commas", "company", required=True),
            Option("list", "the list, where several have it", "list", before="from"),
        ),
    ),
    CommandSpec(
        "list",
        "list [filter] [page <n>]",
        "what this channel watches",
        synonyms=("ls",),
        examples=("list", "list lava", "list page 2"),
        options=(
            Option("filter", "only names that hold this", "company"),
            Option("page", "which page, from 1", "number", before="page"),
        ),
    ),
    CommandSpec(
        "show",
        "show <company> [stories [here]|rejected]",
        "one company in full; stories: the newest that would have alerted; rejected: those not meant",
        examples=("show Lava", "show Lava stories", "show Lava stories here", "show Lava rejected"),
        options=(
            Option("company", "its name or an alias", "company", required=True),
            Option("stories", "stories: the newest ones; stories here: posted to the channel; rejected: not meant"),
        ),
    ),
    CommandSpec(
        "set",
        "set <company> [alias|context|exclude|threshold|evidence|passing|name] [+|-] [value]",
        "one thing of a company: show it, add to it with +, take away with -; the company alone: all of it",
        synonyms=("change", "edit"),
        examples=(
            "set Lava",
            "set Lava alias + ラヴァ",
            "set Lava exclude + lava lamp, lava flow",
            "set Lava evidence strict",
            "rename Lava to Lava International",
        ),
        options=(
            Option("company", "its name or an alias", "company", required=True),
            Option("field", "alias, context, exclude, threshold, evidence, passing or name; empty: all of it", "field"),
            Option("value", "the new value; + in front adds, - takes away; empty: what it is now"),
        ),
    ),
    CommandSpec(
        "use",
        "use <list> [only here]",
        "let this channel hear a list that is there; only here: a copy for this channel",
        right="member",
        examples=("use phone-makers", "use phone-makers only here"),
        options=(Option("list", "its name", "open list", required=True),),
    ),
    CommandSpec(
        "leave",
        "leave <list>",
        "let this channel hear a list no more; the list stays",
        right="member",
        examples=("leave phone-makers",),
        options=(Option("list", "its name", "list", required=True),),
    ),
    CommandSpec(
        "lists",
        "lists",
        "the lists that this channel hears, and those that it could hear",
        examples=("lists",),
    ),
    CommandSpec(
        "test",
        "test <text or link>",
        "what of a text, or of a stored article, would be alerted here, why, and what came near",
        examples=("test Lava builds handsets in Noida", "test https://example.org/story"),
        options=(Option("text", "a text, or the address of a stored article", required=True),),
    ),
    CommandSpec(
        "why",
        "why [link or words]",
        "what was decided about an article, and why, or why it never came; alone: the last alert here",
        examples=("why", "why https://example.org/story", "why lava india phones", "why Lava International"),
        options=(Option("article", "its address, or words of it; empty: the last alert here"),),
    ),
    CommandSpec(
        "search",
        "search <words> [last week] [page <n>]",
        "articles of the past with all these words, the newest first",
        synonyms=("find",),
        examples=("search lava noida", "search 小米 last week", "search lava last 3 months page 2"),
        options=(
            Option("words", "what the articles must hold", required=True),
            Option("since", "how far back: last week, last 3 months", "since"),
            Option("page", "which page, from 1", "number", before="page"),
        ),
    ),
    CommandSpec(
        "mute",
        "mute <company|source|story|all> [2h|3d|until friday|tomorrow 9am]",
        "do not hear of this for a while, 24 hours unless you say how long; its end reports what it held back",
        synonyms=("snooze", "silence"),
        right="member",
        examples=("mute Lava 2h", "mute source Focus Taiwan until friday", "mute story", "mute all tomorrow 9am"),
        options=(
            Option("what", "a company, source <name>, story (the last one here) or all", "mutable", required=True),
            Option("time", "2h, 3d, until friday, tomorrow 9am; empty: 24 hours", "time"),
        ),
    ),
    CommandSpec(
        "unmute",
        "unmute [company|source|story|all]",
        "hear of it again",
        synonyms=("unsnooze",),
        right="member",
        examples=("unmute Lava", "unmute all"),
        options=(Option("what", "what was muted; empty: the one thing that is", "mutable"),),
    ),
    CommandSpec(
        "pause",
        "pause [8h|until friday] [--all]",
        "hold everything for this channel; --all: for every channel (admins)",
        right="member",
        examples=("pause 8h", "pause until friday", "pause --all"),
        options=(Option("time", "8h, until friday; empty: until resume", "time"),),
    ),
    CommandSpec(
        "resume",
        "resume [--all]",
        "end the pause; what waited comes as one digest",
        synonyms=("unpause",),
        right="member",
        examples=("resume", "resume --all"),
    ),
    CommandSpec(
        "digest",
        "digest [off|now|muted|daily 08:30|weekdays 8:30|weekly mon 08:30] [zone]",
        "when this channel hears; now: what waits; muted: what mutes held back",
        right="member",
        examples=("digest daily 08:30", "digest off", "digest now", "digest muted"),
        options=(
            Option("when", "off, now, muted, daily 08:30, weekdays 8:30, weekly mon 08:30; empty: show it", "digest"),
            Option("zone", "such as Asia/Taipei", "zone"),
        ),
    ),
    CommandSpec(
        "quiet",
        "quiet [22:00-07:00|10pm-7am|weekends|off] [zone]",
        "when nothing is posted here; what comes then is told in one digest",
        right="member",
        examples=("quiet 22:00-07:00 Asia/Taipei", "quiet weekends", "quiet off"),
        options=(
            Option("hours", "22:00-07:00, 10pm-7am, weekends, off; empty: show it", "quiet"),
            Option("zone", "such as Asia/Taipei", "zone"),
        ),
    ),
    CommandSpec(
        "sources",
        "sources [filter]",
        "how the sources fare: last read, next poll, rhythm, what is wrong; the worst first",
        synonyms=("feeds",),
        examples=("sources", "sources taiwan"),
        options=(Option("filter", "only those with it in their name, address or tags", "source"),),
    ),
    CommandSpec(
        "source",
        "source add|remove|pause|resume <address or name> [8h|until friday]",
        "add a source, found at or around an address, take one off, or poll it for nobody for a while",
        right="admin",
        examples=(
            "source add example.org/news",
            "source remove Focus Taiwan",
            "source pause Focus Taiwan until friday",
        ),
        options=(
            Option("action", "add, remove, pause or resume", "verb", required=True),
            Option("source", "an address; except for add, a name will do", "source", required=True),
            Option("time", "how long to pause: 8h, until friday; empty: until resume", "time"),
        ),
    ),
    CommandSpec(
        "undo",
        "undo [anyway]",
        "take the last change of this channel's lists back; asks where it is not yours",
        right="member",
        examples=("undo", "undo anyway"),
        options=(Option("sure", "anyway: also a change that somebody else made"),),
    ),
    CommandSpec(
        "log",
        "log [page <n>]",
        "what was changed in this channel's lists, when and by whom",
        synonyms=("history",),
        examples=("log", "log page 2"),
        options=(Option("page", "which page, from 1", "number", before="page"),),
    ),
    CommandSpec(
        "export",
        "export",
        "the changes made in chat that are not in git yet",
        examples=("export",),
    ),
    CommandSpec(
        "help",
        "help [command]",
        "this table, or one command with examples",
        synonyms=("?",),
        options=(Option("command", "one command in full", "command"),),
    ),
)


BUTTONS: tuple[CommandSpec, ...] = (
    CommandSpec(
        "useful",
        "useful [alert id]",
        "say that an alert was useful; alone: the last alert here",
        examples=("useful",),
    ),
    CommandSpec(
        "wrong",
        "wrong [alert id] [company]",
        "say that an alert was not about a company, and see what can be done; alone: the last alert here",
        examples=("wrong", "wrong Lava"),
    ),
)
"""What the buttons below alerts type. It may be typed too, and stands in no help and in no tree of commands."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `rights` come from the platform and are checked again in the handler.

    `unsure`: why the platform could not tell all of the rights; "" when it could. `zone`: their time zone, or "".
    """

    id: str
    name: str
    tenant: str = ""
    rights: frozenset[Right] = field(default_factory=lambda: frozenset({"anyone"}))
    unsure: str = ""
    zone: str = ""


OPERATOR_ACTOR = Actor("operator", "operator", "", frozenset({"anyone", "member", "admin"}))
"""Whoever sits at the terminal of the bot: may do everything."""


@dataclass(frozen=True, slots=True)
class Command:
    """A request from chat: the words after `/watch`, who made it and where.

    `under` is the id of the message below which it was made, in its thread or in a post of a forum; "" for none.
    `filled`: what a form came back with, by blank.
    `within` is the channel that such a thread belongs to, where the thread is a place of its own.
    """

    text: str
    actor: Actor = OPERATOR_ACTOR
    channel: Channel = CONSOLE
    under: str = ""
    filled: tuple[tuple[str, str], ...] = ()
    within: Channel | None = None


SHOW_ALL = "Show all"
"""The label of what shows all of a message that holds more than it says."""


@dataclass(frozen=True, slots=True)
class Action:
    """A next step that is offered: a button in chat, a line to type in the terminal. `command` is its text."""

    label: str
    command: str


@dataclass(frozen=True, slots=True)
class Menu:
    """One of several is to be chosen: a select menu in chat, lines to type in the terminal. `label` asks which.

    Where options are too many to be listed, `template` is the command with {} for what is chosen: whatever is
    suggested for that `kind`, on platforms that can suggest something in a menu.
    """

    label: str
    options: tuple[Action, ...] = ()
    kind: OptionKind = "text"
    template: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back. `failed`: nothing was done and the reader must act; `public`: the channel sees it.

    `form`: what to fill in, on platforms that show forms; the lines say the same on others. `faults` are what is wrong
    with a form that was filled in: (name of the blank, words).
    """

    lines: tuple[Line, ...]
    actions: tuple[Action, ...] = ()
    failed: bool = False
    public: bool = False
    menus: tuple[Menu, ...] = ()
    form: Form | None = None
    faults: tuple[tuple[str, str], ...] = ()

    @property
    def steps(self) -> tuple[Action, ...]:
        """Every next step, those of menus behind the others, for who draws no menus."""
        return (*self.actions, *(option for menu in self.menus for option in menu.options))
