"""`deckforge suggest`: proofs that could answer for numbers nobody answers for, found by running them.

A candidate has to pass three gates, in this order, and is ranked by the second: its unit is that of the writing; it
shares words with the sentence around the number, and arguments with the numbers in it; and, run, it returns a value
that the writing allows. docs/suggest.md tells it for users. A link is written only into Markdown, and only where
reading the lesson again gives exactly the claim that was meant and no new mistake.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deckforge.model import outputs, units
from deckforge.model.coverage import Answer, coverage
from deckforge.model.source import Span
from deckforge.model.written import Kind, Written, WrittenError, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from deckforge.model.claims import Parameter, ProofSignature
    from deckforge.model.course import Course, Lesson
    from deckforge.model.coverage import Counted
    from deckforge.model.source import Source
    from deckforge.project import Project

RUNS = 12
"""How many sets of arguments of one proof are tried for one number."""
PROOFS = 6
"""How many proofs are tried for one number: those that share most words."""
LEAST = 2.0
"""The score below which a value that fits is taken for chance."""
TIMEOUT = 10.0

_BORDER = re.compile(r"(?<!e\.g)(?<!i\.e)(?<! al)(?<! vs)(?<! cf)[.!?]\s+(?=[A-Za-z0-9\[(])")
_WORD = re.compile(r"[A-Za-z]{3,}")
_NUMBER = re.compile(
    r"(?<![\w.])(\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?)"
    r"(?:\s?([kKMBT](?![\w/])|%|(?:thousand|million|billion|trillion)\b))?(?:[ -]([A-Za-z]+))?",
    re.ASCII,
)
_BEHIND = re.compile(r"[ \u00a0\u202f]?([^\W\d_]+(?:/[^\W\d_]+)?)")
_PREFIX = re.compile(r"(\w+)\s*(?:=|of|:|is)?\s*$")
_SCALE = {name: float(count) for name, count in units.COUNTS.items()}
_STOP = frozenset(
    {
        "the", "and", "for", "with", "that", "this", "from", "are", "its", "one", "two", "how", "what", "which", "each",
        "every", "all", "not", "only", "has", "have", "was", "were", "than", "into", "after", "before", "where", "when",
        "percent", "number", "numbers", "count", "output", "outputs", "value", "values",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proof with arguments and an output whose measured value the writing allows."""

    reference: str
    measured: str
    score: float
    shared: tuple[str, ...]
    """The words and arguments that it shares with the sentence: why it is offered."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A number that nobody answers for, and the candidates for it, best first."""

    lesson: Lesson
    number: Counted
    candidates: tuple[Candidate, ...]

    @property
    def unique(self) -> bool:
        """Whether there is one candidate alone."""
        return len(self.candidates) == 1

    def link(self, candidate: Candidate) -> str:
        """Return what is written in place of the number."""
        return f"[{self.number.text}](claim:{candidate.reference})"


@dataclass(frozen=True, slots=True)
class _Trial:
    """A run that might give a number's value."""

    signature: ProofSignature
    arguments: tuple[tuple[str, str], ...]
    outputs: tuple[str, ...]
    score: float
    shared: tuple[str, ...]


def unanswered(course: Course, wanted: Callable[[Lesson], bool]) -> Iterator[tuple[Lesson, Counted]]:
    """Yield the numbers of Markdown lessons that nobody answers for."""
    by_id = {lesson.id: lesson for lesson in course.lessons}
    for counted in coverage(course, {}):
        lesson = by_id.get(counted.lesson)
        if lesson is None or not lesson.path.endswith(".md") or not wanted(lesson):
            continue
        for number in counted.numbers:
            if number.answer is Answer.UNANSWERED:
                source = course.sources[lesson.path]
                yield lesson, replace(_with_unit(source, number), context=sentence(source, number.span))


