"""`urna center`: the centre that receives the stations' papers, totals them and publishes every one.

init      a centre for a signed definition
load      what the authority and the guardians hand over
hand-in   the same for a centre that is served
serve     receive from stations over HTTP, prove, publish
receive   parcels that came on a stick
results   an edition of the results
publish   the public record, up to now
backup    everything, while it runs or not
restore   a centre from a backup
operator  who may sign in at the operators' pages
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal

import typer

from urna.center.receipt import Verdict
from urna.cli.center_backup import backup, restore
from urna.cli.center_inbox import hand_in
from urna.cli.center_operator import add_desk
from urna.cli.center_operator import app as operator_app
from urna.cli.center_papers import read_papers
from urna.cli.center_server import CentreServer, Rounds, centre_addresses, ended_with_writer, now
from urna.cli.center_stick import read_stick
from urna.cli.center_telling import LogFormat, Telling, telling_as
from urna.cli.center_witnesses import Witnesses, read_addresses
from urna.cli.keys import ask_signer
from urna.cli.screen import out, show_error
from urna.cli.words import say
from urna.errors import OutOfOrder, UrnaError
from urna.log.note import NoteSigner
from urna.record.keys import witness_verifiers
from urna.storage.centre_opening import FILES, make_centre, open_centre
from urna.storage.centre_publisher import Publisher
from urna.storage.centre_service import CentreService
from urna.storage.centre_workers import Workers
from urna.storage.definition_folder import read_limited
from urna.storage.long_lived import keep_out_of_search
from urna.web.center.limits import Limits
from urna.web.center.proxies import read_proxies
from urna.web.center.tls import read_tls
from urna.words import Sentence

app = typer.Typer(no_args_is_help=True)
app.add_typer(operator_app, name="operator", help=say("Who may sign in at the operators' pages."))
app.command(help=say("Make a backup: the database at one instant, and every file that it names."))(backup)
app.command(help=say("Make a centre from a backup, up to its last act or an earlier one."))(restore)

Folder = Annotated[Path, typer.Argument(help=say("The centre's folder."), metavar="FOLDER")]
Key = Annotated[Path, typer.Option("--log-key", help=say("The key file of the log that the definition names."))]
Passphrase = Annotated[Path | None, typer.Option(help=say("Read the passphrase from this file instead of asking."))]
Database = Annotated[str, typer.Option(help=say("PostgreSQL's address; left out, everything is in the folder."))]
Witness = Annotated[
    list[str] | None, typer.Option("--witness", help=say("A witness and its address, NAME=https://…; once for each."))
]
Pem = Annotated[
    Path | None,
    typer.Option(help=say("The centre's TLS certificate with its chain (PEM); left out, it serves in clear.")),
]
PemKey = Annotated[Path | None, typer.Option(help=say("Its key (PEM)."))]
Proxy = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NETWORK",
        help=say(
            "Where the web server in front is, as 192.0.2.7 or 192.0.2.0/28; it alone is believed who sends "
            "(X-Forwarded-For). Left out: on this machine, 127.0.0.1. May be given again."
        ),
    ),
]
Processes = Annotated[
    int, typer.Option(min=-1, help=say("Processes that examine, and as many that prove; -1: one a core."))
]


@app.command(help=say("Make a centre for a signed definition."))
def init(
    folder: Folder,
    definition: Annotated[Path, typer.Option(help=say("The signed definition.note."))],
    log_key: Key,
    database: Database = "",
    passphrase_file: Passphrase = None,
) -> None:
    """Nothing is overwritten."""
    signer = ask_signer(log_key, passphrase_file)
    settings = make_centre(folder, read_limited(definition), signer, now(), database)
    out.print(
        say("A centre for election {election} is in {folder}.", election=settings.election[:16], folder=str(folder)),
        markup=False,
    )


@app.command(help=say("Take what the authority and the guardians hand over: files or folders, in any order."))
def load(
    folder: Folder,
    papers: Annotated[list[Path], typer.Argument(help=say("The documents."), metavar="PAPERS", exists=True)],
    log_key: Key,
    passphrase_file: Passphrase = None,
) -> None:
    """What the centre has already is left out; the first that it refuses ends the command."""
    every = read_papers(papers)
    with centre_at_work(folder, ask_signer(log_key, passphrase_file)) as service:
        for handing in every:
            names = ", ".join(paper.name for paper in handing.papers)
            if service.has_all(handing.papers):
                out.print(say("{file}: there already.", file=names), markup=False)
                continue
            service.take(handing.take)
            out.print(say("{file}: taken.", file=names), markup=False)


@app.command(
    "hand-in", help=say("Put papers into the inbox of a centre that is served; it takes them in its next round.")
)
def hand_in_papers(
    folder: Folder,
    papers: Annotated[list[Path], typer.Argument(help=say("The documents."), metavar="PAPERS", exists=True)],
) -> None:
    """What was refused lies in inbox/refused, with the reason."""
    for name in hand_in(folder, papers):
        out.print(name, markup=False)


@app.command(help=say("Receive from stations over HTTP, prove their sheets, publish; Ctrl-C ends it."))
def serve(
    folder: Folder,
    log_key: Key,
    host: Annotated[str, typer.Option(help=say("The address to listen at."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help=say("0 for any that is free."))] = 8400,
    witness: Witness = None,
    every: Annotated[float, typer.Option(min=1, help=say("Seconds between two rounds of publishing."))] = 30.0,
    results_every: Annotated[
        float, typer.Option(min=0, help=say("Seconds between provisional results; 0 for none by themselves."))
    ] = 300.0,
    processes: Processes = -1,
    record: Annotated[bool, typer.Option("--record", help=say("Serve the public record at /record, too."))] = False,
    pages: Annotated[
        str, typer.Option(help=say("Show the operators' pages at /desk of this address, as https://centre.example."))
    ] = "",
    tls_cert: Pem = None,
    tls_key: PemKey = None,
    station_certificates: Annotated[
        bool,
        typer.Option("--station-certificates", help=say("Take parcels over each station's own TLS line only.")),
    ] = False,
    behind_proxy: Proxy = None,
    log_format: LogFormat = "text",
    passphrase_file: Passphrase = None,
) -> None:
    """One process writes a centre; a second one is refused."""
    proxies = read_proxies(behind_proxy or ())
    many = processes if processes >= 0 else len(os.sched_getaffinity(0))
    telling = telling_as(log_format)
    with telling.to_the_end(), centre_at_work(folder, ask_signer(log_key, passphrase_file), many) as service:
        stations_of = service.election.identity if station_certificates or tls_cert else ""
        tls = read_tls(tls_cert, tls_key, stations_of)
        addresses = centre_addresses(
            service, Limits(), serve_record=record, own_lines=station_certificates, note=telling.note
        )
        if pages:
            add_desk(addresses, service, pages)
        server = CentreServer(
            addresses,
            host,
            port,
            telling.listening,
            tls=tls,
            proxies=proxies,
            is_logged_elsewhere=telling.is_for_programs,
        )
        rounds = Rounds(
            _publisher(service, witness, telling.missing),
            every,
            telling.published,
            service=service,
            results_every=results_every,
        )

        def end(number: int, frame: FrameType | None) -> None:
            server.stop()

        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, end)
        keep_out_of_search()
        rounds.start()
        try:
            with ended_with_writer(service, server):
                server.run()
        finally:
            rounds.stop()
        _check_it_could_write(service)


@app.command(help=say("Receive the parcels of stations that came on a stick, or in any folder."))
def receive(
    folder: Folder,
    stick: Annotated[Path, typer.Argument(help=say("The stick."), metavar="STICK", exists=True, file_okay=False)],
    log_key: Key,
    passphrase_file: Passphrase = None,
) -> None:
    """Exit code 1 if one of them was not taken."""
    is_well = True
    with centre_at_work(folder, ask_signer(log_key, passphrase_file)) as service:
        for station, parcel, _ in read_stick(stick):
            answer = service.receive(station, parcel)
            reason = f" {say(answer.reason)}" if answer.reason is not None else ""
            out.print(f"{station}: {say(answer.verdict.value)}.{reason}", markup=False)
            is_well &= answer.verdict not in {Verdict.REFUSED, Verdict.QUARANTINED}
        service.wait_for_proofs()
        out.print(say("Sheets that were proven count now; publish them with: urna center publish."))
    if not is_well:
        raise typer.Exit(1)


@app.command(help=say("Issue an edition of the results over everything that counts now."))
def results(
    folder: Folder,
    log_key: Key,
    status: Annotated[Literal["provisional", "final"], typer.Option(help=say("Final once no station is open."))] = (
        "provisional"
    ),
    lot_seed: Annotated[str, typer.Option(help=say("The public seed of lots, once it is drawn."))] = "",
    passphrase_file: Passphrase = None,
) -> None:
    """It is signed now, and shown with the next publishing."""
    with centre_at_work(folder, ask_signer(log_key, passphrase_file)) as service:
        edition = service.issue_results(status=status, lot_seed=lot_seed).edition
        out.print(say("Edition {edition} of the results is signed.", edition=edition))


@app.command(help=say("Publish what counts until now: cosigned by the witnesses, then written into FOLDER/record."))
def publish(
    folder: Folder,
    log_key: Key,
    witness: Witness = None,
    passphrase_file: Passphrase = None,
) -> None:
    """Below the quorum of witnesses nothing is shown."""
    with centre_at_work(folder, ask_signer(log_key, passphrase_file)) as service:
        Telling().published(_publisher(service, witness).publish())


@contextmanager
def centre_at_work(folder: Path, signer: NoteSigner, processes: int = 0) -> Iterator[CentreService]:
    """The centre of a folder while it is at work in this process."""
    opened = open_centre(folder, signer)
    (first,) = opened.store.acts(1)
    definition = opened.store.read(first.document)
    service = CentreService(opened, now, Workers(definition, folder / FILES, processes))
    service.start()
    try:
        yield service
    finally:
        service.close()


def _publisher(
    service: CentreService, addresses: list[str] | None, missing: Callable[[UrnaError], None] = show_error
) -> Publisher:
    verifiers = witness_verifiers(service.election)
    return Publisher(service.opened, service.sequencer, Witnesses(read_addresses(addresses or [], verifiers), missing))


def _check_it_could_write(service: CentreService) -> None:
    if service.sequencer.failure is not None:
        raise OutOfOrder(
            Sentence("a centre that can write"),
            Sentence("{reason}", {"reason": type(service.sequencer.failure).__name__}),
            Sentence("Look at the medium and the database, and start it again; every answer that was given holds."),
        )
