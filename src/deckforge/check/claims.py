"""Claims, before anything runs: that each can be measured, and compared with what is measured.

Proofs are known by their signatures alone, which were read from the syntax tree. A claim has at most one mistake
about its target: one with an unknown module says nothing about its arguments.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from typing import TYPE_CHECKING

from deckforge import library
from deckforge.check.near import Vocabulary, listed, shown
from deckforge.check.places import first_line, inside
from deckforge.diagnostics import Code, Diagnostic, Related, Severity
from deckforge.model.blocks import asked
from deckforge.model.claims import DEVICE, PREFIX
from deckforge.model.rich import Code as CodeBlock
from deckforge.model.source import Span
from deckforge.model.written import WrittenError, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.model.claims import Claim, ProofSignature
    from deckforge.model.course import Course, Lesson

UNKNOWN_MODULE = Code(
    "DF501",
    "unknown-proof-module",
    Severity.ERROR,
    "A claim names a module of proofs that does not exist.",
    "Nothing can measure the number. Modules of proofs are the Python files in `verify/`.",
    "[0.5](claim:bakprop.shrink.product)",
    "[0.5](claim:backprop.shrink.product)",
)
UNKNOWN_PROOF = Code(
    "DF502",
    "unknown-proof",
    Severity.ERROR,
    "A claim names a function that is not a proof of its module.",
    "Nothing can measure the number. A proof is a function with `@proof` at the top level of a module in `verify/`.",
    "[0.5](claim:backprop.shrnk.product)",
    "[0.5](claim:backprop.shrink.product)",
)
UNKNOWN_OUTPUT = Code(
    "DF503",
    "unknown-output",
    Severity.ERROR,
    "A claim names an output that its proof does not return.",
    "A proof returns several values by name; which of them the number should be compared with is not known.",
    "[0.5](claim:backprop.shrink.prodct)",
    "[0.5](claim:backprop.shrink.product)",
)
UNKNOWN_ARGUMENT = Code(
    "DF504",
    "unknown-argument",
    Severity.ERROR,
    "A claim gives an argument that its proof does not take.",
    "The proof could not be called.",
    "[0.5](claim:backprop.shrink.product?factr=0.5)",
    "[0.5](claim:backprop.shrink.product?factor=0.5)",
)
MISSING_ARGUMENT = Code(
    "DF505",
    "missing-argument",
    Severity.ERROR,
    "A claim leaves out an argument that its proof needs.",
    "The proof could not be called: the parameter has no default.",
    "[8.9e-16](claim:backprop.shrink.product?factor=0.5)",
    "[8.9e-16](claim:backprop.shrink.product?factor=0.5&depth=50)",
)
MISTYPED_ARGUMENT = Code(
    "DF506",
    "mistyped-argument",
    Severity.ERROR,
    "An argument of a claim is not of the type that the proof's annotation asks for.",
    "The type decides what a text in a link means: `1e9` is a whole number only where one is asked for.",
    "[0.5](claim:backprop.shrink.product?depth=many)",
    "[0.5](claim:backprop.shrink.product?depth=50)",
)
REPEATED_ARGUMENT = Code(
    "DF507",
    "repeated-argument",
    Severity.ERROR,
    "A claim gives an argument twice.",
    "Only one of them would count, and a reader cannot tell which.",
    "[0.5](claim:backprop.shrink.product?depth=50&depth=5)",
    "[0.5](claim:backprop.shrink.product?depth=50)",
)
INCOMPLETE_TARGET = Code(
    "DF509",
    "incomplete-claim-target",
    Severity.ERROR,
    "The target of a claim does not name a module, a function and an output.",
    "Which function measures, and which of its values is meant, has to be said.",
    "[0.5](claim:shrink)",
    "[0.5](claim:backprop.shrink.product)",
)
UNREADABLE_VALUE = Code(
    "DF510",
    "unreadable-value",
    Severity.ERROR,
    "The text of a claim is no value that a measurement could be compared with.",
    "From how a number is written follows which measurements it allows; words allow none and all.",
    "[roughly half](claim:backprop.shrink.product)",
    "[~0.5](claim:backprop.shrink.product)",
)
MALFORMED_TOLERANCE = Code(
    "DF508",
    "malformed-tolerance",
    Severity.ERROR,
    "The title of a claim is no tolerance.",
    "It stands in place of the rule for written values and has to be understood to the letter.",
    '[0.5](claim:backprop.shrink.product "a little")',
    '[0.5](claim:backprop.shrink.product "±5%")',
)
CONFLICTING_CLAIMS = Code(
    "DF531",
    "conflicting-claims",
    Severity.ERROR,
    "A claim in a header and a link in the text name different proofs for the same number.",
    "Only one of them can be what the author means.",
    'claims:\n  - {text: "loss 0.2888", value: "0.2888", proof: backprop.chain.loss}\n---\n'
    "loss [0.2888](claim:backprop.relu_chain.loss)",
    "---\nloss [0.2888](claim:backprop.relu_chain.loss)",
)
REPEATED_CLAIM = Code(
    "DF532",
    "repeated-claim",
    Severity.WARNING,
    "A claim in a header says again what a link in the text says already.",
    "The number would be counted twice, and one of the two is forgotten at the next change.",
    'claims:\n  - {text: "loss 0.2888", value: "0.2888", proof: backprop.relu_chain.loss}\n---\n'
    "loss [0.2888](claim:backprop.relu_chain.loss)",
    "---\nloss [0.2888](claim:backprop.relu_chain.loss)",
)
OVERLONG_CLAIM = Code(
    "DF533",
    "overlong-claim",
    Severity.WARNING,
    "The text of a claim is a sentence rather than a value.",
    "The whole text of the link is the written value, and all of it is marked as answered for.",
    "[the peak that this card reaches in the forward pass according to its maker is 75 %](cite:fa3)",
    "the peak that this card reaches in the forward pass according to its maker is [75 %](cite:fa3)",
)
CODES = (
    UNKNOWN_MODULE,
    UNKNOWN_PROOF,
    UNKNOWN_OUTPUT,
    UNKNOWN_ARGUMENT,
    MISSING_ARGUMENT,
    MISTYPED_ARGUMENT,
    REPEATED_ARGUMENT,
    INCOMPLETE_TARGET,
    UNREADABLE_VALUE,
    MALFORMED_TOLERANCE,
    CONFLICTING_CLAIMS,
    REPEATED_CLAIM,
    OVERLONG_CLAIM,
)

LONGEST = 80
"""Characters of a claim's text: more than any value with its unit needs."""
_IN_LESSON = f"{PREFIX}."
_MARK = "mark the function with `@proof`"
TRUTHS = frozenset({"true", "false"})
_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "bool": "`true` or `false`",
}


