"""Run everything that CI runs, or the stages that are named; stop at the first failure.

`python scripts/check.py [STAGE …]`. A stage is quiet unless it fails; the tests come last and show themselves.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parent.parent
BIN: Final = Path(sys.executable).parent
PYTHON: Final = sys.executable
JOBS: Final = os.environ.get("JOBS", "4")
PYTEST: Final = (PYTHON, "-m", "pytest", "-p", "tests.profiles")
COVERAGE: Final = (PYTHON, "-m", "coverage")
MEASURED: Final = {"COVERAGE_RCFILE": str(PROJECT / "scripts" / "coverage.toml")}
# What is compiled is kept, whatever the machine says: hundreds of processes start in the tests.
KEPT: Final = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
PACKAGES: Final = ("app", "bot", "core", "emulator", "flows", "language", "program", "scheduler", "storage")


@dataclass(frozen=True, slots=True)
class Stage:
    """Commands that are run in turn. `shown`: their output is passed on as it comes."""

    name: str
    commands: Sequence[Sequence[str]]
    advice: str = ""
    shown: bool = False
    environment: Mapping[str, str] | None = None
    # Run once when a command fails: tests with real processes and real time may lose a race on a busy machine.
    # Whatever fails alone as well, fails.
    again: Sequence[str] | None = None
    # Run beside those before it that are so too.
    beside: bool = False


STAGES: Final = (
    Stage("format", [[f"{BIN}/ruff", "format", "--check", "."]], "make fmt mends it"),
    Stage("style", [[f"{BIN}/ruff", "check", "."]], "make fmt mends what can be mended"),
    Stage("types", [[f"{BIN}/mypy"], [f"{BIN}/mypy", "scripts"]], beside=True),
    Stage("layers", [[f"{BIN}/lint-imports"]], "imports point down only: see CONTRIBUTING.md", beside=True),
    Stage("migrations", [[PYTHON, "-m", "scripts.migrations"]], beside=True),
    Stage("packages", [[PYTHON, "-m", "scripts.packages"]], "licenses, pins, and whether all fit together"),
    Stage("docs", [[PYTHON, "-m", "scripts.docs"]], beside=True),
    # Once, here: each of the processes that run the tests would do it for itself.
    Stage("compile", [[PYTHON, "-m", "compileall", "-q", *PACKAGES], [*PYTEST, "--collect-only", "-qq"]], beside=True),
    Stage(
        "tests",
        [[*COVERAGE, "erase"], [*COVERAGE, "run", *PYTEST[1:], "-n", JOBS, "--dist", "worksteal"]],
        shown=True,
        environment=MEASURED,
        again=[*COVERAGE, "run", *PYTEST[1:], "--last-failed"],
    ),
    Stage(
        "coverage",
        [
            [*COVERAGE, "combine", "--quiet"],
            [*COVERAGE, "report", "--include=core/*", "--fail-under=95"],
            [*COVERAGE, "report", "--fail-under=85"],
        ],
        "95 % of the branches of core need a test, and 85 % of all",
        environment=MEASURED,
    ),
)


def run(command: Sequence[str], stage: Stage) -> tuple[int, str]:
    """Run a command, and return its status and its output."""
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if name not in KEPT} | dict(stage.environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    output = []
    for line in process.stdout:
        output.append(line)
        if stage.shown:
            print(line, end="", flush=True)
    return process.wait(), "".join(output)


def passes(stage: Stage) -> tuple[bool, str]:
    """Run the commands of a stage until one fails, say how it went, and return its last line of output."""
    started, last = time.monotonic(), ""
    for command in stage.commands:
        status, output = run(command, stage)
        if status and stage.again is not None:
            print(f"{stage.name:<11} FAILED at first; what failed is run once more, one test after another", flush=True)
            status, output = run(stage.again, stage)
        last = next((line for line in reversed(output.splitlines()) if line.strip()), last)
        if status:
            print("" if stage.shown else output, end="")
            print(f"{stage.name:<11} FAILED {'; '.join(filter(None, [f'status {status}', stage.advice]))}", flush=True)
            return False, last
    print(f"{stage.name:<11} {time.monotonic() - started:6.1f} s", flush=True)
    return True, last


def main(names: Sequence[str]) -> int:
    """Run the stages and return the exit status."""
    unknown = set(names) - {stage.name for stage in STAGES}
    if unknown:
        print(f"unknown stage {sorted(unknown)[0]}; it is one of {', '.join(stage.name for stage in STAGES)}")
        return 2
    closing, started = "", time.monotonic()
    chosen = [stage for stage in STAGES if not names or stage.name in names]
    with ThreadPoolExecutor() as pool:
        side = [pool.submit(passes, stage) for stage in chosen if stage.beside]
        for stage in chosen:
            if side and not stage.beside and stage.shown and not all(one.result()[0] for one in side):
                return 1  # the tests begin when all the rest is well
            if not stage.beside:
                good, last = passes(stage)
                if not good:
                    return 1
                closing = last if stage.name == "tests" else closing
        if not all(one.result()[0] for one in side):
            return 1
    print(f"{'in all':<11} {time.monotonic() - started:6.1f} s", flush=True)
    if closing:
        print(closing)  # pytest's own last line, so that it ends a log of CI
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
