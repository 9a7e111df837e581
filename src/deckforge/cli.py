"""The command line: what was asked for, handed to the pipeline; what came out, handed to `report`.

Imports click and nothing heavier: `deckforge --help` answers at once. Results go to standard output, progress to
standard error. Exit codes are in `ExitCode`, and each is documented in docs/cli.md.
"""

from __future__ import annotations

import sys
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from deckforge import __version__
from deckforge.errors import AnkiError, DeckForgeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from deckforge.diagnostics import Diagnostic
    from deckforge.pipeline import Result
    from deckforge.project import Project


class ExitCode(IntEnum):
    """What the process tells its caller."""

    OK = 0
    """Everything asked for was done."""
    LESSONS = 1
    """There are mistakes in the lessons (or, with --strict, warnings); nothing was written."""
    USAGE = 2
    """The command line asks for what cannot be; no course here."""
    REFUTED = 3
    """A claim is refuted, or a proof failed; nothing was written."""
    LOCKED = 4
    """With --locked: the build would change content/anki.lock; nothing was written."""
    ANKI = 5
    """The running Anki cannot be reached, refuses, or went away; what was done by then is said."""
    UNDONE = 6
    """A push or an import left something that somebody has to decide, or Anki did not take all; the rest was done."""
    DIFFERENT = 7
    """`diff`: learners' collections will see a difference."""
    FULL_SYNC = 8
    """`diff`: Anki would refuse a part of it, or ask for a full sync."""
    COVERAGE = 9
    """`verify --min`: fewer numbers are answered for than asked."""
    TOOL = 70
    """DeckForge itself, or a program it runs, failed."""
    INTERRUPTED = 130
    """Stopped from the keyboard; nothing is half-written."""


DAY = click.DateTime(["%Y-%m-%d"])
FORMATS = click.Choice(["text", "json", "github"])
PROJECT = click.option(
    "--project",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="A folder of the course (default: here).",
)
FORMAT = click.option("--format", "style", type=FORMATS, default="text", help="How diagnostics are shown.")
STRICT = click.option("--strict", is_flag=True, help="Take warnings as errors.")
SANDBOX = click.option("--no-sandbox", is_flag=True, help="Run proofs without isolation; every output says so.")
LESSONS = click.option(
    "--only", multiple=True, metavar="GLOB", help="Only these lessons, by id or path (repeatable; * and ? work)."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="deckforge")
def cli() -> None:
    """Compile lessons into Anki decks, tables and a study site, and prove the numbers they state."""


@cli.command(short_help="Make a course that builds.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", default="", help="The course's title (default: the folder's name).")
def new(folder: Path, title: str) -> None:
    """Make a course in FOLDER: a lesson, a proof, and everything that `deckforge build` needs."""
    from deckforge.new import new as make

    for name in make(folder, title):
        click.echo(f"  {folder / name}")
    click.echo(f"A course to begin with. Try: deckforge build --project {folder}")


@cli.command(short_help="Write decks, tables and the site to build/.")
@PROJECT
@FORMAT
@STRICT
@click.option(
    "--only",
    type=click.Choice(["decks", "tables", "quizlet", "gift", "moodle", "qti", "calendar", "llms", "json", "site"]),
    multiple=True,
    help="Make only these outputs (repeatable).",
)
@click.option("--locked", is_flag=True, help="Fail instead of changing content/anki.lock.")
@click.option(
    "--engine",
    type=click.Choice(["mkdocs", "properdocs", "zensical"]),
    default=None,
    help="Make the site with this program (default: the course's, else mkdocs).",
)
@click.option("--allow-full-sync", is_flag=True, help="Make a package that Anki cannot import as an update.")
@click.option("--fresh", is_flag=True, help="Measure again what an earlier build has measured.")
@click.option("--jobs", type=click.IntRange(1), help="Proofs to run at a time (default: one a core).")
@SANDBOX
def build(
    *,
    folder: Path,
    style: str,
    strict: bool,
    only: tuple[str, ...],
    locked: bool,
    engine: str | None,
    allow_full_sync: bool,
    fresh: bool,
    jobs: int | None,
    no_sandbox: bool,
) -> None:
    """Read, check, verify, and write decks, tables and the site to build/."""
    from deckforge import pipeline, report
    from deckforge.verify import Options

    project = _project(folder)
    with report.progress(quiet=style != "text") as progress:
        result = pipeline.build(
            project,
            Options(fresh=fresh, jobs=jobs, sandbox=not no_sandbox),
            only=only,
            locked=locked,
            allow_full_sync=allow_full_sync,
            strict=strict,
            engine=engine or "",
            progress=progress,
        )
    report.show(result, style, project, what="build")
    _exit(result, strict=strict)


