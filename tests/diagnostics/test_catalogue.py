"""The catalogue lists every code there is, and every code is documented."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

import deckforge
from deckforge import catalogue
from deckforge.diagnostics import Code, Severity

PACKAGE = Path(deckforge.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "codes.md"
WITHOUT_EXAMPLE = {"DF101", "DF102", "DF107", "DF109", "DF212", "DF294", "DF708", "DF811", "DF814"}
"""What no text can show or put right: a damaged or missing file, what is to be taken out, a program that stopped."""
STAGES = {
    "read": {"DF1", "DF2", "DF5"},  # DF5 for what can be read of proofs
    "check": {"DF3", "DF4", "DF5"},
    "verify": {"DF6", "DF9"},  # DF9 for a cluster that is out of reach
    "emit": {"DF7", "DF8", "DF9"},
}


def makes_codes(node: ast.AST) -> bool:
    """Whether a node is `Code("DF…", …)`: the model has another `Code`, of a lesson."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != "Code":
        return False
    first = node.args[0] if node.args else next((word.value for word in node.keywords if word.arg == "id"), None)
    return isinstance(first, ast.Constant) and str(first.value).startswith("DF")


def modules_with_codes() -> set[str]:
    """The modules of the package that make a `Code`."""
    return {
        ".".join(("deckforge", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        for path in PACKAGE.rglob("*.py")
        if any(makes_codes(node) for node in ast.walk(ast.parse(path.read_bytes())))
    }


def test_every_module_with_codes_is_listed() -> None:
    assert set(catalogue.MODULES) == modules_with_codes()
    assert len(set(catalogue.MODULES)) == len(catalogue.MODULES)


@pytest.mark.parametrize("name", catalogue.MODULES)
def test_a_module_exports_all_of_its_codes(name: str) -> None:
    module = import_module(name)
    made = {value for value in vars(module).values() if isinstance(value, Code)}
    assert made <= set(catalogue.codes())
    assert {type(code) for code in module.CODES} <= {Code}


def test_ids_and_names_are_unique() -> None:
    codes = catalogue.codes()
    ids, names = [code.id for code in codes], [code.name for code in codes]
    assert [id_ for id_ in ids if ids.count(id_) > 1] == []
    assert [name for name in names if names.count(name) > 1] == []


@pytest.mark.parametrize("code", catalogue.codes(), ids=lambda code: code.id)
def test_a_code_is_documented(code: Code) -> None:
    assert re.fullmatch(r"DF[1-9]\d\d", code.id)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code.name)
    assert code.summary.endswith(".")
    assert code.why.rstrip().endswith((".", "!", "?", "”"))
    assert (code.example.strip() and code.instead.strip()) or code.id in WITHOUT_EXAMPLE
    assert code.example != code.instead or code.id in WITHOUT_EXAMPLE


@pytest.mark.parametrize("name", catalogue.MODULES)
def test_codes_are_in_the_family_of_their_stage(name: str) -> None:
    families = STAGES.get(name.split(".")[1])
    if families is None:
        families = set(catalogue.FAMILIES)
    assert {code.id[:3] for code in import_module(name).CODES} <= families


def test_a_code_is_found_by_id_or_name_in_any_case() -> None:
    code = catalogue.find("DF305")
    assert code is not None
    assert code.name == "unknown-concept"
    assert catalogue.find("df305") is catalogue.find(" Unknown-Concept ") is code
    assert catalogue.find("DF999") is None


def test_what_was_nearly_written_is_suggested() -> None:
    assert "unknown-concept" in [code.name for code in catalogue.near("unknown-concpet")]
    assert catalogue.near("xyzzyxyzzy") == ()


def test_a_page_says_what_why_and_what_instead() -> None:
    code = catalogue.find("DF305")
    assert code is not None
    page = catalogue.page(code)
    assert page.startswith("# DF305 unknown-concept\n")
    for text in (code.summary, code.why, code.example, code.instead):
        assert text in page


def test_a_fence_in_an_example_does_not_end_it() -> None:
    code = Code("DF399", "x", Severity.NOTE, "s.", "w.", "```python\nrun\n```", "")
    assert "````text\n```python\nrun\n```\n````" in catalogue.page(code)


def test_every_row_of_the_index_leads_to_its_code() -> None:
    page = catalogue.index()
    headings = {
        re.sub(r"[^\w -]", "", line[4:]).lower().replace(" ", "-") for line in page.splitlines() if line[:4] == "### "
    }
    links = re.findall(r"^\| \[DF\d+\]\(#([^)]+)\)", page, re.MULTILINE)
    assert len(links) == len(catalogue.codes())
    assert set(links) <= headings


def test_the_manual_has_the_codes_that_there_are(tmp_path: Path) -> None:
    catalogue.main([str(tmp_path / "codes.md")])
    assert PAGE.read_text() == (tmp_path / "codes.md").read_text(), "run: python -m deckforge.catalogue docs/codes.md"