def _with_unit(source: Source, number: Counted) -> Counted:
    """Return a number with the count or unit behind it, which is a part of what is claimed: `8 GB`, `1.3 billion`."""
    found = _BEHIND.match(source.data[number.span.end : number.span.end + 40].decode("utf-8", "ignore"))
    if not found or not (found[1] in units.COUNTS or units.known(found[1].partition("/")[0]) or found[1] in ("x", "×")):
        return number
    end = number.span.end + len(found[0].encode())
    return replace(number, text=number.text + found[0], span=Span(number.span.path, number.span.start, end))


def sentence(source: Source, span: Span) -> str:
    """Return the sentence around a place, or its line where it is in a table, a list or a quote."""
    start = source.data.rfind(b"\n\n", 0, span.start) + 1
    end = source.data.find(b"\n\n", span.end)
    before = source.data[start : span.start].decode("utf-8", "replace")
    after = source.data[span.start : end if end >= 0 else None].decode("utf-8", "replace")
    if re.search(r"^\s*(?:[-*|>]|\d+\.\s)", before + after, re.MULTILINE):
        before, after = before.rpartition("\n")[2], after.partition("\n")[0]
    own = len(source.data[span.start : span.end].decode("utf-8", "replace"))
    first = [match.end() for match in _BORDER.finditer(before)]
    last = _BORDER.search(after, own)
    return " ".join((before[first[-1] if first else 0 :] + after[: last.start() + 1 if last else None]).split())


def suggest(
    course: Course,
    proofs: Mapping[str, ProofSignature],
    run: Callable[[Sequence[tuple[ProofSignature, tuple[tuple[str, str], ...]]]], list[Mapping[str, object]]],
    wanted: Callable[[Lesson], bool] = lambda _: True,
) -> list[Suggestion]:
    """Return a suggestion for every number for which a candidate is found; `run` runs proofs and returns outputs.

    A run that fails returns no outputs.
    """
    numbers = list(unanswered(course, wanted))
    trials = [list(_trials(number, proofs)) for _, number in numbers]
    needed = list(dict.fromkeys((each.signature.qualified, each.arguments) for several in trials for each in several))
    measured = dict(zip(needed, run([(proofs[name], arguments) for name, arguments in needed]), strict=True))
    found = []
    for (lesson, number), several in zip(numbers, trials, strict=True):
        candidates = _candidates(number, several, measured)
        if candidates:
            found.append(Suggestion(lesson, number, candidates))
    return found


def _candidates(
    number: Counted,
    trials: Sequence[_Trial],
    measured: Mapping[tuple[str, tuple[tuple[str, str], ...]], Mapping[str, object]],
) -> tuple[Candidate, ...]:
    written = _parsed(number.text)
    assert written is not None, "there are no trials for what cannot be parsed"
    best: dict[str, Candidate] = {}
    for trial in trials:
        returned = measured[trial.signature.qualified, trial.arguments]
        for output in trial.outputs:
            value = returned.get(output)
            if isinstance(value, bool) or not isinstance(value, int | float) or not written.accepts(value):
                continue
            query = "&".join(f"{name}={text}" for name, text in trial.arguments)
            target = f"{trial.signature.qualified}.{output}"
            named = any(word in _words(number.context) for word in _words(output.replace("_", " ")))
            candidate = Candidate(
                f"{target}?{query}" if query else target, written.show(value), trial.score + named, trial.shared
            )
            if target not in best or candidate.score > best[target].score:
                best[target] = candidate
    ranked = sorted(best.values(), key=lambda each: (-each.score, len(each.reference), each.reference))
    return tuple(each for each in ranked if each.score >= max(LEAST, ranked[0].score - 1))


