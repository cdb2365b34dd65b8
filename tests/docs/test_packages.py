"""What we install is looked at: the check itself finds what it is there to find."""

from importlib.metadata import distribution

from scripts.packages import ALLOWED, PIN, licenses, pins


def test_a_license_is_read_however_a_package_states_it() -> None:
    assert licenses(distribution("psycopg")) == {"lgpl-3.0-only"}
    assert licenses(distribution("click")) == {"bsd-3-clause"}
    assert "agpl-3.0-only" not in ALLOWED
    assert "proprietary" not in ALLOWED


def test_a_pin_without_a_hash_and_an_address_are_seen() -> None:
    (with_hash,) = PIN.findall("click==8.5.1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n")
    assert with_hash[:2] == ("click", "8.5.1")
    assert "sha256:bb" in with_hash[2]
    (without,) = PIN.findall("click==8.5.1 ; python_version > '3'\n")
    assert "hash" not in without[2]
    assert not PIN.match("click>=8")
    assert len(pins("dev")) > len(pins("runtime")) > 30