@cli.command(short_help="Find mistakes; execute nothing.")
@PROJECT
@FORMAT
@STRICT
@LESSONS
def check(folder: Path, style: str, strict: bool, only: tuple[str, ...]) -> None:
    """Find what is wrong with the lessons without executing anything."""
    from deckforge import pipeline, report

    project = _project(folder)
    result = report.narrow(pipeline.check(project), only)
    report.show(result, style, project, what="check")
    _exit(result, strict=strict)


@cli.command(short_help="Execute what the claims need.")
@PROJECT
@FORMAT
@STRICT
@LESSONS
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", help="Which proofs to run.")
@click.option("--record", is_flag=True, help="Keep the measurements as receipts (always done for cuda).")
@click.option("--fresh", is_flag=True, help="Measure again what an earlier run has measured.")
@click.option("--jobs", type=click.IntRange(1), help="Proofs to run at a time (default: one a core).")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=30.0, help="Seconds a proof may take.")
@click.option("--exempt", is_flag=True, help="Write the refuted claims to content/exemptions.yaml, once; asks first.")
@click.option("--coverage", is_flag=True, help="Show how many numbers are answered for, and which are not.")
@click.option("--min", "least", type=click.FloatRange(0, 100), help="With --coverage: fail below so many percent.")
@click.option("--shard", metavar="K/N", help="Run the K-th of N parts of the proofs; the parts' receipts merge.")
@click.option("--on", type=click.Choice(["here", "ray"]), default="here", help="Where proofs run.")
@click.option("--address", default="", metavar="HOST:PORT", help="With --on ray: the cluster (default: one made here).")
@SANDBOX
def verify(
    *,
    folder: Path,
    style: str,
    strict: bool,
    only: tuple[str, ...],
    device: str,
    record: bool,
    fresh: bool,
    jobs: int | None,
    timeout: float,
    exempt: bool,
    coverage: bool,
    least: float | None,
    shard: str | None,
    on: Literal["here", "ray"],
    address: str,
    no_sandbox: bool,
) -> None:
    """Execute what the lessons' claims need, and show a verdict for each."""
    from deckforge import pipeline, report
    from deckforge.verify import Options

    project = _project(folder)
    if least is not None and not coverage:
        raise UsageError("--min says how much --coverage has to be: add --coverage")
    if exempt and (only or style != "text"):
        raise UsageError("--exempt is about the whole course and asks before it writes: leave out --only and --format")
    if address and on != "ray":
        raise UsageError("--address names a Ray cluster: add --on ray")
    options = Options(
        device=device,
        record=record or device == "cuda",
        only=only,
        fresh=fresh,
        jobs=jobs,
        timeout=timeout,
        shard=_shard(shard),
        sandbox=not no_sandbox,
        on=on,
        address=address,
    )
    with report.progress(quiet=style != "text") as progress:
        result = pipeline.verify(project, options, progress)
    result = report.narrow(result, only)
    if coverage:
        _coverage(result, style, project, only=only, strict=strict, least=least or 0.0)
        return
    report.show(result, style, project, what="verify")
    if exempt:
        from deckforge import adopt

        adopt.run(project, result)
        return
    _exit(result, strict=strict)