def _trials(number: Counted, proofs: Mapping[str, ProofSignature]) -> Iterator[_Trial]:
    """Yield what to run for a number: the proofs that share most with its sentence, with arguments from it."""
    written = _parsed(number.text)
    if written is None or not written.numeric or written.kind is Kind.BOUND:
        return
    words = _words(number.context)
    there = Counter(text for text, _, _ in _numbers(number))
    scored = []
    for signature in proofs.values():
        names = [name for name, unit in _units(signature).items() if fits(written, unit)]
        if signature.device != "cpu" or not names:
            continue
        title = _words(f"{signature.name} {signature.module} {' '.join(names)}".replace("_", " ").replace(".", " "))
        common = title.keys() & words.keys()
        said = (_words(signature.summary).keys() & words.keys()) - common
        if common or len(said) > 1:
            shown = tuple(sorted(words[stem] for stem in common | said))
            scored.append((len(common) + len(said) / 2, signature, tuple(names), shown))
    scored.sort(key=lambda each: (-each[0], each[1].qualified))
    for score, signature, wanted, words_of_both in scored[:PROOFS]:
        options = [_options(parameter, number) for parameter in signature.parameters]
        for choice in itertools.islice(itertools.product(*options), RUNS):
            given = tuple((name, text) for name, text, _ in choice if text)
            from_text = sum(weight for _, _, weight in choice)
            both = zip(choice, signature.parameters, strict=True)
            if any(parameter.required and not text for (_, text, _), parameter in both):
                continue
            if Counter(text for _, text, weight in choice if weight and text in there) - there:
                continue  # a number of the sentence is one argument
            used = tuple(f"{name}={text}" for name, text, weight in choice if weight)
            yield _Trial(signature, given, wanted, score + from_text, words_of_both + used)


def _units(signature: ProofSignature) -> dict[str, str]:
    said = outputs.units(signature.doc, signature.outputs)
    return {name: said.get(name, "") for name in signature.outputs}


def fits(written: Written, unit: str) -> bool:
    """Tell whether an output in this unit may be what a writing is in; an output without a unit fits a bare number."""
    shown, unit = written.unit, unit.lower()
    if shown == "%":
        return unit.startswith("percent")
    if shown in ("×", "x", ":1"):
        return unit.startswith(("ratio", "dimensionless"))
    if re.fullmatch(r"[kKMGTP]?i?B|bytes?", shown):
        return unit.startswith("bytes")
    if "flop" in shown.lower():
        return unit.startswith("flop")
    if shown in ("s", "ms", "µs", "ns", "h", "min"):
        return unit in ("s", "seconds", "h")
    return not unit.startswith(("bytes", "percent"))


def _options(parameter: Parameter, number: Counted) -> list[tuple[str, str, float]]:
    """Return what an argument may be, best first: (name, text, weight); the text is empty for the default."""
    default = (parameter.name, "", 0.0)
    if parameter.annotation == "str":
        quoted = (parameter.default or "").strip("\"'")
        words = {word.lower() for word in re.findall(r"[A-Za-z]+\d+\w*", number.context)}
        known = [word for word in sorted(words) if word != quoted]
        return [*((parameter.name, word, 1.0) for word in known[:2]), default]
    if parameter.annotation not in ("int", "float"):
        return [default]
    named, others = [], []
    for text, value, around in _numbers(number):
        if parameter.annotation == "int" and not float(value).is_integer():
            continue
        option = (parameter.name, text, 2.0)
        if any(_alike(parameter.name, word) for word in around):
            named.append(option)
        else:
            others.append((parameter.name, text, 0.5))
    # Where the sentence names the argument, it is that number; else it may be any, or the default.
    return named[:2] if named else [default, *others[:2]]


def _numbers(number: Counted) -> Iterator[tuple[str, float, tuple[str, ...]]]:
    """Yield the other numbers of a sentence: as an argument's text, as a value, with the words beside them."""
    own = _NUMBER.search(number.text)
    for match in _NUMBER.finditer(number.context):
        if own is not None and match.group(1, 2) == own.group(1, 2):
            continue
        value = float(match[1].replace(",", "")) * _SCALE.get(match[2] or "", 1.0)
        before = _PREFIX.search(number.context[: match.start()])
        around = tuple(word.lower() for word in (match[3], before[1] if before else "") if word)
        yield _argument(value), value, around


def _argument(value: float) -> str:
    """Return a number as an author would write it in a link: `1e9` rather than a row of zeros."""
    plain = f"{value:.12g}".replace("e+", "e")
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    short = f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return short if float(short) == value and len(short) < len(plain) and value >= 10**6 else plain


