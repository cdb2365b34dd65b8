"""What `deploy` holds fits the program: it cannot be built here, so each thing that it names is looked for."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from app.main import COMMANDS
from scripts.docs import PROJECT

DEPLOY = PROJECT / "deploy"
CONTAINER = (DEPLOY / "Containerfile").read_text("utf-8")
UNITS = sorted(path.name for path in DEPLOY.glob("keepwell*.*"))


def instructions(name: str) -> list[str]:
    """Return the arguments of an instruction, continued lines joined."""
    joined = CONTAINER.replace("\\\n", " ")
    return [line.split(maxsplit=1)[1] for line in joined.splitlines() if line.startswith(f"{name} ")]


def test_the_container_copies_what_the_package_is_made_of_and_nothing_that_is_not_there() -> None:
    copied = {name for line in instructions("COPY") if not line.startswith("--from") for name in line.split()[:-1]}
    for name in copied:
        assert (PROJECT / name).exists(), name
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    packages = {name.rstrip("*") for name in settings["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert packages <= copied
    let_through = re.findall(r"^!(.+)$", (PROJECT / ".containerignore").read_text("utf-8"), re.MULTILINE)
    assert {name.split("/")[0] for name in copied} == set(let_through)


def test_the_container_runs_without_root_and_says_how_it_is() -> None:
    assert instructions("USER") == ["10001:10001"]
    (check,) = instructions("HEALTHCHECK")
    assert "/healthz" in check
    assert "KEEPWELL_LISTEN=0.0.0.0:8080" in CONTAINER
    assert instructions("ENTRYPOINT") == ['["keepwell"]']
    assert set(instructions("FROM")) == {"python:3.12-slim AS build", "python:3.12-slim"}
    installs = re.findall(r"pip install (.+)", CONTAINER)
    assert len(installs) == 3
    assert all("--require-hashes" in line or "--no-index" in line for line in installs)


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_calls_a_command_that_is_there(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")
    for command in re.findall(r"^ExecStart=/opt/keepwell/\.venv/bin/keepwell (\w+)", text, re.MULTILINE):
        assert command in COMMANDS
    if name.endswith(".service"):
        assert "ExecStart=" in text
        assert "DynamicUser=yes" in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_the_units_and_finds_them_closed(tmp_path: Path) -> None:
    for name in UNITS:
        text = (DEPLOY / name).read_text("utf-8").replace("/opt/keepwell/.venv/bin/keepwell", "/bin/true")
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *UNITS], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    for name, at_most in (("keepwell.service", 1.5), ("keepwell-backup.service", 3.0)):
        judged = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", f"./{name}"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r"exposure level for \S+: ([\d.]+)", judged.stdout)
        if found is None:
            pytest.skip("this systemd cannot judge a unit that is not installed")
        assert float(found[1]) <= at_most


def test_the_proxy_lets_only_the_webhook_through() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert re.findall(r"location (.+) \{", text) == ["= /telegram", "/"]
    assert "return 404" in text
    assert text.count("{") == text.count("}")