@cli.command(short_help="Bring the Anki that runs up to date.")
@PROJECT
@click.option("--url", default="http://127.0.0.1:8765", help="Where AnkiConnect answers.")
@click.option("--key", default="", envvar="DECKFORGE_ANKI_KEY", help="AnkiConnect's API key, if it wants one.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what would be done in Anki, and do nothing there.")
@click.option(
    "--retire",
    type=click.Choice(["delete", "suspend", "tag", "keep"]),
    default="suspend",
    help="What becomes of notes that are no longer in the course (default: suspend).",
)
@click.option("--overwrite", is_flag=True, help="Where course and learner changed the same note, take the course's.")
@click.option("--restore", is_flag=True, help="Bring back notes that were deleted in Anki.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=30.0, help="Seconds an answer may take.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="How it is shown.")
def push(
    *,
    folder: Path,
    url: str,
    key: str,
    yes: bool,
    dry_run: bool,
    retire: str,
    overwrite: bool,
    restore: bool,
    timeout: float,
    style: str,
) -> None:
    """Build the decks, show what is different in the Anki that runs, ask, and bring it up to date.

    Needs the add-on AnkiConnect. Nothing is touched that is not this course's, and no edit of a learner's is
    overwritten unasked.
    """
    from deckforge import pipeline, report
    from deckforge.exchange import push_command
    from deckforge.exchange.ankiconnect import AnkiConnect
    from deckforge.exchange.push_steps import Mode
    from deckforge.exchange.push_steps import Options as PushOptions
    from deckforge.verify import Options

    if style == "json" and not (yes or dry_run):
        raise UsageError("with --format json nobody can be asked: add --yes, or --dry-run")
    project = _project(folder)
    anki = AnkiConnect(url, key, timeout)
    if not anki.local:
        click.echo(f"deckforge: {anki.host} is another machine: the course and the key go over the network", err=True)
    anki.hello()
    before = push_command.entries(project)
    with report.progress(quiet=style != "text") as progress:
        result = pipeline.build(project, Options(), only=("decks",), progress=progress)
    if exit_code(result.diagnostics):
        report.show(result, style, project, what="build")
        _exit(result, strict=False)
    options = PushOptions(Mode(retire), overwrite, restore)
    complete = push_command.run(project, result.course, before, anki, options, style=style, yes=yes, dry_run=dry_run)
    sys.exit(ExitCode.OK if complete else ExitCode.UNDONE)


@cli.command(short_help="Show what an import will change for learners.")
@PROJECT
@click.argument("old", metavar="OLD")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="How it is shown.")
def diff(*, folder: Path, old: str, style: str) -> None:
    """Show what a learner's collection will see when what the lessons would build now is imported.

    OLD is what learners have; nothing is written.

    \b
    deckforge diff course-1.2.apkg     a package that you published
    deckforge diff v1.2                the lock file as it was at a tag, a branch or a commit
    deckforge diff old/anki.lock       a lock file
    """  # noqa: D301 - \b keeps the lines as they stand
    from deckforge import pipeline, report
    from deckforge.exchange import diff_sources, diff_view
    from deckforge.verify import Options

    project = _project(folder)
    before = diff_sources.before(old, project)
    with report.progress(quiet=style != "text") as progress:
        result, made = pipeline.preview(project, Options(), progress)
    if exit_code(result.diagnostics):
        report.show(result, style, project, what="diff")
        _exit(result, strict=False)
    found = diff_sources.compare(before, made, result.course, project)
    click.echo((diff_view.machine if style == "json" else diff_view.text)(found, before.name), nl=False)
    sys.exit(ExitCode.FULL_SYNC if found.forces_full_sync else ExitCode.DIFFERENT if found.differs else ExitCode.OK)


@cli.command(short_help="See what was changed in Anki, and take it over.")
@PROJECT
@click.argument("package", metavar="FILE.apkg", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--write", is_flag=True, help="Write the changes into the lessons where that loses nothing.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="How it is shown.")
def pull(*, folder: Path, package: Path, write: bool, style: str) -> None:
    """Show what somebody changed in this course's notes, from a package that they exported from Anki.

    Nothing is executed, and without --write nothing is written.
    """
    from deckforge.exchange import pull_command

    code = exit_code(pull_command.run(_project(folder), package, write=write, style=style))
    if code:
        sys.exit(code)


@cli.command(short_help="Explain a code, a claim or a written value.")
@PROJECT
@click.argument("what", metavar="CODE|CLAIM|VALUE")
def explain(folder: Path, what: str) -> None:
    """Explain a diagnostic's code, a claim of a lesson, or a written value.

    \b
    deckforge explain DF305                       what a code means and what to do
    deckforge explain gradient-flow               every claim of a lesson, with its evidence
    deckforge explain content/gradient-flow.md:42 the claims on a line
    deckforge explain backprop.relu_chain.dw2     the claims of a proof's output
    deckforge explain "~8GB"                      the measured values that a writing allows
    """  # noqa: D301 - \b keeps the lines as they stand
    from deckforge import explain as explaining

    click.echo(explaining.explain(what, folder), nl=False)


