"""Adoption: numbers that are known to be wrong, in a committed list that a build tolerates and that only shrinks.

`content/exemptions.yaml` is a list; an entry names a lesson, an item (none: prose), and the written value:

    - lesson: gradient-flow
      item: warm-up
      text: ~0.1%
      claim: schedules.warmup_share.share?warm=2000&total=25000
      reason: from the old handout, to be rewritten

A refuted claim that an entry names is a warning instead of an error. The verdict stays what it is, and cards and site
show the number as not borne out. An entry that nothing needs is reported until it is removed. Entries are written once,
by `deckforge verify --exempt`, and never by a build.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Diagnostic, Outcome, Severity
from deckforge.model.claims import Status
from deckforge.model.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from deckforge.model.claims import Claim, Verdict
    from deckforge.project import Project

EXEMPTED = Code(
    "DF651",
    "claim-exempted",
    Severity.WARNING,
    "A number is not what was measured, and the list of exemptions tolerates it.",
    "An existing course can be built before every number in it is right. The number is still wrong, and is shown as "
    "not borne out.",
    "- {lesson: adam, text: 9 GB}",
    "Correct the number, and take its entry out of content/exemptions.yaml.",
)
UNNEEDED = Code(
    "DF652",
    "exemption-unneeded",
    Severity.WARNING,
    "An entry of the list of exemptions is about no refuted claim.",
    "The number was corrected, or is gone. Left in the list, the entry would hide the same mistake if it came back.",
    "- {lesson: adam, text: 8 GB}   (which is proven)",
    "Remove the entry.",
)
MALFORMED = Code(
    "DF653",
    "exemption-malformed",
    Severity.ERROR,
    "An entry of content/exemptions.yaml cannot be read.",
    "What it was meant to tolerate cannot be known.",
    "- adam: 9 GB",
    "- {lesson: adam, text: 9 GB, reason: from the old handout}",
)
CODES = (EXEMPTED, UNNEEDED, MALFORMED)

PATH = "content/exemptions.yaml"
KEYS = ("lesson", "item", "text", "claim", "reason")
_REQUIRED = ("lesson", "text")
_HEAD = """\
# Numbers that are known to be wrong, and tolerated until they are corrected: each is a warning of every build.
# Written once by `deckforge verify --exempt`. Take out what you have corrected; nothing is ever added by itself.
"""


@dataclass(frozen=True, slots=True)
class Exemption:
    """An entry: which written value of which lesson and item (`""`: prose, or any place of the lesson)."""

    lesson: str
    item: str
    text: str
    claim: str
    reason: str
    span: Span

    def covers(self, claim: Claim) -> bool:
        """Tell whether a claim is the one that the entry names."""
        return (
            (self.lesson, self.text) == (claim.lesson, claim.text)
            and self.item in ("", claim.item)
            and self.claim in ("", claim.reference)
        )


def load(project: Project) -> Outcome[tuple[Exemption, ...]]:
    """Return the entries of a project's list, and what is wrong with it; a project without the file has none."""
    path = project.exemptions
    return parse(path.read_bytes()) if path.is_file() else Outcome(())


