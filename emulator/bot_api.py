"""The Bot API over HTTP: one request, one call, its faults, its answer."""

import asyncio
import inspect
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from emulator.contract import Upload
from emulator.errors import ContractBroken, NotEmulated, Refused, not_emulated
from emulator.faults import Fault, Faults, Moment
from emulator.journal import Call
from emulator.methods import METHODS, Arguments, Method
from emulator.services import Services


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a call came to; `result` None means that it was refused."""

    result: Any = None
    refusal: Refused | None = None

    @property
    def body(self) -> dict[str, Any]:
        return {"ok": True, "result": self.result} if self.refusal is None else self.refusal.body()

    @property
    def code(self) -> int:
        return 200 if self.refusal is None else self.refusal.code


class BotApi:
    """Answers `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, services: Services, faults: Faults) -> None:
        self._services = services
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; aiohttp decodes the %3A that some clients write into the token."""
        return [
            web.route("*", "/bot{token}/{method}", self.answer),
            web.get("/file/bot{token}/{path:.+}", self.file),
        ]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        started, at, number = time.perf_counter(), self._services.world.now(), self._services.journal.next_number()
        name, call, fault = request.match_info["method"], Arguments({}), None
        try:
            name, call = await self._understood(request)
            fault = self._faults.strike(name, call.get("chat_id"))
            outcome = await self._under(fault, name, call)
        except Refused as refused:
            outcome = _Outcome(refusal=refused)
            if isinstance(refused, ContractBroken | NotEmulated):
                self._services.violations.append(f"{name}: {refused.description}")
        cut = fault is not None and fault.moment in (Moment.CUT_BEFORE, Moment.CUT_AFTER)
        told = fault.moment.replace("_", " ") if fault and cut else ("refused" if outcome.refusal else "ok")
        result = outcome.refusal.description if outcome.refusal else outcome.result
        seconds = time.perf_counter() - started
        self._services.journal.add(Call(number, at, name, dict(call.values), told, outcome.code, result, seconds))
        return await self._reply(request, outcome, fault)

    async def perform(self, name: str, raw: Mapping[str, object]) -> Any:
        """Do a call that came in the answer of a webhook."""
        try:
            name = self._services.contract.method_named(name)
            return await self._do(name, Arguments(*self._services.contract.read(name, raw)))
        except Refused as refused:
            if isinstance(refused, ContractBroken | NotEmulated):
                self._services.violations.append(f"{name}: {refused.description}")
            return None

    async def _understood(self, request: web.Request) -> tuple[str, Arguments]:
        if not self._services.world.lets_in(request.match_info["token"]):
            raise Refused(401, "Unauthorized")
        contract = self._services.contract
        name = contract.method_named(request.match_info["method"])
        return name, Arguments(*contract.read(name, await _raw_parameters(request)))

    async def _under(self, fault: Fault | None, name: str, call: Arguments) -> _Outcome:
        """Do a call unless its fault forbids it."""
        if fault is not None and fault.refusal is not None:
            return _Outcome(refusal=fault.refusal)
        if fault is not None and fault.moment is Moment.CUT_BEFORE:
            return _Outcome(refusal=Refused(0, "the connection was cut before the call was taken"))
        return _Outcome(await self._do(name, call))

    async def _do(self, name: str, call: Arguments) -> Any:
        services = self._services
        method = _emulated(name, call)
        chat_id = call.get("chat_id")
        if method.sends and isinstance(chat_id, int):
            services.limits.check(chat_id, private=chat_id > 0)
        result = method.run(services, call)
        if inspect.isawaitable(result):
            result = await result
        if method.sends and isinstance(chat_id, int):
            services.limits.count(chat_id)
        if wrong := services.contract.fault_in(services.contract.returns[name], result):
            services.violations.append(f"the emulator's own answer to {name}: {wrong}")
        return result

    async def _reply(self, request: web.Request, outcome: _Outcome, fault: Fault | None) -> web.StreamResponse:
        if fault is not None and fault.moment in (Moment.CUT_BEFORE, Moment.CUT_AFTER):
            if request.transport is not None:
                request.transport.close()
            return web.Response(status=500)
        if fault is not None and fault.moment is Moment.SLOW:
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.not_json and outcome.refusal is not None:
            title = f"{outcome.code} {outcome.refusal.description}"
            page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
            return web.Response(text=page, content_type="text/html", status=outcome.code)
        return _json(outcome.body, outcome.code)

    async def file(self, request: web.Request) -> web.Response:
        """Hand out a file that getFile named."""
        if not self._services.world.lets_in(request.match_info["token"]):
            return _json(Refused(401, "Unauthorized").body(), 401)
        file = self._services.world.files.by_path(request.match_info["path"])
        if file is None:
            return _json(Refused(404, "Not Found").body(), 404)
        return web.Response(body=file.content, content_type="application/octet-stream")


def _emulated(name: str, call: Arguments) -> Method:
    method = METHODS.get(name)
    if method is None:
        raise not_emulated(f"method {name}")
    if strange := call.values.keys() - method.takes:
        raise not_emulated(f"parameter {', '.join(sorted(strange))} in {name}")
    return method


async def _raw_parameters(request: web.Request) -> dict[str, object]:
    """Return the parameters as they came: from the address, a form, a multipart form or JSON."""
    raw: dict[str, object] = dict(request.query)
    if not request.body_exists:
        return raw
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            raise ContractBroken(400, "Bad Request: the body is not JSON") from None
        if not isinstance(body, dict):
            raise ContractBroken(400, "Bad Request: the body is not a JSON object")
        return raw | body
    return raw | _fields(await request.post())


def _fields(form: Mapping[str, object]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name, value in form.items():
        if isinstance(value, web.FileField):
            fields[name] = Upload(value.filename, value.file.read())
        else:
            fields[name] = value.decode() if isinstance(value, bytes | bytearray) else value
    return fields


def _json(body: dict[str, Any], status: int) -> web.Response:
    return web.json_response(body, status=status)