def _alike(name: str, word: str) -> bool:
    """Tell whether a word of a sentence names a parameter: `params` and `parameters`, `length` and `lengths`."""
    parts = [part for part in name.lower().split("_") if len(part) > 2]
    return any(word.startswith(part[:5]) or part.startswith(word[:5]) for part in parts if len(word) > 2)


def _words(text: str) -> dict[str, str]:
    """Return the words of a text that mean something, by what they are without endings."""
    plain = sorted({word.lower() for word in _WORD.findall(text)} - _STOP)
    return {re.sub(r"(?:ies|es|s|ing|ed)$", "", word) or word: word for word in plain}


def _parsed(text: str) -> Written | None:
    try:
        return parse(text)
    except WrittenError:
        return None


def runner(
    project: Project, jobs: int | None = None
) -> Callable[[Sequence[tuple[ProofSignature, tuple[tuple[str, str], ...]]]], list[Mapping[str, object]]]:
    """Return what runs proofs as a verification would, isolated; nothing is kept of it.

    Raises:
        UsageError: this machine cannot run proofs.
    """
    from deckforge.errors import UsageError
    from deckforge.verify import environment, modules
    from deckforge.verify.driver import Driver, Request
    from deckforge.verify.plan import Misfit, typed

    if why := environment.why_not():
        raise UsageError(f"suggestions are found by running proofs: {why}")

    def run(wanted: Sequence[tuple[ProofSignature, tuple[tuple[str, str], ...]]]) -> list[Mapping[str, object]]:
        requests: list[Request | None] = []
        for signature, arguments in wanted:
            try:
                given = dict(typed(signature.parameters, arguments))
            except Misfit:
                requests.append(None)
                continue
            module = modules.absolute(signature.module)
            requests.append(Request(module, signature.name, given, signature.outputs, timeout=TIMEOUT))
        possible = [request for request in requests if request is not None]
        if not possible:
            return [{} for _ in requests]
        with Driver(project.verify) as driver:
            answers = iter(driver.run(possible, jobs=jobs or environment.cpus()))
        return [{} if request is None else next(answers).outputs for request in requests]

    return run


def edited(data: bytes, suggestion: Suggestion, candidate: Candidate, shift: int) -> bytes:
    """Return a lesson's bytes with a suggestion's link in place; `shift` is by how much earlier links moved it."""
    start, end = suggestion.number.span.start + shift, suggestion.number.span.end + shift
    if data[start:end].decode("utf-8", "replace") != suggestion.number.text:
        return data
    return data[:start] + suggestion.link(candidate).encode() + data[end:]


def write(
    project: Project,
    chosen: Sequence[tuple[Suggestion, Candidate]],
    claims: Callable[[str, bytes], tuple[Sequence[str], int]],
) -> tuple[int, list[str]]:
    """Write links into lessons, each file whole or not at all; return how many, and in words what was left out.

    `claims(path, data)` reads a lesson and returns the references of its claims and the number of its mistakes: a link
    that does not become the claim it is meant to be, or that makes a mistake, is left out.
    """
    from deckforge.cache.measurements import write_atomically

    written, left = 0, []
    by_file: dict[str, list[tuple[Suggestion, Candidate]]] = {}
    for suggestion, candidate in chosen:
        by_file.setdefault(suggestion.lesson.path, []).append((suggestion, candidate))
    for path, several in by_file.items():
        file = project.root / path
        data = original = file.read_bytes()
        references, mistakes = claims(path, data)
        count, shift = 0, 0
        for suggestion, candidate in sorted(several, key=lambda each: each[0].number.span.start):
            trial = edited(data, suggestion, candidate, shift)
            new, more = claims(path, trial)
            if trial == data or more > mistakes or sorted(new) != sorted([*references, candidate.reference]):
                left.append(f"{path}: {suggestion.number.text} stands where no link can be, or has moved")
                continue
            shift += len(trial) - len(data)
            data, references, count = trial, new, count + 1
        if count and file.read_bytes() == original:
            write_atomically(file, data)
            written += count
    return written, left