@cli.command("import", short_help="Take in what you already have.")
@PROJECT
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("--into", "into", type=click.Path(path_type=Path), help="Where new lessons go (default: content/).")
@click.option("--as", "kind", default="", metavar="KIND", help="Read the files as this kind, and do not guess.")
@click.option(
    "--columns", default="", metavar="FIELD=COLUMN,...", help="Which column of a table is what: front=1,answer=Meaning."
)
@click.option(
    "--separators",
    nargs=2,
    default=("", ""),
    metavar="INNER BETWEEN",
    help=r"What stands between term and definition, and between cards: '\t' '\n\n'.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def import_(
    *,
    folder: Path,
    files: tuple[Path, ...],
    into: Path | None,
    kind: str,
    columns: str,
    separators: tuple[str, str],
    dry_run: bool,
    yes: bool,
) -> None:
    """Make lessons of study documents, Knowt pages, pasted cards, tables and Anki decks.

    What comes in again is matched by its wording: ids stay, changes are shown, and an author's own edits are kept.
    """
    from deckforge import import_command
    from deckforge.intake.readers import Options
    from deckforge.intake.threeway import How

    pairs = [pair.partition("=") for pair in columns.split(",") if pair.strip()]
    if any(not name.strip() or not column.strip() for name, _, column in pairs):
        raise UsageError(f"--columns {columns}: write FIELD=COLUMN, with commas between")
    options = Options(columns={name.strip(): column.strip() for name, _, column in pairs}, separators=separators)
    plan, found = import_command.run(_project(folder), files, into, kind, options, dry=dry_run, yes=yes)
    code = exit_code(found)
    if code == ExitCode.OK and plan and any(change.how is How.CONFLICT for change in plan.changes):
        code = ExitCode.UNDONE
    sys.exit(code)


@cli.command(short_help="Put lessons into their canonical form.")
@PROJECT
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only say which lessons would change, and fail if any would.")
def fmt(*, folder: Path, files: tuple[Path, ...], check: bool) -> None:
    """Put Markdown lessons (default: all) into their canonical form, and give an id to every item without one.

    What a lesson says never changes: blank lines, tables, the order and synonyms of attributes do.
    """
    from deckforge import fmt_command

    changed = fmt_command.run(_project(folder), files, check=check)
    if check and changed:
        sys.exit(ExitCode.LESSONS)


@cli.command(short_help="Find proofs for unanswered numbers.")
@PROJECT
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
@click.option("--write", is_flag=True, help="Ask for each suggestion, and write the links.")
@click.option("--yes", is_flag=True, help="With --write: do not ask; take those with one candidate alone.")
def suggest(*, folder: Path, lessons: tuple[str, ...], write: bool, yes: bool) -> None:
    """Find proofs, the course's and those of the package, for numbers that nobody answers for, by running them."""
    from deckforge import suggest_command

    if yes and not write:
        raise UsageError("--yes answers the questions of --write: give both")
    suggest_command.run(_project(folder), lessons, write=write, yes=yes)


