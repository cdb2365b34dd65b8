"""Look at every package that is installed: its license, its pin, and whether all fit together. Needs no network.

Known vulnerabilities are another matter: a tool such as pip-audit asks a service for them, and CI has none to ask.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parent.parent
OWN: Final = "keepwell"
NOT_PINNED: Final = frozenset({OWN, "pip"})  # pip comes with Python

# Licenses under which Keepwell may be run, changed and passed on, each as packages spell it. A new word is looked at by
# a person, and added here or not.
ALLOWED: Final = frozenset(
    {
        "0bsd",
        "apache",
        "apache-2.0",
        "apache-license",
        "apache-software-license",
        "bsd",
        "bsd-2-clause",
        "bsd-3-clause",
        "bsd-license",
        "cc0-1.0",
        "cnri-python",
        "mit",
        "mit-0",
        "mit-cmu",
        "mit-license",
        "psf-2.0",
        "psfl",
        "python-software-foundation-license",
        "zlib",
        "lgpl-3.0-only",
        "lgpl-3.0-or-later",
        "gnu-lesser-general-public-license-v3-or-later-(lgplv3+)",
        "mpl-2.0",
        "mozilla-public-license-2.0-(mpl-2.0)",
    }
)
PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)((?:[^\\\n]|\\\n)*)", re.MULTILINE)


def normal(name: str) -> str:
    """Return the one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licenses(package: Distribution) -> set[str]:
    """Return the licenses that a package states, in one spelling; of several that it offers, all."""
    said = package.metadata
    expression = _said(package, "License-Expression")
    classifiers = [line.split(" :: ")[-1] for line in said.get_all("Classifier") or [] if line.startswith("License ::")]
    if expression is not None:
        words = re.split(r"\s+(?:AND|OR)\s+", expression.replace("(", "").replace(")", ""))
    elif words := [word for word in classifiers if word != "DFSG approved"]:
        pass
    else:
        words = re.split(r"\s+(?:AND|OR)\s+", _said(package, "License") or "nothing")
    return {re.sub(r"\s+", "-", word.strip().lower()) for word in words}


def _said(package: Distribution, key: str) -> str | None:
    return next(iter(package.metadata.get_all(key) or []), None)


def license_faults() -> Iterator[str]:
    """Say which packages have a license that is not in the list."""
    for package in distributions():
        name = normal(package.metadata["Name"])
        if name == OWN:
            continue
        for word in sorted(licenses(package) - ALLOWED):
            yield f"{name}: the license “{word[:60]}” is not in scripts/packages.py: look at it"


def pins(name: str) -> dict[str, set[str]]:
    """Return the pinned versions of each package of a list: there are several when Pythons or systems differ."""
    text = (PROJECT / "requirements" / f"{name}.txt").read_text("utf-8")
    found: dict[str, set[str]] = {}
    for package, version, _ in PIN.findall(text):
        found.setdefault(normal(package), set()).add(version)
    return found


def pin_faults() -> Iterator[str]:
    """Say what is not pinned by version and hash, comes from elsewhere than the index, or differs between the lists."""
    for name in ("bootstrap", "runtime", "dev", "peers"):
        text = (PROJECT / "requirements" / f"{name}.txt").read_text("utf-8")
        for package, _, rest in PIN.findall(text):
            if "--hash=sha256:" not in rest:
                yield f"requirements/{name}.txt: {package} has no hash"
        lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        for line in lines:
            if not PIN.match(line):
                yield f"requirements/{name}.txt: not a pinned version: {line[:60]}"
    runtime, dev = pins("runtime"), pins("dev")
    for package, versions in runtime.items():
        if dev.get(package) != versions:
            yield f"requirements: {package} is pinned otherwise for running than for work"
    for package in distributions():
        name = normal(package.metadata["Name"])
        pinned = (pins("peers") | pins("bootstrap") | dev).get(name, set())
        if name not in NOT_PINNED and package.version not in pinned:
            yield f"{name} {package.version} is installed, and {', '.join(pinned) or 'nothing'} is pinned"


def fit_faults() -> Iterator[str]:
    """Say which packages need what is not there, or another version, or another Python."""
    done = subprocess.run(
        [Path(sys.executable).parent / "uv", "pip", "check", "--offline", "--quiet", "--python", sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        yield from filter(None, (done.stderr or done.stdout).splitlines())


def main() -> int:
    """Print every fault and return the exit status."""
    faults = [*license_faults(), *pin_faults(), *fit_faults()]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
