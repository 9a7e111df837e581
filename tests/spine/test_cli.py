"""The command line as a person or a program uses it: output, exit codes, wrong use."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deckforge.cli import ExitCode
from tests.example import Example


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deckforge", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_check_says_that_all_is_well(example: Example) -> None:
    done = run("check", cwd=example.root)
    assert (done.returncode, done.stdout) == (ExitCode.OK, "1 lesson, 2 items, 2 claims: no errors\n")


def test_works_from_any_folder_of_the_course(example: Example) -> None:
    assert run("check", cwd=example.root / "content").returncode == ExitCode.OK
    assert run("check", "--project", str(example.root), cwd=Path("/")).returncode == ExitCode.OK


def test_outside_a_course_it_says_so(tmp_path: Path) -> None:
    done = run("check", cwd=tmp_path)
    assert done.returncode == ExitCode.USAGE
    assert done.stderr.startswith("deckforge: no content/course.yaml in ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["chek"], ["check", "--formt", "json"], ["build", "--only", "cards"], ["explain"]]
)
def test_wrong_use_gets_a_sentence(example: Example, arguments: list[str]) -> None:
    done = run(*arguments, cwd=example.root)
    assert done.returncode == ExitCode.USAGE
    assert "Error:" in done.stderr
    assert "Traceback" not in done.stderr


def test_mistakes_and_refutations_have_codes_of_their_own(example: Example) -> None:
    example.replace("content/doubling.md", "[6.0]", "[6.8]")
    assert run("verify", cwd=example.root).returncode == ExitCode.REFUTED
    assert run("build", cwd=example.root).returncode == ExitCode.REFUTED
    assert run("check", cwd=example.root).returncode == ExitCode.OK, "checking executes nothing"
    example.replace("content/doubling.md", "concept=chain-rule}\n\n#### Answer\n\nTwo.", "concept=nowhere}\n\nTwo.")
    assert run("build", cwd=example.root).returncode == ExitCode.LESSONS


def test_json_is_one_document_on_standard_output(example: Example) -> None:
    example.replace("content/doubling.md", "[6.0]", "[6.8]")
    document = json.loads(run("verify", "--format", "json", cwd=example.root).stdout)
    [diagnostic] = document["diagnostics"]
    assert (diagnostic["path"], diagnostic["line"], diagnostic["column"]) == ("content/doubling.md", 8, 17)
    statuses = {verdict["text"]: verdict["status"] for verdict in document["verdicts"]}
    assert statuses == {"6.8": "refuted", "0.5": "proven"}


def test_github_annotations(example: Example) -> None:
    example.replace("content/doubling.md", "concept=chain-rule}\n\n#### Answer\n\nTwo.", "concept=nowhere}\n\nTwo.")
    done = run("check", "--format", "github", cwd=example.root)
    assert "::error file=content/doubling.md,line=" in done.stdout


def test_only_narrows_to_some_lessons(example: Example) -> None:
    example.write({"content/bad.md": "---\nid: bad\n---\n\n# Bad\n\n## Flashcards\n\n### No id\n"})
    assert run("check", cwd=example.root).returncode == ExitCode.LESSONS
    assert run("check", "--only", "doubling", cwd=example.root).returncode == ExitCode.OK
    assert run("check", "--only", "b*", cwd=example.root).returncode == ExitCode.LESSONS


def test_explains_codes_claims_and_values(example: Example) -> None:
    code = run("explain", "DF901", cwd=example.root)
    assert code.returncode == ExitCode.OK
    assert "file-in-the-way" in code.stdout
    claim = run("explain", "sums.double.value", cwd=example.root).stdout
    assert "content/doubling.md:8  6.0  proven" in claim
    assert "[5.95, 6.05]" in claim
    assert "verify/sums.py:7" in claim
    assert "allowed" in run("explain", "~8GB", cwd=example.root).stdout
    assert "true alone" in run("explain", "yes", cwd=example.root).stdout
    line = run("explain", "doubling.md:9", cwd=example.root)
    assert line.returncode == ExitCode.USAGE
    assert "there is no claim on line 9 of content/doubling.md; the nearest are on lines 8, 16" in line.stderr
    nothing = run("explain", "gibberish", cwd=example.root)
    assert nothing.returncode == ExitCode.USAGE
    assert "Traceback" not in nothing.stderr


@pytest.mark.parametrize("kind", ["lesson", "front-matter", "course"])
def test_prints_schemas(example: Example, kind: str) -> None:
    schema = json.loads(run("schema", kind, cwd=example.root).stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_stopped_from_the_keyboard_it_leaves_nothing_behind(example: Example) -> None:
    example.write(
        {
            "verify/sums.py": (example.root / "verify" / "sums.py")
            .read_text()
            .replace("    return {", "    import time\n\n    time.sleep(60)\n    return {")
        }
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "deckforge", "build"],
        cwd=example.root,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(6)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=20)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "Traceback" not in err
    assert not (example.root / "build" / "decks").exists()
    mine = subprocess.run(["ps", "-e", "-o", "sid="], capture_output=True, text=True, check=True).stdout.split()
    assert str(process.pid) not in mine, "a child outlived the build"
