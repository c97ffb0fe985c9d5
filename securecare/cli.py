"""The command line: a thin shell around what the product's parts can do."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from securecare.settings import Settings, SettingsError, settings

app = typer.Typer(
    name="securecare",
    help="Run and look after a SecureCare installation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command; what is wrong with the machine or the settings is said in one sentence."""
    from securecare.foundation.errors import DomainError

    try:
        app()
    except (SettingsError, DomainError) as error:
        sys.exit(f"securecare: {error}")


@contextmanager
def _with_database() -> Iterator[Settings]:
    from securecare.running import database

    told = settings()
    with database.held(told):
        yield told


@app.command()
def serve() -> None:
    """Serve the built interface, its websocket and the HTTP routes on one port."""
    from securecare.running import frontend
    from securecare.running.keys import require_right_keys
    from securecare.running.server import serve as serve_web

    with _with_database() as told:
        if not frontend.is_current():
            typer.echo("The interface is being built.", err=True)
            frontend.ensure_built()
        require_right_keys(told)
        serve_web(told)


@app.command()
def worker() -> None:
    """Run the jobs: what happens by itself, at its time."""
    from securecare.jobs import ticker

    with _with_database():
        ticker.run()


@app.command()
def build() -> None:
    """Build the interface, unless it is current."""
    from securecare.running import frontend

    typer.echo("Built." if frontend.ensure_built() else "Up to date.")


@app.command()
def migrate(
    to: Annotated[
        str, typer.Argument(help="A revision, -1 for one step back, or base for no tables at all.")
    ] = "head",
) -> None:
    """Bring the tables up to date (or, named a revision, back to it)."""
    from securecare.running import database

    with _with_database():
        typer.echo("Tables changed." if database.migrate(to) else "Tables were up to date.")


@app.command()
def seed(
    scale: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Make a large organization instead: so many times 10,000 customers and 100,000"
            " appointments (20 makes 200,000 and 2,000,000).",
        ),
    ] = None,
) -> None:
    """Fill the demo organizations, unless they are there."""
    from securecare import demo as invented
    from securecare.running import database, demo

    with _with_database():
        database.migrate()
        with demo.progress() as told:
            if scale is None:
                invented.fill(told)
                people = invented.sign_ins()
            else:
                made = invented.fill_at(scale, told)
                people = [("Administrator", made.email, made.password)]
    for who, email, password in people:
        typer.echo(f"  {who:<21} {email:<32} {password}")


@app.command()
def verify() -> None:
    """Prove that the trail is whole, stock the sum of its movements, each file in the vault; else exit with 1."""
    from securecare.documents import verifying as documents
    from securecare.foundation import audit_chain, noted_heads
    from securecare.foundation.db import owner_transaction
    from securecare.inventory import verifying as stock
    from securecare.outreach import verifying as sessions

    with _with_database(), owner_transaction() as session:
        heads = noted_heads.noted()
        found = audit_chain.verify(session)
        lacking = noted_heads.lacking(session, heads)
        wrong = [*map(str, stock.faults(session)), *sessions.faults(session)]
        files = documents.noted(session)
    wrong += documents.faults(files)
    typer.echo(f"{found.events:,} events in {found.batches:,} sealed batches.")
    typer.echo(f"{found.unsealed:,} newer events wait to be sealed.")
    if found.broken:
        typer.echo(f"BROKEN at batch {found.broken.seal_id}: {found.broken.why}", err=True)
        raise typer.Exit(1)
    if lacking:
        typer.echo(
            f"BROKEN at the end: batch {lacking.seal_id}, noted in {noted_heads.file()}, is not in"
            " the database as it was. Newer events may be gone too.",
            err=True,
        )
        raise typer.Exit(1)
    typer.echo(f"The trail is whole. Its last digest is {found.head}")
    typer.echo(
        f"It holds every one of {len(heads):,} ends noted in {noted_heads.file()}."
        if heads
        else f"No end of it is noted in {noted_heads.file()}: what was cut off would not show."
    )
    for each in wrong:
        typer.echo(f"WRONG: {each}", err=True)
    if wrong:
        raise typer.Exit(1)
    typer.echo("Stock is the sum of its movements, and what is reserved is held for somebody.")
    typer.echo(f"Each of {len(files):,} files of documents is in the vault, as large as it was.")


@app.command()
def strangers(
    days: Annotated[int, typer.Option(min=1, max=3650, help="How far to look back.")] = 7,
) -> None:
    """Failed sign-ins with addresses that nobody has: no organization's trail shows them."""
    from securecare.access import strangers as unknown
    from securecare.foundation.db import owner_transaction

    with _with_database(), owner_transaction() as session:
        found = unknown.seen(session, days)
    if not found:
        typer.echo(f"Nobody unknown tried to sign in within {days} days.")
    for each in found:
        tries = "1 attempt" if each.attempts == 1 else f"{each.attempts:,} attempts"
        last = f"{each.last_at:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"{each.address or 'unknown':<40} {tries:>16}, last {last}")


@app.command("rotate-keys")
def rotate_keys() -> None:
    """Make a new master key, seal everything with it, and retire the old ones; also while running."""
    import securecare.tables  # noqa: F401  every sealed column is declared beside its table
    from securecare.foundation import rotation

    def told(column: str, done: int) -> None:
        typer.echo(f"  {column}: {done:,} sealed anew", err=True)

    with _with_database():
        done = rotation.rotate(told)
    typer.echo(f"Sealed {sum(done.resealed.values()):,} values anew with key {done.new_key}.")
    if done.retired:
        typer.echo(
            f"Retired: {', '.join(done.retired)}. Keep them as long as you keep old backups."
        )
    if done.kept:
        typer.echo(f"Still there: {', '.join(done.kept)}.")
    broken = {column: ids for column, ids in done.unopened.items() if ids}
    for column, ids in broken.items():
        typer.echo(f"{len(ids)} of {column} could not be opened, as in row {ids[0]}.", err=True)
    if broken:
        raise typer.Exit(1)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write; it must not exist yet.")],
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Put the master keys in too: guard such a file.")
    ] = False,
) -> None:
    """Write everything into one archive, without the keys that open what is sealed."""
    from securecare.running import backups

    with _with_database() as told:
        said = backups.write(told, file, with_keys=with_keys)
    typer.echo(said)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="An archive written by backup.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Give up what the database holds now.")
    ] = False,
) -> None:
    """Fill the database from an archive."""
    from securecare.running import backups

    with _with_database() as told:
        said = backups.read(told, file, replace=replace)
    typer.echo(said)
