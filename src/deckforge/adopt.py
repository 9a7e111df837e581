"""`deckforge verify --exempt`: begin with a course that has wrong numbers in it, and let the list only shrink."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deckforge.errors import UsageError
from deckforge.model.claims import Status

if TYPE_CHECKING:
    from deckforge.pipeline import Result
    from deckforge.project import Project


def run(project: Project, result: Result) -> None:
    """Ask, and write every refuted claim to `content/exemptions.yaml`.

    Raises:
        UsageError: there is a list already: it only shrinks, and by hand.
    """
    from deckforge.verify import exemptions

    assert result.verification is not None, "verify always verifies"
    refuted = [each for each in result.verification.verdicts.values() if each.status is Status.REFUTED]
    name = project.relative(project.exemptions)
    if project.exemptions.exists():
        raise UsageError(f"{name} exists already, and only shrinks: correct what is refuted now, or cite it")
    if not refuted:
        click.echo("No claim is refuted: there is nothing to exempt.")
        return
    count = "1 refuted claim" if len(refuted) == 1 else f"{len(refuted)} refuted claims"
    click.confirm(f"Write {count} to {name}? Builds will then warn of each instead of failing", abort=True)
    exemptions.write(project, refuted)
    click.echo(f"Wrote {name}. Commit it; correct the numbers one by one, and take out each entry that is done.")
