"""A bot under test as a process of its own, and what a benchmark asks of each: Keepwell or a peer."""

import asyncio
import os
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.installation import PROJECT, Installation, installed
from benchmarks.people import Prepared
from benchmarks.thumbs import Mentor
from emulator import Emulator, Phone

PYTHON: Final = PROJECT / ".venv-peers" / "bin" / "python"  # their versions do not go with ours
KEEPWELL: Final = "Keepwell"
PEERS: Final[Mapping[str, str]] = {
    "python-telegram-bot": "benchmarks.peers.ptb_bot",
    "aiogram": "benchmarks.peers.aiogram_bot",
}
TEAM: Final = "Peers"
SUPERVISOR: Final = f"{TEAM} supervisor 0"
OPERATOR: Final = "Operator"
OPERATOR_ID: Final = 7_000_000_001


@dataclass(slots=True)
class Peer(Installation):
    """A peer's process. It is asked to send by the operator's phone, as such bots are."""

    module: str = ""
    supervisor: int = 0
    mentors: Sequence[int] = field(default_factory=list)

    def spawn(self) -> None:
        """Start the bot, and do not wait for it."""
        people = self.folder / "mentors.txt"
        people.write_text("\n".join(map(str, self.mentors)), encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        own = {
            "PEER_TOKEN": self.telegram.token,
            "PEER_URL": self.telegram.url,
            "PEER_DATABASE": str(self.folder / "peer.db"),
            "PEER_MENTORS": str(people),
            "PEER_SUPERVISOR": str(self.supervisor),
            "PYTHONPATH": str(PROJECT),
        }
        with (self.folder / "run.log").open("ab") as log:
            self._service = subprocess.Popen(
                [str(PYTHON), "-m", self.module],
                cwd=self.folder,
                env=kept | own,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


async def ask_everybody(home: Installation) -> None:
    """Let the bot send the pulse to every mentor; returns when that is under way or done."""
    if isinstance(home, Peer):
        await home.phones[OPERATOR].says("/send")
    else:
        await home.run("send", "pulse", "--team", TEAM)


async def stored(home: Installation) -> dict[tuple[str, str], str]:
    """Return the answers that are stored, by mentor and item."""
    if isinstance(home, Peer):
        names = {phone.id: name for name, phone in home.phones.items()}
        with sqlite3.connect(home.folder / "peer.db") as database:
            rows = database.execute("SELECT mentor, item, value FROM answers").fetchall()
        return {(names[mentor], item): value for mentor, item, value in rows}
    exported = await home.export("answers")
    return {(row["mentor"], row["item"]): row["value"] for row in exported}


@asynccontextmanager
async def housed(
    contender: str, people: Prepared, crowd: int, *, flood_limits: bool = False
) -> AsyncIterator[Installation]:
    """Lay out a bot with a Telegram and phones. Nothing runs yet; `crowd` says how many mentors there are."""
    if contender == KEEPWELL:
        async with installed(people, flood_limits=flood_limits) as home:
            yield home
        return
    with TemporaryDirectory(prefix="keepwell-peer-") as place:
        async with Emulator(flood_limits=flood_limits) as telegram:
            phones: dict[str, Phone] = {}
            names = [f"{TEAM} mentor {number}" for number in range(crowd)]
            for number, name in enumerate([OPERATOR, SUPERVISOR, *names]):
                phones[name] = telegram.phone(name, user_id=OPERATOR_ID + number)
                phones[name].person.started = True
            peer = Peer(
                Path(place),
                "",
                telegram,
                phones,
                module=PEERS[contender],
                supervisor=phones[SUPERVISOR].id,
                mentors=[phones[name].id for name in names],
            )
            try:
                yield peer
            except TimeoutError as error:
                raise RuntimeError(f"{contender} did not answer in time:\n{peer.log()[-3000:]}") from error
            finally:
                peer.kill()


def crowd_of(home: Installation, dice: Any) -> list[Mentor]:
    """Return a thumb for each mentor."""
    return [Mentor(home.telegram, phone, dice) for name, phone in home.phones.items() if "mentor" in name]


async def killed(home: Installation) -> None:
    """End the bot as a power cut does, and start it again."""
    home.kill()
    await asyncio.sleep(0.2)
    home.spawn()
