"""`similarity case ...`: new, key, add, compare, note, request, seal, stamp, verify, prove, check-proof ..."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from similarity.cli.exits import Exit, errors_to_exits
from similarity.cli.options import (
    DEFAULT_LIBRARY,
    ControlOption,
    FailOnMatchOption,
    JsonOption,
    LibraryOption,
    ProfileOption,
    QuietOption,
    RateOption,
    SuspectArgument,
    TextOption,
    configured,
)
from similarity.cli.talk import comparing, print_json, show_compared
from similarity.text import one_line

__all__ = ["CaseProfile", "CaseRole", "HeldKind", "ReportLanguage", "RequestOutcome", "app"]

app = typer.Typer(help="A case folder: exhibits, custody, seal.", no_args_is_help=True, rich_markup_mode=None)


class CaseProfile(StrEnum):
    """The law that a report follows."""

    US = "us"
    EU = "eu"
    CN = "cn"


class ReportLanguage(StrEnum):
    """Language of a report."""

    EN = "en"
    ZH = "zh"


class CaseRole(StrEnum):
    """What a file is in a case."""

    REFERENCE = "reference"
    SUSPECT = "suspect"
    BACKGROUND = "background"
    DOCUMENT = "document"


class HeldKind(StrEnum):
    """Evidence that others hold."""

    PROMPT_LOG = "prompt_log"
    EXPANDED_PROMPT = "expanded_prompt"
    PARAMETERS = "parameters"
    SEED = "seed"
    TRAINING_LIST = "training_list"
    INTERFACE_CONTRACT = "interface_contract"
    GENERATION_RECORD = "generation_record"
    ACCOUNT_DATA = "account_data"
    INCOME = "income"
    OTHER = "other"


class RequestOutcome(StrEnum):
    """What became of a request."""

    ASKED = "asked"
    HANDED_OVER = "handed_over"
    IN_PART = "in_part"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"


FolderArgument = Annotated[Path, typer.Argument(help="The case folder.", metavar="DIR", readable=False)]
ByOption = Annotated[str | None, typer.Option("--by", help="Who does it; else the analyst of case.yaml.")]


@app.command("new")
def new(
    folder: FolderArgument,
    case_id: Annotated[str | None, typer.Option("--id", help="Identifier; else the folder's name.")] = None,
    form: Annotated[CaseProfile, typer.Option("--form", help="The law that the report follows.")] = CaseProfile.US,
    language: Annotated[ReportLanguage, typer.Option("--lang", help="Language of the report.")] = ReportLanguage.EN,
    by: Annotated[str, typer.Option("--by", help="Who opens the case.")] = "not stated",
) -> None:
    """Open a case: a folder with a commented case.yaml to fill in, and a custody log."""
    from similarity.case.acts import open_case

    with errors_to_exits():
        name = case_id or folder.resolve().name
        path = open_case(folder, case_id=name, profile=form.value, language=language.value, actor=by)
        typer.echo(f"opened: fill in {one_line(str(path))}, then: similarity case compare {folder} SUSPECT")


@app.command("key")
def key(path: Annotated[Path, typer.Argument(help="File to write the private key to.", readable=False)]) -> None:
    """Make an Ed25519 key for seals and records; keep the file to yourself, hand out its key id."""
    from similarity.signatures import create_key

    with errors_to_exits():
        made = create_key(path)
        typer.echo(f"key id: {made.key_id}\n{made.public_pem}", nl=False)


@app.command("add")
def add(
    folder: FolderArgument,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files that case.yaml does not list.", readable=False)
    ] = None,
    role: Annotated[CaseRole, typer.Option("--role", help="What these files are.")] = CaseRole.DOCUMENT,
    reference: Annotated[bool, typer.Option("--reference", help="Leave them where they are; hash them only.")] = False,
    by: ByOption = None,
) -> None:
    """Make exhibits of the files that case.yaml lists, and of these: hashed, copied in, logged."""
    from similarity.case.acts import take_in

    with errors_to_exits():
        made = take_in(folder, files or [], role=role.value, copies=not reference, actor=by)
        for exhibit in made:
            typer.echo(f"{exhibit.number}: {exhibit.role}, SHA-256 {exhibit.sha256}, {one_line(exhibit.path)}")
        typer.echo(f"{len(made)} exhibits added")


@app.command("compare")
def compare(
    folder: FolderArgument,
    suspect: SuspectArgument,
    access: Annotated[
        Path | None, typer.Option("--access", help="YAML of facts of access; copied in.", readable=False)
    ] = None,
    trust_list: Annotated[
        Path | None, typer.Option("--trust-list", help="Certificates behind C2PA signers (PEM).", readable=False)
    ] = None,
    copy_originals: Annotated[
        bool, typer.Option("--copy-originals", help="Copy suspect and works found into the case folder.")
    ] = False,
    control: ControlOption = None,
    by: ByOption = None,
    library: LibraryOption = DEFAULT_LIBRARY,
    profile: ProfileOption = "standard",
    samples_per_second: RateOption = None,
    text: TextOption = False,
    fail_on_match: FailOnMatchOption = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare one suspect with the library as part of a case: exhibits, evidence, report and custody."""
    from similarity.case.compare import CaseOptions, compare_in_case
    from similarity.case.folder import CaseFolder

    with errors_to_exits():
        CaseFolder.open(folder)  # what is no case is said before a library is opened
        options = CaseOptions(
            actor=by,
            copies=copy_originals,
            access_facts=access,
            trust_list=trust_list,
            controls=tuple(control or ()),
        )
        config = configured(profile, samples_per_second, text=text)
        with comparing(library, config, is_quiet=quiet or as_json) as (session, progress):
            progress.begin(suspect, number=1, total=1)
            result, files = compare_in_case(suspect, session, folder, options=options, progress=progress)
        show_compared(result, files, as_json=as_json, fail_on_match=fail_on_match)


