"""A build from end to end: what it makes, what it refuses, what it leaves alone."""

from __future__ import annotations

from deckforge.diagnostics import Severity
from deckforge.model.claims import Status
from tests.example import LESSON, Example, places


def test_makes_decks_tables_and_course(example: Example) -> None:
    result = example.build()
    assert places(result) == []
    assert sorted(example.outputs()) == [
        "course.json",
        "decks/example.apkg",
        "decks/rows.sha256",
        "manifest.json",
        "tables/example.csv",
        "tables/example.txt",
    ]
    assert (example.root / "content" / "anki.lock").is_file()


def test_the_second_build_measures_nothing_and_changes_no_byte(example: Example) -> None:
    first = example.build()
    before = example.outputs()
    times = {path: (example.root / "build" / path).stat().st_mtime_ns for path in before}
    second = example.build()
    assert first.verification is not None
    assert second.verification is not None
    assert (first.verification.measured, second.verification.measured) == (2, 0)
    assert second.written is not None
    assert second.written.changed == ()
    assert example.outputs() == before
    assert {path: (example.root / "build" / path).stat().st_mtime_ns for path in before} == times


def test_a_refuted_claim_fails_the_build_with_the_correction(example: Example) -> None:
    """The build names file, line and column, the interval, the measured value and what to write; nothing is touched."""
    example.build()
    before = example.outputs()
    example.replace("content/doubling.md", "[6.0]", "[6.8]")
    result = example.build()
    assert places(result) == ["content/doubling.md:8:17 DF631 claim-refuted"]
    [diagnostic] = result.diagnostics
    assert "6.8" in diagnostic.message
    assert "[6.75, 6.85]" in diagnostic.message
    assert "6.0" in diagnostic.message
    assert "`6.0`" in diagnostic.fix
    assert result.written is None
    assert example.outputs() == before


def test_a_repaired_claim_passes_without_measuring_again(example: Example) -> None:
    example.build()
    example.replace("content/doubling.md", "[6.0]", "[6.8]").build()
    result = example.replace("content/doubling.md", "[6.8]", "[6.0]").build()
    assert places(result) == []
    assert result.verification is not None
    assert result.verification.measured == 0


def test_ten_mistakes_give_ten_diagnostics_in_one_run_and_touch_nothing(example: Example) -> None:
    example.build()
    before = example.outputs()
    example.write(
        {
            "content/wrong.md": """\
        ---
        id: wrong
        titel: Everything at once
        ---

        # Everything at once

        A wrong number: [7.0](claim:sums.double.value?x=3), and a proof that is
        [not there: 1](claim:sums.triple.value?x=3).

        See [the other](nowhere.md).

        ## Flashcards

        ### An item without an id

        #### Answer

        One.

        ### What is twice one? {#one .easy}

        #### Answer

        Its id is taken, by the other lesson.

        ### What is twice two? {#two .easy concept=chain-rul}

        ### The sum of {#cloze .cloze}

        ## Quiz

        ### Which is larger? {#larger .choice .easy}

        - [ ] One
        - [ ] Two

        ### Say why. {#say .short points=10}

        #### Tasks

        1. Say what. (5 points)
        2. Say why. (4 points)

        #### Model answer

        Because.
        """
        }
    )
    result = example.build()
    errors = places(result, Severity.ERROR)
    assert len(errors) >= 10, errors
    assert len(set(errors)) == len(errors)
    assert all(error.startswith("content/wrong.md:") for error in errors)
    assert result.written is None
    assert example.outputs() == before


def test_a_broken_lesson_never_hides_the_others(example: Example) -> None:
    example.write(
        {
            "content/binary.md": b"\x00\x01\x02",
            "content/latin.md": b"---\nid: l\n---\n\xe9\n",
            "content/torn.yaml": "id: [",
            "content/empty.md": "",
            "content/other.md": LESSON.replace("id: doubling", "id: other")
            .replace("[6.0]", "[5.0]")
            .replace("#", "##"),
        }
    )
    result = example.check()
    files = {place.split(":")[0] for place in places(result)}
    assert files >= {f"content/{name}" for name in ("binary.md", "latin.md", "torn.yaml", "empty.md")}
    assert result.course.lesson["doubling"].items


