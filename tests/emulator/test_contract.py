from typing import Any

import aiohttp
import pytest

from emulator import Emulator, Phone
from emulator.contract import bot_api
from emulator.errors import ContractBroken
from emulator.methods import METHODS
from tests.emulator.conftest import Call

KEYS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}


def read(method: str, **raw: Any) -> dict[str, Any]:
    return bot_api().read(method, raw)[0]


def test_every_emulated_method_and_parameter_is_one_of_the_bot_api() -> None:
    assert METHODS
    for name, method in METHODS.items():
        assert method.takes <= set(bot_api().methods[name]), name


def test_every_type_of_the_facts_can_be_checked() -> None:
    contract = bot_api()
    for kind in contract.returns.values():
        if kind != "Telegram":  # the facts' word for what they could not read
            assert contract.fault_in(kind, object()) is not None


def test_form_fields_become_typed_values() -> None:
    values = read("sendMessage", chat_id="5", text="7", protect_content="true", reply_markup='{"inline_keyboard":[]}')
    assert values == {"chat_id": 5, "text": "7", "protect_content": True, "reply_markup": {"inline_keyboard": []}}


def test_a_chat_may_be_named() -> None:
    assert read("getChat", chat_id="@somebody") == {"chat_id": "@somebody"}


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"chat_id": 5}, "'text' is required"),
        ({"chat_id": 5, "text": "x", "colour": "red"}, "no parameter 'colour'"),
        ({"chat_id": 5, "text": 5}, "text: a String is expected"),
        ({"chat_id": 5, "text": None}, "text: a String is expected"),
        ({"chat_id": 5, "text": "x", "message_thread_id": "soon"}, "message_thread_id: an Integer is expected"),
        ({"chat_id": 5, "text": "x", "message_thread_id": True}, "message_thread_id: an Integer is expected"),
        ({"chat_id": 5, "text": "x", "protect_content": 1}, "protect_content: a Boolean is expected"),
        ({"chat_id": 5, "text": "x", "entities": {}}, "entities: an Array of MessageEntity is expected"),
        (
            {"chat_id": 5, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "data": "b"}]]}},
            "InlineKeyboardButton has no field 'data'",
        ),
        (
            {"chat_id": 5, "text": "x", "reply_markup": {"inline_keyboard": [[{"callback_data": "b"}]]}},
            "InlineKeyboardButton needs the field 'text'",
        ),
    ],
)
def test_what_the_bot_api_would_not_understand_is_named(parameters: dict[str, Any], reason: str) -> None:
    with pytest.raises(ContractBroken) as caught:
        read("sendMessage", **parameters)
    assert reason in caught.value.description
    assert caught.value.code == 400


def test_the_type_field_chooses_the_member_of_a_union() -> None:
    scope = {"type": "all_private_chats"}
    assert read("setMyCommands", commands=[], scope=scope)["scope"] == scope
    with pytest.raises(ContractBroken):
        read("setMyCommands", commands=[], scope={"type": "everywhere"})
    with pytest.raises(ContractBroken):
        read("setMyCommands", commands=[], scope={"type": "default", "chat_id": 5})


async def test_an_unknown_method_is_not_found_and_kept_as_a_violation(call: Call, lax: Emulator) -> None:
    answer = await call("sendTelepathy", chat_id=5)
    assert (answer["error_code"], answer["description"]) == (404, "Not Found: method not found")
    assert lax.violations == ["sendTelepathy: Not Found: method not found"]


async def test_a_wrong_parameter_is_refused_and_kept_as_a_violation(call: Call, lax: Emulator, sam: Phone) -> None:
    answer = await call("sendMessage", chat_id=sam.id, text="hello", colour="red")
    assert answer["error_code"] == 400
    assert len(lax.violations) == 1
    assert "no parameter 'colour'" in lax.violations[0]


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("sendDice", {"chat_id": 7_000_000_001}),
        ("sendMessage", {"chat_id": 7_000_000_001, "text": "x", "message_effect_id": "1"}),
        ("sendMessage", {"chat_id": 7_000_000_001, "text": "*x*", "parse_mode": "MarkdownV2"}),
        ("sendMessage", {"chat_id": 7_000_000_001, "text": "x", "reply_markup": {"force_reply": True}}),
        ("sendPhoto", {"chat_id": 7_000_000_001, "photo": "https://example.org/cat.png"}),
    ],
)
async def test_what_the_emulator_has_not_is_never_passed_over(
    call: Call, lax: Emulator, sam: Phone, method: str, parameters: dict[str, Any]
) -> None:
    answer = await call(method, **parameters)
    assert answer["error_code"] == 501
    assert len(lax.violations) == 1
    assert "the emulator has no" in lax.violations[0]
    assert len(sam.messages) == 1  # only the /start


async def test_a_refusal_that_telegram_has_is_no_violation(call: Call, machine: Emulator) -> None:
    assert (await call("sendMessage", chat_id=1, text="hello"))["description"] == "Bad Request: chat not found"


async def test_the_bot_api_ignores_the_case_of_methods(call: Call, machine: Emulator) -> None:
    assert (await call("GETME"))["result"]["username"] == machine.username


async def test_parameters_may_come_in_the_address(http: aiohttp.ClientSession, machine: Emulator, sam: Phone) -> None:
    parameters = {"chat_id": str(sam.id), "text": "hello", "reply_markup": '{"inline_keyboard":[]}'}
    async with http.get(f"{machine.url}/bot{machine.token}/sendMessage", params=parameters) as response:
        assert (await response.json())["result"]["text"] == "hello"


@pytest.mark.parametrize("body", ["{", "[1]"])
async def test_a_body_that_is_no_json_object_is_refused(http: aiohttp.ClientSession, lax: Emulator, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    async with http.post(f"{lax.url}/bot{lax.token}/getMe", data=body, headers=headers) as response:
        assert response.status == 400
    assert len(lax.violations) == 1


async def test_an_attached_file_that_nothing_refers_to_is_a_violation(
    http: aiohttp.ClientSession, lax: Emulator, sam: Phone
) -> None:
    form = aiohttp.FormData({"chat_id": str(sam.id), "text": "hello"})
    form.add_field("stray", b"bytes", filename="a.txt")
    async with http.post(f"{lax.url}/bot{lax.token}/sendMessage", data=form) as response:
        assert response.status == 400
    assert "nothing refers to the file 'stray'" in lax.violations[0]


@pytest.mark.parametrize("token", ["7100000000:wrong", "nonsense"])
async def test_a_wrong_token_is_unauthorized(http: aiohttp.ClientSession, machine: Emulator, token: str) -> None:
    async with http.post(f"{machine.url}/bot{token}/getMe") as response:
        assert response.status == 401
        assert (await response.json())["description"] == "Unauthorized"