@app.command("note")
def note(folder: FolderArgument, text: Annotated[str, typer.Argument(help="The note.")], by: ByOption = None) -> None:
    """Write a note into the custody log."""
    from similarity.case.acts import add_note

    with errors_to_exits():
        add_note(folder, text, actor=by)
        typer.echo("noted")


@app.command("request")
def request(
    folder: FolderArgument,
    item: Annotated[HeldKind, typer.Argument(help="Kind of evidence.", metavar="ITEM")],
    state: Annotated[RequestOutcome, typer.Argument(help="What happened.", metavar="STATE")],
    holder: Annotated[str, typer.Option("--of", help="Who was asked.")],
    date: Annotated[str, typer.Option("--on", help="When it happened: 2026-03-02.")],
    text: Annotated[str, typer.Option("--text", help="By which letter, with which reason.")] = "",
    by: ByOption = None,
) -> None:
    """Write into the custody log that evidence held by others was asked for, handed over or refused."""
    from similarity.case.requests import record_request
    from similarity.report.schema.stated import Request

    with errors_to_exits():
        said = Request(item=item.value, holder=holder, state=state.value, date=date, note=text)
        record_request(folder, said, actor=by)
        typer.echo("recorded; the report of the next comparison shows it")


@app.command("seal")
def seal(
    folder: FolderArgument,
    key_file: Annotated[Path, typer.Option("--key", help="Ed25519 private key (PEM).", readable=False)],
    tsa_url: Annotated[
        str | None, typer.Option("--tsa-url", help="Time stamping authority (RFC 3161) to ask at once.")
    ] = None,
    by: ByOption = None,
) -> None:
    """Sign a manifest of every file, with its Merkle root; leaves a time stamp request beside it."""
    from similarity.case.acts import seal as seal_folder
    from similarity.signatures import load_key

    with errors_to_exits():
        made = seal_folder(folder, load_key(key_file), actor=by, authority_url=tsa_url)
        typer.echo(f"seal {made.number}: {made.num_files} files, Merkle root {made.merkle_root}, key {made.key_id}")
        typer.echo(f"time stamp request: {one_line(str(folder / made.folder / 'timestamp.tsq'))}")


@app.command("stamp")
def stamp(
    folder: FolderArgument,
    response: Annotated[Path, typer.Argument(help="Response of the authority (.tsr).", readable=False)],
    roots: Annotated[
        list[Path] | None, typer.Option("--root", help="Root certificate of the authority (PEM, DER).", readable=False)
    ] = None,
    request: Annotated[
        Path | None, typer.Option("--request", help="The request it answers, if not timestamp.tsq.", readable=False)
    ] = None,
    by: ByOption = None,
) -> None:
    """Attach a time stamp that an authority gave on the newest seal."""
    from similarity.case.acts import stamp as attach

    with errors_to_exits():
        found = attach(folder, response, roots=roots or [], request=request, actor=by)
        typer.echo(f"time stamp of {found.utc} attached")