def test_strict_takes_warnings_for_errors(example: Example) -> None:
    example.write(
        {
            "verify/gpu.py": '''\
        """Needs a GPU."""

        from deckforge.proof import proof


        @proof(device="cuda")
        def count() -> dict[str, int]:
            """How many cards there are.

            Outputs:
                cards: a count
            """
            import torch

            return {"cards": torch.cuda.device_count()}
        ''',
            "content/gpu.md": """\
        ---
        id: gpu
        title: A GPU
        ---

        # A GPU

        There is [≥ 1](claim:gpu.count.cards) card.
        """,
        }
    )
    result = example.build()
    assert result.written is not None
    assert result.verification is not None
    [verdict] = [each for each in result.verification.verdicts.values() if each.claim.lesson == "gpu"]
    assert verdict.status is Status.UNPROVEN
    assert example.build(strict=True).written is None


def test_locked_fails_instead_of_changing_the_lock(example: Example) -> None:
    example.build()
    lock = (example.root / "content" / "anki.lock").read_bytes()
    assert example.build(locked=True).written is not None
    example.replace("content/doubling.md", "Two.", "It is two.")
    result = example.build(locked=True)
    assert result.written is None
    assert [each.code.name for each in result.diagnostics] == ["lock-out-of-date"]
    assert (example.root / "content" / "anki.lock").read_bytes() == lock


def test_only_makes_what_was_asked_for(example: Example) -> None:
    example.build(only=("tables",))
    assert sorted(example.outputs()) == ["manifest.json", "tables/example.csv", "tables/example.txt"]
    example.build(only=("json",))
    assert "tables/example.csv" in example.outputs(), "what is not asked for stays as it is"


def test_an_error_cannot_be_silenced_a_warning_can(example: Example) -> None:
    example.write({"content/orphan.md": "---\nid: orphan\ntitle: Orphan\n---\n\n# Orphan\n\n## Flashcards\n"})
    warned = [each.code.id for each in example.check().diagnostics]
    assert warned, "an empty section is worth a word"
    example.write({"content/course.yaml": f"id: example\ntitle: An example\nsilence: [{', '.join(set(warned))}]\n"})
    left = example.check().diagnostics
    assert all(each.severity is Severity.ERROR for each in left)


def test_a_nan_or_a_tensor_is_the_verdict_of_its_own_claim_alone(example: Example) -> None:
    """The claims on the other outputs of the same run are judged as if nothing had happened."""
    example.write(
        {
            "verify/mixed.py": '''\
        """A proof with good and bad outputs."""

        import torch

        from deckforge.proof import proof


        @proof
        def three() -> dict[str, float]:
            """Three outputs.

            Outputs:
                good: a number
                nan: a number
                tensor: a number
            """
            return {"good": 1.0, "nan": float("nan"), "tensor": torch.zeros(1)}
        ''',
            "content/mixed.md": """\
        ---
        id: mixed
        title: Mixed
        ---

        # Mixed

        One is [1.0](claim:mixed.three.good), NaN is [2.0](claim:mixed.three.nan), and a tensor
        [3.0](claim:mixed.three.tensor).
        """,
        }
    )
    result = example.verify()
    assert result.verification is not None
    verdicts = {each.claim.text: each for each in result.verification.verdicts.values() if each.claim.lesson == "mixed"}
    assert [verdicts[text].status for text in ("1.0", "2.0", "3.0")] == [Status.PROVEN, Status.FAILED, Status.FAILED]
    assert "is nan" in verdicts["2.0"].reason
    assert ".item()" in verdicts["3.0"].reason
