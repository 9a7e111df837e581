"""Answers as people type them, judged by the interval that judges the claim; the front end judges the same table.

Each answer stands with the number that it says, written as an author would write it, and `deckforge.model.written`
decides whether that number is right. `frontend/test/answers.test.ts` reads the table and has to agree.
`DECKFORGE_GOLDEN=write pytest tests/frontend/test_answers.py` writes it again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from deckforge.emit.site.study import accept
from deckforge.model import written

TABLE = Path(__file__).parents[2] / "frontend" / "fixtures" / "answers.json"

# What an author wrote (and the tolerance, if any), then answers: as typed, and as an author would write them. Nothing
# is where there is no number, or no number of this kind.
CASES: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("0.2888", ""): (
        ("0.2888", "0.2888"), ("0,2888", "0.2888"), (".2888", "0.2888"), ("0.289", "0.289"), ("28.88 %", "0.2888"),
        ("2.888e-1", "0.2888"), ("2,888·10⁻¹", "0.2888"), ("361/1250", "0.2888"), ("-0.2888", "-0.2888"), ("", ""),
        ("about a quarter", ""), ("0.2888 0.3", ""),
    ),
    ("-0.608", ""): (
        ("-0.608", "-0.608"), ("−0,608", "-0.608"), ("–.608", "-0.608"), ("0.608", "0.608"), ("- 0.608", "-0.608"),
        ("-60.8%", "-0.608"), ("−6.08×10^-1", "-0.608"), ("-0.609", "-0.609"),
    ),
    ("1e-4", ""): (
        ("1e-4", "1e-4"), ("1E-4", "1e-4"), ("0.0001", "0.0001"), ("0,0001", "0.0001"), ("10^-4", "10^-4"),
        ("10⁻⁴", "10^-4"), ("1*10**-4", "1e-4"), ("1 x 10^{-4}", "1e-4"), ("1×10^(-4)", "1e-4"), ("1/10000", "1/10000"),
        ("1e-3", "1e-3"), ("1e4", "1e4"),
    ),
    ("2^16", ""): (
        ("2^16", "2^16"), ("2**16", "2^16"), ("2¹⁶", "2^16"), ("65536", "65536"), ("65,536", "65,536"),
        ("65 536", "65,536"), ("65.536", "65.536"), ("65'536", "65,536"), ("6.6e4", "6.6e4"), ("64 k", "64k"),
        ("2^15", "2^15"),
    ),
    ("1/8", ""): (
        ("1/8", "1/8"), ("0.125", "0.125"), ("12.5 %", "0.125"), ("⅛", "1/8"), ("2^-3", "2^-3"), ("0.13", "0.13"),
    ),
    ("12", ""): (("12", "12"), ("12.0", "12.0"), ("12,3", "12.3"), ("13", "13"), ("12 layers", "12"), ("24/2", "24/2")),
    ("16,384", ""): (
        ("16,384", "16384"), ("16384", "16384"), ("16 384", "16384"), ("16.384", "16.384"), ("2^14", "2^14"),
        ("16.384k", "16.384k"), ("16,383", "16383"),
    ),
    ("8 GB", ""): (
        ("8", "8 GB"), ("8 GB", "8 GB"), ("8gb", "8 GB"), ("8,2 GB", "8.2 GB"), ("8000 MB", "8000 MB"),
        ("7.45 GiB", "7.45 GiB"), ("8e9 bytes", "8e9 bytes"), ("8 000 000 000 B", "8,000,000,000 bytes"),
        ("0.008 TB", "0.008 TB"), ("8 MB", "8 MB"), ("8 GiB", "8 GiB"), ("9 GB", "9 GB"), ("8 s", ""), ("8 %", ""),
        ("80", "80 GB"),
    ),
    ("12 ms", ""): (
        ("12", "12 ms"), ("12ms", "12 ms"), ("0.012 s", "0.012 s"), ("12000 µs", "12000 µs"), ("12000 us", "12000 µs"),
        ("12 s", "12 s"), ("12 GB", ""), ("0.2 min", "0.2 min"),
    ),
    ("8.0 %", ""): (
        ("8", "8 %"), ("8 %", "8 %"), ("8.04%", "8.04 %"), ("8 percent", "8 %"), ("0.08", "0.08 %"), ("8.2 %", "8.2 %"),
    ),
    ("1.3B parameters", ""): (
        ("1.3", "1.3B"), ("1.3B", "1.3B"), ("1.3 billion", "1.3 billion"), ("1300M", "1300M"),
        ("1300 million parameters", "1300 million"), ("1300000000", "1300000000"),
        ("1,300,000,000 parameters", "1300000000"),
        ("1.3e9", "1.3e9"), ("1.3 bn", "1.3 bn"), ("1.3M", "1.3M"), ("13", "13B"),
    ),
    ("2–4x", ""): (("3", "3x"), ("2x", "2x"), ("4×", "4×"), ("1.4", "1.4x"), ("1.5 times", "1.5x"), ("5x", "5x")),
    ("> 5", ""): (("6", "6"), ("5", "5"), ("5.0001", "5.0001"), ("1e9", "1e9"), ("4", "4")),
    ("≥ 5", ""): (("5", "5"), ("5,5", "5.5"), ("4.9", "4.9")),
    ("up to 4x", ""): (("4", "4x"), ("3.5×", "3.5x"), ("0", "0"), ("4.1", "4.1x")),
    ("< 1 %", ""): (("0.5 %", "0.5 %"), ("0.5", "0.5 %"), ("1", "1 %"), ("1,0 %", "1.0 %"), ("-3", "-3 %")),
    ("~8 GB", ""): (("8.7", "8.7 GB"), ("≈ 7.3 GB", "7.3 GB"), ("about 8", "8 GB"), ("9", "9 GB")),
    ("8.0 ± 0.5 GB", ""): (("7.5", "7.5 GB"), ("8.5 GB", "8.5 GB"), ("8.6", "8.6 GB"), ("7400 MB", "7400 MB")),
    ("0.3", "±5%"): (("0.3", "0.3"), ("0.314", "0.314"), ("0.32", "0.32")),
    ("100", "[90, 110]"): (("90", "90"), ("110,0", "110"), ("89.9", "89.9"), ("111", "111")),
    ("900 GB/s", ""): (
        ("900", "900 GB/s"), ("900 GB/s", "900 GB/s"), ("0.9 TB/s", "0.9 TB/s"), ("900 MB/s", "900 MB/s"),
        ("900 GB", ""),
    ),
    ("20,000:1", ""): (("20,000:1", "20,000:1"), ("20000", "20000"), ("20000:1", "20000:1"), ("2000:1", "2000:1")),
}  # fmt: skip


def right(value: written.Written, says: str) -> bool:
    """Tell what the model says about an answer, as an author would write it."""
    if not says:
        return False
    given = written.parse(says).value
    assert isinstance(given, float)
    return given in value.interval()


def table() -> list[dict[str, Any]]:
    """Every case with its acceptance interval, as the study elements get it, and with each answer's verdict."""
    return [
        {
            "written": text,
            "override": override,
            "accept": accept(text, override),
            "answers": [
                {"typed": typed, "right": right(written.parse(text, override), says)} for typed, says in answers
            ],
        }
        for (text, override), answers in CASES.items()
    ]


def test_the_table_that_the_front_end_reads_is_this_one() -> None:
    found = json.dumps(table(), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("DECKFORGE_GOLDEN") == "write":
        TABLE.write_text(found, encoding="utf-8")
    assert found == TABLE.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", table(), ids=lambda case: case["written"])
def test_each_case_has_answers_of_both_kinds(case: dict[str, Any]) -> None:
    assert {answer["right"] for answer in case["answers"]} == {True, False}
