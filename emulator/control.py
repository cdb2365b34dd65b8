"""The control API: what the page and tests in other processes use."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from emulator.contract import Upload
from emulator.control_values import Problem, apply_faults, fields_of
from emulator.events import EventStream
from emulator.phones import NotPossible
from emulator.state import Person
from emulator.view import page_message

if TYPE_CHECKING:
    from emulator.server import Emulator

PAGE = Path(__file__).parent / "page"
# One second past the instant, so that whatever is due then is due.
MARGIN = timedelta(seconds=1)
LONGEST_STEP = timedelta(days=366)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _guarded(handler: Handler) -> Handler:
    """Answer what cannot be done with one line: 400 for a wrong request, 409 for the wrong moment."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Problem as problem:
            return web.json_response({"error": str(problem)}, status=problem.status)
        except NotPossible as reason:
            return web.json_response({"error": str(reason)}, status=409)

    return guarded


class Control:
    """Requests of the page, turned into deeds of people."""

    def __init__(self, emulator: "Emulator") -> None:
        self._emulator = emulator
        self._stream = EventStream(emulator.world)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the page and of the control API."""
        get: dict[str, Handler] = {
            "/": self._index,
            "/page/{path:.+}": self._page,
            "/control/state": self._state,
            "/control/events": self._stream.serve,
            "/control/journal": self._journal,
            "/control/files/{path:.+}": self._file,
            "/control/phones/{id}/chat": self._chat,
        }
        post: dict[str, Handler] = {
            "/control/clock": self._clock,
            "/control/faults": self._faults,
            "/control/phones": self._add_phone,
            "/control/phones/{id}/start": self._start,
            "/control/phones/{id}/send": self._send,
            "/control/phones/{id}/tap": self._tap,
            "/control/phones/{id}/upload": self._upload,
            "/control/phones/{id}/block": self._block,
        }
        return [
            *(web.get(path, _guarded(handler)) for path, handler in get.items()),
            *(web.post(path, _guarded(handler)) for path, handler in post.items()),
        ]

    def stop(self) -> None:
        """End the streams."""
        self._stream.stop()

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return _static("index.html")

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return _static(request.match_info["path"])

    async def _state(self, _: web.Request) -> web.Response:
        return web.json_response(self._describe())

    async def _journal(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        if not after.isdigit():
            raise Problem("after: the number of a call is expected")
        calls = [
            {
                "number": call.number,
                "at": call.at.isoformat(),
                "method": call.method,
                "parameters": call.parameters,
                "outcome": call.outcome,
                "code": call.code,
                "result": call.result,
                "seconds": call.seconds,
            }
            for call in self._emulator.journal.after(int(after))
        ]
        body = {"calls": calls, "violations": self._emulator.violations}
        # An uploaded file stands in the journal by its size.
        return web.json_response(body, dumps=lambda value: json.dumps(value, default=_briefly))

    async def _file(self, request: web.Request) -> web.Response:
        file = self._emulator.world.files.by_path(request.match_info["path"])
        if file is None:
            raise Problem("there is no such file", 404)
        # As a picture or as a download: a page that somebody sent must not run here.
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
        kind = file.mime if file.width else "application/octet-stream"
        return web.Response(body=file.content, content_type=kind, headers=headers)

    async def _chat(self, request: web.Request) -> web.Response:
        person = self._person(request)
        messages = self._emulator.world.chats[person.id].messages.values()
        commands = self._emulator.services.profile.commands_seen_by(person.id, person.language)
        return web.json_response(
            {
                "messages": [page_message(message, person.id) for message in messages],
                "commands": [{key: command[key] for key in ("command", "description")} for command in commands],
            }
        )

    async def _clock(self, request: web.Request) -> web.Response:
        fields, clock = await fields_of(request), self._emulator.clock
        if fields.given("to"):
            if fields.text("to") != "next":
                raise Problem('to: only "next" is known')
            upcoming = self._emulator.upcoming and await self._emulator.upcoming()
            if upcoming is None:
                raise Problem("nothing is planned, so there is no next check-in to go to", 409)
            clock.advance_to(upcoming + MARGIN)
        else:
            seconds = fields.number("advance_seconds")
            if not 0 <= seconds <= LONGEST_STEP.total_seconds():
                raise Problem("advance_seconds: the clock moves forward, by 366 days at most at a time")
            clock.advance(timedelta(seconds=seconds))
        return web.json_response(self._describe())

    async def _faults(self, request: web.Request) -> web.Response:
        apply_faults(self._emulator, await fields_of(request))
        return web.json_response({"struck": self._emulator.faults.struck})

    async def _add_phone(self, request: web.Request) -> web.Response:
        fields = await fields_of(request)
        phone = self._emulator.phone(
            fields.text("name"),
            language=fields.text("language", "en"),
            role=fields.text("role", "") or None,
            start_payload=fields.text("start_payload", "") or None,
        )
        return web.json_response(_phone(phone.person))

    async def _start(self, request: web.Request) -> web.Response:
        person, fields = self._person(request), await fields_of(request)
        message = self._emulator.people.start(person, fields.text("payload", person.start_payload or ""))
        return web.json_response({"message_id": message.id})

    async def _send(self, request: web.Request) -> web.Response:
        fields = await fields_of(request)
        message = self._emulator.people.say(self._person(request), fields.text("text"))
        return web.json_response({"message_id": message.id})

    async def _tap(self, request: web.Request) -> web.Response:
        person, fields = self._person(request), await fields_of(request)
        message_id = fields.integer("message_id")
        message = self._emulator.world.chats[person.id].messages.get(message_id)
        rows = (message.content.keyboard or {}).get("inline_keyboard", []) if message else []
        row, column = fields.integer("row"), fields.integer("column")
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            raise Problem("this button is not there any more", 409)
        if "callback_data" not in rows[row][column]:
            raise Problem("this button opens an address, which the phone does by itself", 409)
        query = self._emulator.people.press(person, message_id, rows[row][column]["callback_data"])
        return web.json_response({"query_id": query.id})

    async def _upload(self, request: web.Request) -> web.Response:
        person, form = self._person(request), await request.post()
        file, kind = form.get("file"), form.get("as")
        if not isinstance(file, web.FileField) or kind not in ("photo", "document"):
            raise Problem('a form with "file" and "as" (photo or document) is expected')
        content = file.file.read()
        if kind == "photo":
            message = self._emulator.people.send_photo(person, content)
        else:
            message = self._emulator.people.send_document(person, file.filename, content)
        return web.json_response({"message_id": message.id})

    async def _block(self, request: web.Request) -> web.Response:
        fields = await fields_of(request)
        self._emulator.people.block(self._person(request), blocked=fields.boolean("blocked"))
        return web.json_response(_phone(self._person(request)))

    def _person(self, request: web.Request) -> Person:
        number = request.match_info["id"]
        person = self._emulator.world.people.get(int(number)) if number.isdigit() else None
        if person is None:
            raise Problem(f"there is no phone {number}", 404)
        return person

    def _describe(self) -> dict[str, Any]:
        world = self._emulator.world
        return {
            "now": world.now().isoformat(),
            "bot": {"username": world.bot.username, "name": world.bot.name},
            "clock": {
                "offset_seconds": self._emulator.clock.offset.total_seconds(),
                "can_jump_to_next": self._emulator.upcoming is not None,
            },
            "phones": [_phone(person) for person in world.people.values()],
        }


def _phone(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "language": person.language,
        "start_payload": person.start_payload,
        "started": person.started,
        "blocked": person.blocked,
    }


def _briefly(value: object) -> str:
    return f"<{len(value.content)} bytes>" if isinstance(value, Upload) else str(value)


def _static(path: str) -> web.StreamResponse:
    file = (PAGE / path).resolve()
    if not file.is_relative_to(PAGE.resolve()) or not file.is_file():
        raise Problem(f"there is no page {path!r}", 404)
    return web.FileResponse(file, headers={"Cache-Control": "no-cache"})
