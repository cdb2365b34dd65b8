"""Words and numbers that break things: what people might write, and what nobody would."""

import random
from typing import Final

INJECTIONS: Final = (
    'done\n{"level": "critical", "action": "forged_line"}',
    "a\r\nb\r\n\r\nHTTP/1.1 200 OK",
    "\x1b[2J\x1b[31mred\x1b[0m\x07",
    "<b>bold</b><script>alert(1)</script><a href='tg://user?id=1'>x</a>",
    "&lt;&amp;&#0;&#xD800;",
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE people; --",
    "{name}{0}{__class__.__mro__}%s%n%(x)s$(id)`id`",
    "../../etc/passwd\x00.toml",
    "\\u0000\\n",
)
ODD: Final = (
    "",
    " ",
    "\n\n\n",
    "\u202eright to left\u202c",
    "\u200b\u200c\u200d\ufeff",
    "a\ud800b",
    "\udfff\ud800",
    "\x00",
    "z\u0351\u0352\u0357" * 40,
    "👩‍👩‍👧‍👦" * 30,
    "ﷺ" * 60,
    "İıſK",
    "٣٤٥",
    "1" * 400,
    "NaN",
    "true",
    "null",
)
SAID: Final = (
    "3 2 4 1 n",
    "3",
    "12.5",
    "-1",
    "99999",
    "I need help today",
    "me siento agotada y no duermo",
    "I am fine, thank you. A good week with my group.",
    "she said she wants to die and has pills",
    "no puedo más, quiero morirme",
    "I can't do this any more, I want to kill myself",
    "he relapsed last night and I drove him home at 2 am",
    "can someone call me please",
    "911",
    "/away",
    "/nonsense",
    "/start",
    "/settings@keepwell_bot",
    "/checkin weekly",
    "/team\n\nx",
    "/talk now",
)
ALPHABETS: Final = (
    "abcdefghijklmnopqrstuvwxyz .,!?\n'-",
    "áéíóúñü¿¡ abcdefgs",
    "абвгдежз 你好世界 العربية हिन्दी",
    "\t\x0b\x0c\x1c\x85\u2028\u2029 x",
    "a\u0300\u0301\u0302\u0303",
)
NUMBERS: Final = (0, 1, -1, 2, 255, 2**31 - 1, 2**31, -(2**31), 2**52, 2**53, 2**63 - 1, 2**63, -(2**63), 2**64, 10**30)


class Pen:
    """Writes words and numbers by the dice."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def said(self, longest: int = 4_096) -> str:
        """Return what somebody might type, up to so many characters."""
        dice = self._dice
        kind = dice.random()
        if kind < 0.45:
            return dice.choice(SAID)
        if kind < 0.6:
            return dice.choice(INJECTIONS)
        if kind < 0.7:
            return dice.choice(ODD) or "x"
        if kind < 0.8:  # long, and as a reader of patterns likes it least
            return (dice.choice(SAID + INJECTIONS) + dice.choice((" ", "", "\n"))) * (longest // 16)
        alphabet = dice.choice(ALPHABETS)
        return "".join(dice.choices(alphabet, k=dice.choice((1, 5, 30, 200, longest // 4))))

    def text(self) -> str:
        """Return any string at all."""
        dice = self._dice
        if dice.random() < 0.02:
            return dice.choice("a\u0301\U0001f600\x00 (") * dice.choice((5_000, 40_000, 150_000))
        return dice.choice(INJECTIONS + ODD + SAID)

    def number(self) -> int:
        """Return any whole number."""
        return self._dice.choice(NUMBERS) if self._dice.random() < 0.7 else self._dice.randrange(-(10**6), 10**6)