@app.command("verify")
def verify(
    folder: FolderArgument,
    deep: Annotated[bool, typer.Option("--deep", help="Decode and describe the originals again.")] = False,
    key_id: Annotated[
        str | None, typer.Option("--key-id", help="The signer's key id, as you had it over another channel.")
    ] = None,
    trust: Annotated[
        Path | None, typer.Option("--trust", help="File of signers: key id and name, a line each.", readable=False)
    ] = None,
    roots: Annotated[
        list[Path] | None, typer.Option("--root", help="Root certificate of the authority (PEM, DER).", readable=False)
    ] = None,
    language: Annotated[ReportLanguage, typer.Option("--lang", help="Language of the page.")] = ReportLanguage.EN,
    as_json: JsonOption = False,
) -> None:
    """Say INTACT, CONSISTENT ONLY or BROKEN: files, custody, seal and every number derived again; needs no network."""
    from similarity.case.audit.claims import verify_case
    from similarity.case.audit.outcome import outcome_of
    from similarity.case.audit.trust import read_trust, signer_named
    from similarity.cli.verify_words import verified_in_words

    with errors_to_exits():
        certificates = [root.read_bytes() for root in roots or []]
        signers = [*([] if key_id is None else [signer_named(key_id)]), *([] if trust is None else read_trust(trust))]
        checks = verify_case(folder, signers=signers, roots=certificates, deep=deep)
        outcome = outcome_of(checks)
        if as_json:
            print_json({"outcome": outcome, "checks": checks})
        else:
            for line in verified_in_words(outcome, language.value):
                typer.echo(one_line(line))
        if outcome.word != "INTACT":
            raise typer.Exit(Exit.DAMAGED if outcome.word == "BROKEN" else Exit.UNPROVEN)


@app.command("prove")
def prove(
    folder: FolderArgument,
    file: Annotated[str, typer.Argument(help="File of the case, as the manifest lists it: report/report.pdf.")],
    out: Annotated[Path, typer.Option("--out", help="Proof to write (JSON).", readable=False)],
) -> None:
    """Prove that the newest seal covers one file, without handing out the others."""
    from similarity.case.seal.proofs import prove as write_proof

    with errors_to_exits():
        proof, root = write_proof(folder, file, out)
        typer.echo(f"{one_line(str(out))}: {one_line(file)} is file {proof.index + 1} of {proof.num_files} of the seal")
        typer.echo(f"to check it: similarity case check-proof FILE {one_line(str(out))} --root {root}")


@app.command("check-proof")
def check_proof(
    file: Annotated[Path, typer.Argument(help="The file, under whatever name.", readable=False)],
    proof: Annotated[Path, typer.Argument(help="Its proof.", readable=False)],
    root: Annotated[str, typer.Option("--root", help="Merkle root of the seal, as its signed manifest holds it.")],
) -> None:
    """Check a proof: the file is the one that was sealed, and the proof leads to the seal's Merkle root."""
    from similarity.case.seal.proofs import check_proof as check

    with errors_to_exits():
        found = check(file, proof, root)
        typer.echo(one_line(f"sealed as {found.record.path} in case {found.case_id}, seal {found.seal}"))


@app.command("recover")
def recover(folder: FolderArgument, by: ByOption = None) -> None:
    """Mend what an interrupted act left: a torn line of the log, half-written files, a seal that was not finished."""
    from similarity.case.recovery import recover as mend

    with errors_to_exits():
        for sentence in mend(folder, actor=by) or ("nothing to recover",):
            typer.echo(one_line(sentence))


@app.command("export")
def export(
    folder: FolderArgument, out: Annotated[Path, typer.Argument(help="ZIP archive to write.", readable=False)]
) -> None:
    """Pack a sealed case into one ZIP archive."""
    from similarity.case.acts import export_case

    with errors_to_exits():
        sha256 = export_case(folder, out)
        typer.echo(f"{one_line(str(out))}: SHA-256 {sha256}")
