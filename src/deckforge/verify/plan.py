"""Which runs a course needs: each proof once for each set of typed arguments, however many claims ask for it.

A claim gives its arguments as text; the proof's annotations say what the text is. What a claim leaves out is filled in
from the proof's defaults, read from the syntax tree, so that `?w2=0.3` and no argument at all are one run where 0.3 is
the default.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckforge.model.claims import Claim, Parameter, ProofSignature, Scalar
    from deckforge.model.course import Course

TRUTHS = {"true": True, "false": False}


class Misfit(ValueError):  # noqa: N818 - reads as what it is
    """An argument that its proof cannot take; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that some claim needs: a proof with all of its arguments, sorted by name."""

    signature: ProofSignature
    arguments: tuple[tuple[str, Scalar], ...]

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str, Scalar], ...]]:
        """What makes two runs one: the proof and its typed arguments (`1` and `1.0` and `True` are three things)."""
        typed = tuple((name, type(value).__name__, value) for name, value in self.arguments)
        return self.signature.qualified, typed

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Run) and self.key == other.key


def plan(course: Course) -> tuple[dict[Claim, Run], dict[Claim, str]]:
    """Return the run of every claim that needs one, and for the rest of those why there can be none."""
    runs: dict[Claim, Run] = {}
    misfits: dict[Claim, str] = {}
    known: dict[Run, Run] = {}
    for claim in course.all_claims():
        if not claim.needs_proof:
            continue
        signature = course.proofs.get(claim.proof)
        if signature is None:
            misfits[claim] = f"there is no proof {claim.proof}"
            continue
        try:
            run = Run(signature, typed(signature.parameters, claim.given))
        except Misfit as misfit:
            misfits[claim] = str(misfit)
        else:
            runs[claim] = known.setdefault(run, run)
    return runs, misfits


def unclaimed(course: Course, device: str, claimed: Iterable[Run]) -> list[Run]:
    """Return the runs, with all arguments at their defaults, of those proofs for a device that no claim asks to run."""
    names = {run.signature.qualified for run in claimed}
    found = []
    for signature in course.proofs.values():
        if signature.device == device and signature.qualified not in names:
            try:
                found.append(Run(signature, typed(signature.parameters, ())))
            except Misfit:
                continue  # it needs an argument, and only a claim could say which
    return found


def typed(parameters: Sequence[Parameter], arguments: Iterable[tuple[str, str]]) -> tuple[tuple[str, Scalar], ...]:
    """Return all arguments of a call, typed and sorted by name: what was given, and the defaults of the rest.

    Raises:
        Misfit: an argument is unknown, given twice, missing, or not of its parameter's type.
    """
    by_name = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Scalar] = {}
    for name, text in arguments:
        if name not in by_name:
            raise Misfit(f"the proof takes no argument {name}")
        if name in values:
            raise Misfit(f"the argument {name} is given twice")
        values[name] = convert(text, by_name[name].annotation, name)
    for parameter in parameters:
        if parameter.name not in values:
            values[parameter.name] = _default(parameter)
    return tuple(sorted(values.items()))


def convert(text: str, annotation: str, name: str = "argument") -> Scalar:
    """Return the text of an argument as its annotation says: `1e9` is an `int` too, since it is a whole number.

    Raises:
        Misfit: it cannot be that.
    """
    match annotation:
        case "str":
            return text
        case "bool":
            if text.lower() in TRUTHS:
                return TRUTHS[text.lower()]
            raise Misfit(f"{name}={text} is neither true nor false")
        case "int":
            return _whole(text, name)
        case "float":
            try:
                value = float(text)
            except ValueError:
                raise Misfit(f"{name}={text} is no number") from None
            if not math.isfinite(value):
                raise Misfit(f"{name}={text} is no finite number")
            return value
    raise Misfit(f"the parameter {name} has no type that a claim's argument can be read by")


def _whole(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        value = float(text)
    except ValueError:
        raise Misfit(f"{name}={text} is no number") from None
    if not value.is_integer():
        raise Misfit(f"{name}={text} is no whole number")
    return int(value)


def _default(parameter: Parameter) -> Scalar:
    if parameter.default is None:
        raise Misfit(f"the proof needs the argument {parameter.name}")
    try:
        value = _constant(ast.parse(parameter.default.strip(), mode="eval").body)
    except (ValueError, SyntaxError, TypeError, OverflowError, ZeroDivisionError):
        raise Misfit(f"the default {parameter.name}={parameter.default} is no literal: give the argument") from None
    if parameter.annotation == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value).__name__ != parameter.annotation:
        raise Misfit(f"the default {parameter.name}={parameter.default} is no {parameter.annotation}")
    return value


def _constant(node: ast.expr) -> Scalar:
    """Return the value of a literal, or of arithmetic on numbers such as `24 * 10**9` and `1 / 3`."""
    match node:
        case ast.Constant(bool() | int() | float() | str() as value):
            return value
        case ast.UnaryOp(ast.USub(), operand):
            return -_number(operand)
        case ast.UnaryOp(ast.UAdd(), operand):
            return _number(operand)
        case ast.BinOp(left, operator, right):
            return _arithmetic(_number(left), operator, _number(right))
    raise ValueError(ast.dump(node))


def _number(node: ast.expr) -> int | float:
    value = _constant(node)
    if isinstance(value, str | bool):
        raise TypeError(value)
    return value


def _arithmetic(left: float, operator: ast.operator, right: float) -> int | float:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case ast.FloorDiv():
            return left // right
        case ast.Pow() if abs(right) <= 1024:
            power = left**right
            if isinstance(power, int | float):
                return power
    raise ValueError(operator)


def chosen(claim: Claim, patterns: Sequence[str]) -> bool:
    """Tell whether a glob asks for a claim by its lesson, its proof or its output; no glob asks for all."""
    if not patterns:
        return True
    names = (claim.lesson, claim.proof, claim.target)
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def shard(runs: Sequence[Run], which: int, of: int) -> list[Run]:
    """Return shard `which` (from 1) of `of` shards of some runs, the same on every machine."""
    return [run for number, run in enumerate(runs) if number % of == which - 1]


def as_mapping(run: Run) -> Mapping[str, Scalar]:
    """Return a run's arguments by name."""
    return dict(run.arguments)