def parse(data: bytes) -> Outcome[tuple[Exemption, ...]]:
    """Return the entries of a list, and what is wrong with it, all of it at once."""
    import yaml

    start = Span(PATH, 0, 0)
    try:
        text = data.decode("utf-8-sig")
        node = yaml.compose(text, yaml.SafeLoader)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        reason = str(error).partition("\n")[0]
        return Outcome((), (MALFORMED.at(start, f"this is no YAML: {reason}"),))
    if node is None:
        return Outcome(())
    if not isinstance(node, yaml.SequenceNode):
        return Outcome((), (MALFORMED.at(start, "this is no list", fix="begin each entry with `- lesson:`"),))
    mark = len(data) - len(text.encode())

    def span(node: yaml.Node) -> Span:
        begin, end = (mark + len(text[: at.index].encode()) for at in (node.start_mark, node.end_mark))
        return Span(
            PATH, begin, max(begin, min(end, begin + len(text[node.start_mark.index :].split("\n")[0].encode())))
        )

    found: list[Exemption] = []
    wrong: list[Diagnostic] = []
    for entry in node.value:
        known: dict[str, str] = {}
        mistakes: list[Diagnostic] = []
        if not isinstance(entry, yaml.MappingNode):
            wrong.append(MALFORMED.at(span(entry), "this entry is no mapping", fix="write `lesson:` and `text:`"))
            continue
        for key, value in entry.value:
            name = str(key.value)
            if name not in KEYS:
                mistakes.append(
                    MALFORMED.at(span(key), f"an exemption has no `{name}`", fix=f"it has {', '.join(KEYS)}")
                )
            elif not isinstance(value, yaml.ScalarNode):
                mistakes.append(MALFORMED.at(span(value), f"`{name}` is no text", fix="put it in quotes"))
            elif name in known:
                mistakes.append(MALFORMED.at(span(key), f"`{name}` stands twice"))
            else:
                known[name] = " ".join(value.value.split())
        missing = [name for name in _REQUIRED if not known.get(name)]
        if missing and not mistakes:
            mistakes.append(
                MALFORMED.at(span(entry), f"this exemption has no {' and no '.join(f'`{n}`' for n in missing)}")
            )
        if mistakes:
            wrong += mistakes
            continue
        found.append(Exemption(**{name: known.get(name, "") for name in KEYS}, span=span(entry)))
    return Outcome(tuple(found), tuple(wrong))


def excused(diagnostic: Diagnostic, verdict: Verdict, exemptions: Iterable[Exemption]) -> Diagnostic | None:
    """Return the warning that stands in place of a refuted claim's error; `None` where no entry names the claim."""
    if verdict.status is not Status.REFUTED:
        return None
    entry = next((each for each in exemptions if each.covers(verdict.claim)), None)
    if entry is None:
        return None
    why = f" ({entry.reason})" if entry.reason else ""
    return EXEMPTED.at(
        diagnostic.span, f"exempted{why}: {diagnostic.message}", fix=diagnostic.fix, related=diagnostic.related
    )


def unneeded(exemptions: Iterable[Exemption], verdicts: Mapping[Claim, Verdict]) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for every entry that no claim needs; one that could not be measured may need it yet."""
    found = []
    for entry in exemptions:
        covered = [verdict for claim, verdict in verdicts.items() if entry.covers(claim) and claim.needs_proof]
        settled = [verdict for verdict in covered if verdict.status is Status.PROVEN]
        if len(settled) < len(covered):
            continue
        why = settled[0].reason if settled else f"the lesson `{entry.lesson}` claims no such value"
        message = f"`{entry.text}` needs no exemption: {why}"
        found.append(UNNEEDED.at(entry.span, message, fix="remove this entry"))
    return tuple(found)


def exempted(exemptions: Iterable[Exemption], verdicts: Mapping[Claim, Verdict]) -> frozenset[Claim]:
    """Return the refuted claims that an entry names."""
    entries = tuple(exemptions)
    return frozenset(
        claim
        for claim, verdict in verdicts.items()
        if verdict.status is Status.REFUTED and any(entry.covers(claim) for entry in entries)
    )


def write(project: Project, verdicts: Iterable[Verdict]) -> Path:
    """Write the list for the first time: every refuted claim of the course; return its path.

    Raises:
        FileExistsError: there is a list already, which nothing but a person's hand may change.
    """
    import yaml

    entries: dict[tuple[str, ...], dict[str, str]] = {}
    for verdict in verdicts:
        claim = verdict.claim
        if verdict.status is Status.REFUTED:
            named = {"lesson": claim.lesson, "item": claim.item, "text": claim.text, "claim": claim.reference}
            entries.setdefault(tuple(named.values()), {name: value for name, value in named.items() if value})
    listed = [{**entry, "reason": "wrong when the course was adopted"} for entry in entries.values()]
    text = yaml.safe_dump(listed, allow_unicode=True, sort_keys=False, width=10_000)
    path = project.exemptions
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD + text)
    return path
