"""Settings: each fault is one line that names the setting; the secret key is made once and for its owner alone."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.errors import SettingsInvalid
from app.settings import Settings, load_settings, secret_keys

TOKEN = "123456:ABCdefGHIjkl-mno_pqr"


@pytest.fixture(autouse=True)
def _here(folder: Path) -> None:
    """Every test has a folder of its own."""


def test_without_any_setting_there_is_a_default_for_everything_but_the_token() -> None:
    settings = load_settings()
    assert settings.telegram_token is None
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.is_sqlite
    assert settings.host_and_port == ("127.0.0.1", 8080)
    assert settings.log_level == "INFO"


def test_another_bot_api_server_may_have_tokens_of_another_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_TELEGRAM_API_URL", "http://127.0.0.1:8081")
    monkeypatch.setenv("KEEPWELL_TELEGRAM_TOKEN", "1:abc")
    assert load_settings().telegram_token == "1:abc"
    monkeypatch.setenv("KEEPWELL_TELEGRAM_TOKEN", "1:abc/../x")
    with pytest.raises(SettingsInvalid):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", "ABC"),
        ("TELEGRAM_TOKEN", "123456:short"),
        ("TELEGRAM_TOKEN", TOKEN + " "),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_API_URL", "ftp://telegram"),
        ("TELEGRAM_API_URL", "https://"),
        ("WEBHOOK_URL", "example.org/hook"),
        ("WEBHOOK_SECRET", "with space"),
        ("WEBHOOK_SECRET", "x" * 257),
        ("LISTEN", "8080"),
        ("LISTEN", "127.0.0.1:http"),
        ("LISTEN", "127.0.0.1:70000"),
        ("LISTEN", ":8080"),
        ("LISTEN", "127.0.0.1:"),
        ("LOG_LEVEL", "LOUD"),
        ("DATABASE_URL", "mysql://host/db"),
        ("DATABASE_URL", "keepwell.db"),
        ("DATABASE_URL", "postgresql://user:hunter2@host:port/db"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it_and_does_not_repeat_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"KEEPWELL_{name}", value)
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    (line,) = caught.value.message.splitlines()
    assert line.startswith(f"KEEPWELL_{name}: ")
    assert len(line) > len(f"KEEPWELL_{name}: ") + 10
    assert "hunter2" not in line
    assert caught.value.exit_code == 2


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_LISTEN", "x")
    monkeypatch.setenv("KEEPWELL_LOG_LEVEL", "x")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert len(caught.value.message.splitlines()) == 2


def test_an_empty_value_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_WEBHOOK_URL", "")
    monkeypatch.setenv("KEEPWELL_LISTEN", "")
    assert load_settings().webhook_url is None
    assert load_settings().listen == "127.0.0.1:8080"


def test_settings_are_read_from_the_file_and_the_environment_wins(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text(f"KEEPWELL_TELEGRAM_TOKEN={TOKEN}\nKEEPWELL_LOG_LEVEL=debug\nOTHER=1\n")
    monkeypatch.setenv("KEEPWELL_LOG_LEVEL", "warning")
    settings = load_settings()
    assert (settings.telegram_token, settings.log_level) == (TOKEN, "WARNING")


@pytest.mark.parametrize(
    ("listen", "expected"),
    [("0.0.0.0:80", ("0.0.0.0", 80)), ("[::1]:8080", ("::1", 8080)), ("localhost:0", ("localhost", 0))],
)
def test_the_address_to_listen_on_has_a_host_and_a_port(listen: str, expected: tuple[str, int]) -> None:
    assert load_settings(listen=listen).host_and_port == expected


def test_an_address_loses_its_last_slash() -> None:
    assert load_settings(telegram_api_url="http://127.0.0.1:8081/").telegram_api_url == "http://127.0.0.1:8081"


@pytest.mark.parametrize("url", ["postgres://u:p@h/db", "postgresql://h/db", "postgresql://u@/db?host=/run/pg"])
def test_a_plain_postgresql_address_is_enough(url: str) -> None:
    assert not load_settings(database_url=url).is_sqlite


def test_keys_are_read_the_newest_first() -> None:
    keys = secret_keys(load_settings(secret_key=" newest-key-of-all , an-older-key-than-that,"))
    assert keys == ["newest-key-of-all", "an-older-key-than-that"]


def test_a_short_key_is_refused_without_being_shown() -> None:
    with pytest.raises(SettingsInvalid, match="fewer than 16 characters") as caught:
        secret_keys(load_settings(secret_key="hunter2,a-key-that-is-long-enough"))
    assert "hunter2" not in caught.value.message


def test_postgresql_needs_a_key_because_replicas_must_share_it() -> None:
    with pytest.raises(SettingsInvalid, match="KEEPWELL_SECRET_KEY is required with PostgreSQL"):
        secret_keys(load_settings(database_url="postgresql://h/db"))


def test_on_sqlite_a_key_is_made_once_beside_the_database_for_its_owner_alone(folder: Path) -> None:
    settings = load_settings(database_url=f"sqlite:///{folder}/data/keepwell.db")
    first = secret_keys(settings)
    assert secret_keys(settings) == first
    assert len(first[0]) >= 32
    path = folder / "data" / "keepwell.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["keepwell.key"]  # no draft is left


def test_processes_that_start_together_agree_on_one_key(folder: Path) -> None:
    for number in range(20):
        settings = load_settings(database_url=f"sqlite:///{folder}/{number}.db")

        def key(_: int, settings: Settings = settings) -> str:
            return secret_keys(settings)[0]

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(key, range(8)))) == 1


def test_an_empty_key_file_is_not_silently_replaced(folder: Path) -> None:
    """With a new key everything that was stored would be unreadable."""
    (folder / "keepwell.key").touch()
    with pytest.raises(SettingsInvalid, match=r"keepwell\.key is empty; put the key back"):
        secret_keys(load_settings())


def test_a_database_in_memory_leaves_no_key_behind(folder: Path) -> None:
    assert secret_keys(load_settings(database_url="sqlite:///:memory:")) != secret_keys(
        load_settings(database_url="sqlite://")
    )
    assert list(folder.iterdir()) == []
