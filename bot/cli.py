"""The command line: ``jiesu --help``."""

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console

from bot.settings import Settings, SettingsError, read_settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
receipt_cli = typer.Typer(help="Receipts of registered matters.", no_args_is_help=True)
staff_cli = typer.Typer(no_args_is_help=True, help="Staff accounts.")
key_cli = typer.Typer(no_args_is_help=True, help="Keys for other programs.")
cli.add_typer(staff_cli, name="staff")
cli.add_typer(key_cli, name="key")
cli.add_typer(receipt_cli, name="receipt")
sealing_cli = typer.Typer(no_args_is_help=True, help="The keys that seal personal data.")
audit_cli = typer.Typer(no_args_is_help=True, help="The log of who saw, did and exported what.")
cli.add_typer(sealing_cli, name="sealing")
cli.add_typer(audit_cli, name="audit")
console = Console(soft_wrap=True, highlight=False)
errors = Console(stderr=True, soft_wrap=True, highlight=False)
T = TypeVar("T")


def main() -> None:
    """The program's entry: a wrong setting is one line, not a traceback."""
    try:
        cli()
    except SettingsError as error:
        errors.print(str(error), markup=False)
        sys.exit(2)


def run(work: Callable[[Settings], Coroutine[Any, Any, T]], **overrides: object) -> T:
    """Read the settings and run one piece of work."""
    from bot.logs import set_up

    settings = read_settings(**overrides)
    set_up(settings.log_level, settings.log_format)
    with asyncio.Runner(loop_factory=quick_loop()) as runner:
        return runner.run(work(settings))


def quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop, which takes a tenth off a turn; None (Python's own loop) where it does not exist, on Windows."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def starting() -> None:
    """What is read while a server starts stays: looking for garbage among it is a fifth of the time until it answers.
    `bot.serving.settled` takes the collector up again.
    """
    gc.disable()


@cli.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the pages, the channels and the delivery; migrates first."""
    starting()
    from bot.serving import serve as work

    run(lambda settings: work(settings, console), **({"port": port} if port is not None else {}))


@cli.command()
def worker(
    port: Annotated[int | None, typer.Option(help="Port for /healthz, /readyz and /metrics; none by default.")] = None,
) -> None:
    """Deliver pushes only: beside one or more ``jiesu serve``."""
    starting()
    from bot.serving import work_only

    run(lambda settings: work_only(settings, port))


@cli.command()
def migrate() -> None:
    """Bring the database to the newest tables."""
    from bot.serving import migrate_only

    run(migrate_only)


@cli.command()
def chat(
    as_: Annotated[str, typer.Option("--as", help="Account of a staff member to talk as.")] = "",
    name: Annotated[str, typer.Option(help="Which conversation to go on with.")] = "me",
) -> None:
    """Talk to the bot in the terminal."""
    from bot.talking import talk

    run(lambda settings: talk(settings, console, as_, name))


PASSWORD = Annotated[
    str, typer.Option(help="Asked for when no word follows.", prompt=True, hide_input=True, prompt_required=False)
]


@cli.command()
def export(
    words: Annotated[
        list[str] | None, typer.Argument(help="csv|xlsx|jsonl FROM..TO status= department= category=")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")] = Path("-"),
    reason: Annotated[str, typer.Option(help="Why personal data are shown; needed for `unmasked`.")] = "",
    language: Annotated[str, typer.Option(help="Language of heads and words: zh or en.")] = "",
    password: PASSWORD = "",
) -> None:
    """Export the register; masked unless `unmasked` and a reason are given; with a password as an encrypted archive."""
    from bot.exports import Order, export_file

    order = Order(" ".join(words or []), out, reason, language, password)
    run(lambda settings: export_file(settings, errors, order))


@cli.command()
def demo(count: Annotated[int, typer.Option(help="How many example cases.")] = 30) -> None:
    """Fill in example cases."""
    from bot.demo import fill

    run(lambda settings: fill(settings, console, count))


@receipt_cli.command("verify")
def receipt_verify(
    file: Annotated[Path, typer.Argument(help="The receipt's JSON file, or a text file with what the QR code says.")],
    key: Annotated[str, typer.Option(help="The office's public key; else this office's own.")] = "",
) -> None:
    """Verify a receipt offline: whether this office signed it, and whether what was filed is unchanged."""
    from bot.receipts import verify

    if not run(lambda settings: verify(settings, console, file, key)):
        raise typer.Exit(1)


@receipt_cli.command("key")
def receipt_key() -> None:
    """Print the public key with which anybody can verify this office's receipts."""
    from bot.receipts import show_key

    run(lambda settings: show_key(settings, console))


@cli.command()
def doctor() -> None:
    """Check settings, city, database and model; say what is wrong."""
    from bot.doctor import examine

    if not run(lambda settings: examine(settings, console)):
        raise typer.Exit(1)


@cli.command()
def report() -> None:
    """Figures of the last seven days for the whole office."""
    from bot.exports import print_report

    run(lambda settings: print_report(settings, console))


def learning() -> ModuleType:
    """What trains and measures; it needs packages that serving does not."""
    try:
        return import_module("bot.learning")
    except ModuleNotFoundError as error:
        raise SettingsError(f"{error.name} is missing: pip install --require-hashes -r requirements-dev.lock") from None


@cli.command()
def train(
    source: Annotated[
        Path, typer.Option("--from", help="An export (CSV), or 'database' for the categories people settled on.")
    ] = Path("database"),
) -> None:
    """Learn from the office's own cases; the new model is taken only where it is better on a held part."""
    work = learning().train
    run(lambda settings: work(settings, console, source))


@cli.command()
def evaluate(
    picture: Annotated[Path | None, typer.Option(help="Draw the measures into this PNG file.")] = None,
) -> None:
    """Measure the model in use on the evaluation part: per class, calibration, worst confusions."""
    work = learning().evaluate
    run(lambda settings: work(settings, console, picture))


@staff_cli.command("add")
def staff_add(
    account: str,
    department: Annotated[str, typer.Option(help="Code of the department.")],
    role: Annotated[list[str], typer.Option(help="handler, lead, reviewer, supervisor, exporter, admin.")],
    name: Annotated[str, typer.Option(help="What they are called.")] = "",
) -> None:
    """Add or change an account and print its one-time link."""
    from bot.people import add

    run(lambda settings: add(settings, console, account, name, department, role))


@staff_cli.command("link")
def staff_link(account: str) -> None:
    """Print a new one-time link for an account."""
    from bot.people import link

    run(lambda settings: link(settings, console, account))


@staff_cli.command("list")
def staff_list() -> None:
    """List the accounts."""
    from bot.people import listing

    run(lambda settings: listing(settings, console))


@key_cli.command("add")
def key_add(
    name: str,
    scope: Annotated[list[str], typer.Option(help="speak, trackers, metrics.")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="After so many days it ends.")] = 365,
) -> None:
    """Make a key for another program and print it, this one time."""
    from bot.programs import add

    run(lambda settings: add(settings, console, name, scope, days))