def targets(course: Course) -> Iterator[Diagnostic]:
    """Report claims that no proof can answer for: unknown module, function or output, or arguments it does not take."""
    proofs = _Proofs(course)
    for claim in course.all_claims():
        if claim.needs_proof and claim.target:
            yield from _target(claim, proofs)


class _Proofs:
    """The proofs of a course, by what can be mistyped."""

    def __init__(self, course: Course) -> None:
        self.course = course
        functions: dict[str, list[str]] = {}
        for signature in course.proofs.values():
            if signature.is_block:
                continue  # nobody would claim something of it but its own comments
            functions.setdefault(signature.module, []).append(signature.name)
        self.modules = Vocabulary(sorted(functions))
        self.names = {module: sorted(names) for module, names in sorted(functions.items())}

    def has_file(self, module: str) -> bool:
        """Whether a file of this name was read, with proofs or without; a lesson may define proofs."""
        return self._file(module) in self.course.sources or module.removeprefix(_IN_LESSON) in self.course.lesson

    def can_be_read(self, module: str, function: str) -> bool:
        """Whether the function would be known; what is wrong with its file or code block was said."""
        if module.startswith(_IN_LESSON):
            return not _defines(self.course.lesson[module.removeprefix(_IN_LESSON)], function)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(self.course.sources[self._file(module)].data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        return True

    def _file(self, module: str) -> str:
        if module.startswith(f"{library.PREFIX}."):
            return f"{library.SHOWN}{module.removeprefix(f'{library.PREFIX}.')}.py"
        return f"verify/{module.replace('.', '/')}.py"


def _target(claim: Claim, proofs: _Proofs) -> Iterator[Diagnostic]:
    course = proofs.course
    signature = course.proofs.get(claim.proof)
    if signature:
        if signature.outputs and claim.output not in signature.outputs:
            known = Vocabulary(signature.outputs)
            yield UNKNOWN_OUTPUT.at(
                _last_word(course, claim, claim.output),
                f"the proof `{signature.qualified}` has no output `{claim.output}`; it has {listed(signature.outputs)}",
                fix=known.suggestion(claim.output, "name one of its outputs"),
                related=(Related(first_line(course, signature.span), "the proof"),),
            )
        else:
            yield from _arguments(claim, signature, course)
        return
    whole = course.proofs.get(claim.qualified)
    if whole:
        outputs = listed(whole.outputs) if whole.outputs else "none that can be read"
        yield INCOMPLETE_TARGET.at(
            inside(course, claim.span, claim.target),
            f"`{claim.target}` is a proof, and its output is not named: it has {outputs}",
            fix=f"write `{claim.target}.{whole.outputs[0]}`" if whole.outputs else "add the name of an output",
        )
        return
    module, _, function = claim.proof.rpartition(".")
    if not module or not function or not claim.output:
        yield INCOMPLETE_TARGET.at(
            inside(course, claim.span, claim.target),
            f"`{claim.target}` does not name a module, a function and an output",
            fix="write `module.function.output`",
        )
    elif module not in proofs.modules and not proofs.has_file(module):
        there = f"the modules are {listed(proofs.names)}" if proofs.modules else "there are no proofs in `verify/` yet"
        yield UNKNOWN_MODULE.at(
            inside(course, claim.span, module),
            f"there is no module of proofs `{module}`",
            fix=proofs.modules.suggestion(module, there),
        )
    elif proofs.can_be_read(module, function):
        names = proofs.names.get(module, [])
        how = f"begin a code block with `python proof={function}`" if module.startswith(_IN_LESSON) else _MARK
        there = f"its proofs are {listed(names)}" if names else how
        yield UNKNOWN_PROOF.at(
            inside(course, claim.span, function),
            f"the module `{module}` has no proof `{function}`",
            fix=Vocabulary(names).suggestion(function, there),
        )


def _defines(lesson: Lesson, function: str) -> bool:
    """Tell whether a code block of the lesson is to define a proof of that name, whatever came of it."""
    pieces = (piece for text in lesson.texts() for piece in text.pieces if isinstance(piece, CodeBlock))
    return any(wish["proof"] == function for piece in pieces if (wish := asked(piece)))


def _last_word(course: Course, claim: Claim, word: str) -> Span:
    """Return the place of an output's name: in the target, the last of the words before the query."""
    target = inside(course, claim.span, claim.target)
    source = course.sources.get(target.path)
    if source and source.text(target) == claim.target:
        return Span(target.path, target.end - len(word.encode()), target.end)
    return inside(course, claim.span, word)


def _arguments(claim: Claim, signature: ProofSignature, course: Course) -> Iterator[Diagnostic]:
    """Report arguments that the proof does not take, as it takes them, or that it lacks."""
    parameters = {parameter.name: parameter for parameter in signature.parameters}
    known = Vocabulary(parameters)
    said = f"its signature is `{_signature(signature)}`"
    proof = (Related(first_line(course, signature.span), "the proof"),)
    seen: set[str] = set()
    unknown = False
    for name, text in claim.arguments:
        if name == DEVICE and name not in seen:
            seen.add(name)
            continue
        if name in seen:
            yield REPEATED_ARGUMENT.at(
                inside(course, claim.span, name), f"`{name}` is given twice", fix="keep the one that is meant"
            )
        elif name not in parameters:
            unknown = True
            yield UNKNOWN_ARGUMENT.at(
                inside(course, claim.span, name),
                f"the proof `{signature.qualified}` takes no argument `{name}`",
                fix=known.suggestion(name, said),
                related=proof,
            )
        elif text and not fits(text, parameters[name].annotation):
            yield MISTYPED_ARGUMENT.at(
                inside(course, claim.span, text),
                f"`{name}={shown(text)}` is not {_TYPES[parameters[name].annotation]}",
                fix=said,
                related=proof,
            )
        seen.add(name)
    missing = [
        parameter.name for parameter in signature.parameters if parameter.required and parameter.name not in seen
    ]
    # A misspelt argument is one mistake: the parameter that it was meant for is not missing as well.
    if missing and not unknown:
        yield MISSING_ARGUMENT.at(
            inside(course, claim.span, claim.target),
            f"the proof `{signature.qualified}` needs {listed(missing)}",
            fix=f"add {', '.join(f'`{name}=…`' for name in missing)}: {said}",
            related=proof,
        )


def fits(text: str, annotation: str) -> bool:
    """Tell whether an argument's text can be of the annotated type; what is no scalar's name is left to the proof."""
    match annotation:
        case "int":
            number = _number(text)
            return number is not None and number == int(number)
        case "float":
            return _number(text) is not None
        case "bool":
            return text.lower() in TRUTHS
    return True


def _number(text: str) -> float | None:
    try:
        number = float(text.strip().replace("−", "-"))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _signature(signature: ProofSignature) -> str:
    parameters = (
        f"{parameter.name}: {parameter.annotation}" + ("" if parameter.required else f" = {parameter.default}")
        for parameter in signature.parameters
    )
    return f"{signature.name}({', '.join(parameters)})"


def values(course: Course) -> Iterator[Diagnostic]:
    """Report claims whose text or tolerance cannot be compared with a measurement."""
    readable: set[str] = set()  # the same few values stand in many claims
    for claim in course.all_claims():
        if not claim.text:
            continue  # said when it was read
        if len(claim.text) > LONGEST:
            yield OVERLONG_CLAIM.at(
                first_line(course, claim.text_span),
                f"this written value has {len(claim.text)} characters",
                fix="link the number alone",
            )
        if not claim.needs_proof:
            continue
        try:
            if claim.text not in readable:
                parse(claim.text)
        except WrittenError as error:
            yield UNREADABLE_VALUE.at(first_line(course, claim.text_span), f"{error}", fix=_VALUE)
            continue
        readable.add(claim.text)
        if not claim.override:
            continue
        try:
            parse(claim.text, claim.override)
        except WrittenError as error:
            yield MALFORMED_TOLERANCE.at(inside(course, claim.span, claim.override), f"{error}", fix=_TOLERANCE)


_VALUE = (
    "write a value such as `0.2888`, `~8 GB`, `2–4x`, `≥ 5` or `2^16`; for a number that nothing measures, `given:`"
)
_TOLERANCE = "write a tolerance such as `±5%`, `±0.01` or `exact`, or take the title out"


def repetitions(course: Course) -> Iterator[Diagnostic]:
    """Report claims of a header that stand where a link claims the same number."""
    for lesson in course.lessons:
        if not lesson.claims:
            continue
        headers = set(lesson.claims)
        links: dict[tuple[str, str], list[Claim]] = {}
        for claim in lesson.all_claims():
            if claim not in headers:
                links.setdefault((claim.item, claim.text), []).append(claim)
        for claim in lesson.claims:
            for link in links.get((claim.item, claim.text), ()):
                if not _same_place(claim, link):
                    continue
                same = (claim.kind, claim.target, sorted(claim.arguments)) == (
                    link.kind,
                    link.target,
                    sorted(link.arguments),
                )
                place, other = first_line(course, claim.span), (Related(first_line(course, link.span), "the link"),)
                if same:
                    yield REPEATED_CLAIM.at(
                        place, f"a link claims `{claim.text}` already", fix="take it out of the header", related=other
                    )
                else:
                    yield CONFLICTING_CLAIMS.at(
                        place,
                        f"the header has `{claim.reference}` answer for `{claim.text}`, the link `{link.reference}`",
                        fix="keep one of them",
                        related=other,
                    )
                break


def _same_place(header: Claim, link: Claim) -> bool:
    """Tell whether a header's claim and a link speak of the same words: the context of one holds the other's."""
    said, linked = _LINK.sub(r"\1", header.context), _LINK.sub(r"\1", link.context)
    return bool(said and linked) and (said in linked or linked in said)


_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