@cli.command(short_help="Take in numbers of runs made elsewhere.")
@PROJECT
@click.argument("file", metavar="FILE.json", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def record(folder: Path, file: Path) -> None:
    """Take in numbers of long or many-GPU runs as receipts: shown as imported, never as proven."""
    from deckforge import record as recording

    project = _project(folder)
    for path in recording.record(project, file):
        click.echo(f"recorded as imported  {project.relative(path)}")


@cli.command(short_help="Make a class's table from learners' progress.")
@PROJECT
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILES…")
@click.option("--format", "style", type=click.Choice(["text", "json", "csv"]), default="text", help="How it is shown.")
@click.option("--all", "every", is_flag=True, help="List every item, not the hardest alone.")
def progress(*, folder: Path, files: tuple[Path, ...], style: str, every: bool) -> None:
    """Make a class's table, by learner, concept and item, from the progress files that learners export on the site.

    FILES are files or folders of them. A file that is broken or of another course is named and left out.
    """
    from deckforge import pipeline
    from deckforge.gradebook import command

    outcome, sources = command.gather(pipeline.check(_project(folder)).course, files)
    command.show(outcome, sources, style, every=every)
    sys.exit(exit_code(outcome.diagnostics))


@cli.command(short_help="Say what this machine offers.")
@PROJECT
def doctor(folder: Path) -> None:
    """Say what this machine offers: torch, isolation, a GPU, programs; and how the course's lock and receipts are."""
    from deckforge import doctor as doctoring

    click.echo(doctoring.text(list(doctoring.examine(folder))), nl=False)


@cli.command(short_help="Plan the days of study, as a calendar.")
@PROJECT
@click.option("--start", type=DAY, help="The first day (default: `study: start` of course.yaml).")
@click.option("--exam", type=DAY, help="The day of the exam, which ends the plan.")
@click.option("--minutes", type=click.IntRange(5, 1440), help="Minutes a day (default: 30).")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file (default: COURSE-plan.ics).")
def plan(*, folder: Path, start: datetime | None, exam: datetime | None, minutes: int | None, out: Path | None) -> None:
    """Show on which days which lesson is learned and repeated, and write it as a file for calendars (iCalendar).

    Nothing is executed.
    """
    from deckforge import pipeline, plan_command, report

    project = _project(folder)
    result = pipeline.check(project)
    if exit_code(result.diagnostics):
        report.show(result, "text", project, what="check")
        _exit(result, strict=False)
    plan_command.run(result.course, start and start.date(), exam and exam.date(), minutes, out)


@cli.command(short_help="Print a JSON Schema for editors.")
@click.argument("kind", type=click.Choice(["lesson", "front-matter", "course", "course-json"]))
def schema(kind: str) -> None:
    """Print the JSON Schema of a YAML lesson, of front matter, of course.yaml or of build/course.json."""
    import json

    from deckforge.emit.course_schema import course_json_schema
    from deckforge.read import schema as schemas

    schemas_by_kind = {
        "lesson": schemas.lesson_schema,
        "front-matter": schemas.front_matter_schema,
        "course": schemas.course_schema,
        "course-json": course_json_schema,
    }
    click.echo(json.dumps(schemas_by_kind[kind](), indent=2, ensure_ascii=False))


def _coverage(
    result: Result, style: str, project: Project, *, only: tuple[str, ...], strict: bool, least: float
) -> None:
    """Show how many numbers are answered for; exit where there are mistakes, or fewer than asked for."""
    from deckforge import coverage_report

    lessons = coverage_report.measure(result, only)
    coverage_report.show(result, lessons, style, project, least=least)
    _exit(result, strict=strict)
    if coverage_report.total(lessons) < least:
        sys.exit(ExitCode.COVERAGE)


def _project(folder: Path) -> Project:
    from deckforge.project import Project

    return Project.find(folder)


def _exit(result: Result, *, strict: bool) -> None:
    code = exit_code(result.diagnostics, strict=strict)
    if code:
        sys.exit(code)


def _shard(text: str | None) -> tuple[int, int]:
    """Return which part of how many `2/8` names.

    Raises:
        UsageError: it names none.
    """
    if text is None:
        return 1, 1
    which, _, of = text.partition("/")
    if not (which.isdecimal() and of.isdecimal() and 1 <= int(which) <= int(of)):
        raise UsageError(f"--shard {text} names no part of a whole: the second of eight is 2/8")
    return int(which), int(of)


def exit_code(diagnostics: Sequence[Diagnostic], *, strict: bool = False) -> ExitCode:
    """Return the exit code for what was found; mistakes in the lessons come before refuted claims."""
    from deckforge.diagnostics import Severity

    worst = Severity.WARNING if strict else Severity.ERROR
    families = [each.code.id[:3] for each in diagnostics if each.severity >= worst]
    if not families:
        return ExitCode.OK
    if any(each.code.name == "no-cluster" for each in diagnostics):
        return ExitCode.TOOL
    if all(family == "DF6" for family in families):
        return ExitCode.REFUTED
    if all(each.code.name == "lock-out-of-date" for each in diagnostics if each.severity >= worst):
        return ExitCode.LOCKED
    return ExitCode.LESSONS


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every failure becomes one sentence and an exit code."""
    try:
        answer: Any = cli.main(args=arguments, prog_name="deckforge", standalone_mode=False)
        sys.exit(answer if isinstance(answer, int) else ExitCode.OK)
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing is half-written", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    except UsageError as error:
        click.echo(f"deckforge: {error}", err=True)
        sys.exit(ExitCode.USAGE)
    except AnkiError as error:
        click.echo(f"deckforge: {error}", err=True)
        sys.exit(ExitCode.ANKI)
    except DeckForgeError as error:
        click.echo(f"deckforge: {error}", err=True)
        sys.exit(ExitCode.TOOL)