@key_cli.command("revoke")
def key_revoke(name: str) -> None:
    """A key opens nothing any more."""
    from bot.programs import revoke

    run(lambda settings: revoke(settings, console, name))


@key_cli.command("list")
def key_list() -> None:
    """List the keys: name, scopes, until when."""
    from bot.programs import listing

    run(lambda settings: listing(settings, console))


@sealing_cli.command("list")
def sealing_list() -> None:
    """List the keys that seal or sealed, and how much each has sealed; the last one seals."""
    from bot.sealkeys import listing

    run(lambda settings: listing(settings, console))


@sealing_cli.command("rotate")
def sealing_rotate() -> None:
    """Make a new key and seal everything with it, while the office works; called again it goes on."""
    from bot.sealkeys import rotate

    run(lambda settings: rotate(settings, console))


@sealing_cli.command("retire")
def sealing_retire(id: str) -> None:
    """Throw an old key away that seals nothing any more."""
    from bot.sealkeys import retire

    run(lambda settings: retire(settings, console, id))


@audit_cli.command("verify")
def audit_verify(
    anchor: Annotated[str, typer.Option(help="number:code of an earlier check; else the one in the folder.")] = "",
) -> None:
    """Find lines that were changed, removed or inserted, also at the end; prints an anchor to keep elsewhere."""
    from bot.auditing import verify

    if not run(lambda settings: verify(settings, console, anchor)):
        raise typer.Exit(1)


@audit_cli.command("show")
def audit_show(
    action: Annotated[str, typer.Option(help="Only this: look, export, find, accept ...")] = "",
    subject: Annotated[str, typer.Option(help="Only about this case or account.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10000, help="How many of the newest lines.")] = 50,
) -> None:
    """Print the newest lines; looking is logged too."""
    from bot.auditing import show

    run(lambda settings: show(settings, console, action, subject, limit))


@cli.command("backup")
def backup_command(
    out: Annotated[Path, typer.Argument(help="The archive to write.")],
    password: PASSWORD = "",
    with_keys: Annotated[bool, typer.Option(help="The sealing keys too; only with a password.")] = False,
) -> None:
    """Write database and files into one archive, while the office works."""
    from bot.backups import backup

    run(lambda settings: backup(settings, console, out, password, keys=with_keys))


@cli.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="An archive of `jiesu backup`.")], password: PASSWORD = ""
) -> None:
    """Put an archive back where nothing is yet."""
    from bot.backups import restore

    run(lambda settings: restore(settings, console, file, password))


LOCK = Annotated[Path, typer.Option(help="The lock to read.", exists=True)]


@cli.command("sbom")
def sbom_command(lock: LOCK = Path("requirements.lock")) -> None:
    """Print the bill of materials (CycloneDX, JSON) of what the lock installs."""
    from bot.supply import print_bill

    print_bill(lock)


@cli.command("flaws")
def flaws_command(
    advisories: Annotated[Path, typer.Argument(help="Folder or zip of advisories in the OSV format.", exists=True)],
    lock: LOCK = Path("requirements.lock"),
) -> None:
    """Check the lock against known flaws, without a network."""
    from bot.supply import print_flaws

    if not print_flaws(lock, advisories, console):
        raise typer.Exit(1)
