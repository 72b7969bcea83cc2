"""`serve`, `worker`, `service`: the platform side."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from similarity.cli.exits import Exit, errors_to_exits
from similarity.cli.options import DEFAULT_LIBRARY, LibraryOption, ProfileOption
from similarity.text import one_line

if TYPE_CHECKING:
    from similarity.service.settings import Settings

__all__ = ["serve", "service_app", "worker"]

service_app = typer.Typer(help="Tenants, people and keys of the service.", no_args_is_help=True, rich_markup_mode=None)

DataOption = Annotated[
    Path, typer.Option("--data", help="Folder of everything that the service keeps.", readable=False)
]
DatabaseOption = Annotated[
    str, typer.Option("--database", help="postgresql://USER:PASSWORD@HOST/NAME; SQLite in --data without it.")
]
TenantArgument = Annotated[str, typer.Argument(help="Name of the tenant.")]
NameArgument = Annotated[str, typer.Argument(help="Name of what is made.")]
DEFAULT_DATA = Path("service-data")


IsolateOption = Annotated[
    bool,
    typer.Option("--isolate/--no-isolate", help="Read uploads in a process without network, under limits."),
]
NetworkOption = Annotated[
    list[str] | None,
    typer.Option("--allow-callback-network", help="Private network (CIDR) to which callbacks may go."),
]

KeepOption = Annotated[
    float | None,
    typer.Option("--keep-days", help="Erase uploads that nothing is open about after so many days.", min=0.0),
]


def _settings(
    library: Path,
    data: Path,
    database: str,
    profile: str,
    allow_path: list[Path] | None,
    *,
    isolate: bool = True,
    networks: list[str] | None = None,
    keep_days: float | None = None,
    provider: Path | None = None,
) -> Settings:
    from similarity.service.people.oidc import read_provider
    from similarity.service.settings import Settings

    return Settings(
        library=library,
        data=data,
        database_url=database,
        profile=profile,
        allowed_paths=tuple(allow_path or ()),
        isolate=isolate,
        callback_networks=tuple(networks or ()),
        keep_days=keep_days,
        provider=None if provider is None else read_provider(provider),
    )


def serve(
    library: LibraryOption = DEFAULT_LIBRARY,
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = "",
    host: Annotated[str, typer.Option("--host", help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port; 0 for any that is free.")] = 8080,
    workers: Annotated[int, typer.Option("--workers", help="Processes that screen; 0 where others run elsewhere.")] = 1,
    allow_path: Annotated[
        list[Path] | None, typer.Option("--allow-path", help="Folder from which a file may be named instead of sent.")
    ] = None,
    isolate: IsolateOption = True,
    allow_callback_network: NetworkOption = None,
    keep_days: KeepOption = None,
    provider: Annotated[
        Path | None, typer.Option("--provider", help="YAML file of an OpenID Connect provider to sign in by.")
    ] = None,
    profile: ProfileOption = "standard",
    demo: Annotated[
        bool, typer.Option("--demo", help="Build works, people and ten uploads below --data first, and serve those.")
    ] = False,
) -> None:
    """Screen uploads: HTTP, pages and workers in one command."""
    import logging

    from similarity.service.serving import serve as run

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with errors_to_exits():
        if demo:
            _serve_demo(data, database, host=host, port=port, workers=workers)
            return
        settings = _settings(
            library,
            data,
            database,
            str(profile),
            allow_path,
            isolate=isolate,
            networks=allow_callback_network,
            keep_days=keep_days,
            provider=provider,
        )
        data.mkdir(parents=True, exist_ok=True)
        run(settings, host=host, port=port, num_workers=workers, on_start=typer.echo)


def _serve_demo(data: Path, database: str, *, host: str, port: int, workers: int) -> None:
    """The demo's service; says on standard output where it is, and on standard error who may sign in."""
    import json

    from similarity.cli.talk import showing_progress
    from similarity.errors import ConfigurationError
    from similarity.service.demo.building import build_demo
    from similarity.service.serving import serve as run

    if database:
        raise ConfigurationError("--database: got one beside --demo, which keeps its own below --data; leave it out")
    with showing_progress(quiet=False) as progress:
        built = build_demo(_settings(data / "library", data, "", "standard", None), progress=progress)

    def fill_and_say(url: str) -> None:
        built.fill(url)
        people = built.access.people
        said = {"url": url, "api_key": built.access.api_key, "page": f"{url}/sign-in", "people": people}
        typer.echo(json.dumps(said))
        for name, password in people.items():
            typer.echo(f"sign in at {url}/sign-in as {name} with the password {password}", err=True)

    run(built.settings, host=host, port=port, num_workers=workers, on_start=fill_and_say)


