"""The `namewatch` command: collects the families, and turns errors into one clear line and an exit code."""

import sys
import traceback
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, ParamSpec

import typer

from bot import __version__
from bot.chat.console import let_go
from bot.cli import canary, changes, check, db, doctor, explain, match, opml, outbox, run, source, status, watch
from bot.cli.logs import configure_logs
from bot.cli.shown import complain, tell
from bot.errors import NamewatchError, SettingsError, UsageError

INTERRUPTED = 130
Parameters = ParamSpec("Parameters")


def exiting(command: Callable[Parameters, int | None]) -> Callable[Parameters, None]:
    """The same command, ending with its result as the exit code."""

    @wraps(command)
    def ending(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        try:
            code = command(*arguments, **options)
        except BrokenPipeError:
            # The reader of a pipe has gone: what was asked for was delivered as far as it was wanted.
            let_go(sys.stdout)
            code = 0
        raise typer.Exit(code or 0)

    return ending


cli = typer.Typer(
    name="namewatch",
    help="Watches the news for company names and tells Slack and Discord channels, once, with the reason.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
cli.command("run")(exiting(run.run))
cli.command("match")(exiting(match.match))
cli.command("explain")(exiting(explain.explain))
cli.command("check")(exiting(check.check))
cli.command("schema")(exiting(check.schema))
cli.command("why")(exiting(watch.why))
cli.command("watch", context_settings={"ignore_unknown_options": True})(exiting(watch.watch))
cli.command("pause")(exiting(watch.pause))
cli.command("resume")(exiting(watch.resume))
cli.command("export")(exiting(changes.export))
cli.command("log")(exiting(changes.log))
cli.command("confirm")(exiting(changes.confirm))
cli.command("status")(exiting(status.status))
cli.command("canary")(exiting(canary.canary))
cli.command("doctor")(exiting(doctor.doctor))
cli.command("outbox")(exiting(outbox.outbox))
stores = typer.Typer(no_args_is_help=True)
for each in (db.upgrade, db.backup, db.restore, db.check, db.copy):
    stores.command(each.__name__)(exiting(each))
cli.add_typer(stores, name="db", help="The store: upgrade, backup, restore, check, copy.")
sources = typer.Typer(no_args_is_help=True)
sources.command("add")(exiting(source.add))
sources.command("list")(exiting(source.list_sources))
sources.command("remove")(exiting(source.remove))
sources.command("import")(exiting(opml.import_opml))
sources.command("export")(exiting(opml.export_opml))
cli.add_typer(sources, name="source", help="What is polled: add, list, remove, import, export.")


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"namewatch {__version__}\n")
        raise typer.Exit


@cli.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")] = False,
) -> None:
    del version


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code and never lets an error of ours out as a traceback."""
    configure_logs("pretty")
    try:
        cli(list(sys.argv[1:] if arguments is None else arguments))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except NamewatchError as error:
        complain(str(error))
        return 2 if isinstance(error, UsageError | SettingsError) else 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:  # noqa: BLE001 - a fault of ours: with its traceback, for whoever mends it, and without secrets
        for line in traceback.format_exc().splitlines():
            tell(line)
        complain("that is a fault of Namewatch; nothing else is known of it than what stands above")
        return 1
    return 0