def worker(
    library: LibraryOption = DEFAULT_LIBRARY,
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = "",
    isolate: IsolateOption = True,
    allow_callback_network: NetworkOption = None,
    keep_days: KeepOption = None,
    profile: ProfileOption = "standard",
) -> None:
    """One more process that screens, for a service that runs elsewhere on the same database and data."""
    import logging

    from similarity.service.worker import run_worker

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with errors_to_exits():
        run_worker(
            _settings(
                library,
                data,
                database,
                str(profile),
                None,
                isolate=isolate,
                networks=allow_callback_network,
                keep_days=keep_days,
            )
        )


@service_app.command("tenant")
def tenant(name: NameArgument, data: DataOption = DEFAULT_DATA, database: DatabaseOption = "") -> None:
    """A new tenant, with a usual policy that holds what was found for a person."""
    from similarity.service.data.database import open_database
    from similarity.service.people.accounts import add_tenant
    from similarity.service.starting import first_policy

    with errors_to_exits():
        data.mkdir(parents=True, exist_ok=True)
        opened = open_database(_settings(Path(), data, database, "standard", None).url)
        with opened.writing() as connection:
            identifier = add_tenant(connection, name)
            first_policy(connection, identifier)
        typer.echo(identifier)


@service_app.command("user")
def user(
    tenant: TenantArgument,
    name: NameArgument,
    role: Annotated[
        list[str], typer.Option("--role", help="reviewer, second_reviewer, administrator, auditor, owner.")
    ],
    without_password: Annotated[
        bool, typer.Option("--without-password", help="Signs in by the provider alone; NAME is its name there.")
    ] = False,
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = "",
) -> None:
    """A person; the password is asked for, or read from SIMILARITY_PASSWORD."""
    from similarity.service.data.database import open_database
    from similarity.service.people.accounts import add_person, tenant_named

    with errors_to_exits():
        password = None if without_password else _password()
        opened = open_database(_settings(Path(), data, database, "standard", None).url)
        with opened.writing() as connection:
            typer.echo(add_person(connection, tenant_named(connection, tenant), name, password, role))


def _password() -> str:
    return os.environ.get("SIMILARITY_PASSWORD") or str(typer.prompt("Password", hide_input=True))


@service_app.command("key")
def key(
    tenant: TenantArgument,
    name: NameArgument,
    role: Annotated[str, typer.Option("--role", help="platform, auditor, administrator.")] = "platform",
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = "",
) -> None:
    """A key for a program, shown this once."""
    from similarity.service.data.database import open_database
    from similarity.service.people.accounts import add_key, tenant_named

    with errors_to_exits():
        opened = open_database(_settings(Path(), data, database, "standard", None).url)
        with opened.writing() as connection:
            typer.echo(add_key(connection, tenant_named(connection, tenant), name, role))


@service_app.command("backup")
def backup(
    out: Annotated[Path, typer.Argument(help="Folder to make.", readable=False)],
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = "",
) -> None:
    """Copy database and uploads while the service runs."""
    from similarity.service.keeping import back_up

    with errors_to_exits():
        typer.echo(f"{back_up(_settings(Path(), data, database, 'standard', None), out)} uploads in {out}")


@service_app.command("restore")
def restore(
    backup_folder: Annotated[Path, typer.Argument(help="A backup.", metavar="BACKUP", readable=False)],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Put a backup into an empty data folder."""
    from similarity.service.keeping import restore as put_back

    with errors_to_exits():
        put_back(backup_folder, _settings(Path(), data, "", "standard", None))
        typer.echo(f"restored: {data}")


@service_app.command("check")
def check(data: DataOption = DEFAULT_DATA, database: DatabaseOption = "") -> None:
    """Look whether chains, files and states are as they were written; exit code 5 where something is not."""
    from similarity.service.keeping import check as look

    with errors_to_exits():
        faults = look(_settings(Path(), data, database, "standard", None))
        for fault in faults:
            typer.echo(one_line(f"{fault.what}: {fault.reason}"))
        typer.echo(f"faults: {len(faults)}")
        if faults:
            raise typer.Exit(Exit.DAMAGED)


@service_app.command("policy")
def policy(file: Annotated[Path, typer.Argument(help="A policy, YAML.", readable=False)]) -> None:
    """Lint a policy: what keeps it from going live."""
    from similarity.service.screening.policy import lint, read_policy

    with errors_to_exits():
        faults = lint(read_policy(file.read_text(encoding="utf-8")))
        for fault in faults:
            typer.echo(one_line(f"{fault.pointer}: {fault.reason}; {fault.next}"))
        if faults:
            raise typer.Exit(Exit.FAILED)
        typer.echo("nothing keeps it from going live")
