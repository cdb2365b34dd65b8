from io import BytesIO

import aiohttp
import pytest
import telegram
from PIL import Image
from telegram import InputMediaPhoto
from telegram.error import BadRequest

from emulator import Emulator, NotPossible, Phone
from emulator.files import picture_size
from tests.emulator.conftest import Call


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_the_size_of_a_picture_is_read(kind: str) -> None:
    assert picture_size(picture(kind)) == (40, 30)


@pytest.mark.parametrize("content", [b"", b"text", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\x00\x10"])
def test_what_is_no_picture_has_no_size(content: bytes) -> None:
    assert picture_size(content) is None


async def test_a_photo_reaches_the_phone_and_can_be_sent_again_by_its_id(
    bot: telegram.Bot, machine: Emulator, sam: Phone
) -> None:
    sent = await bot.send_photo(sam.id, picture(), caption="<b>Your weeks</b>", parse_mode="HTML")
    assert sent.caption == "Your weeks"
    assert (sent.photo[0].width, sent.photo[0].height) == (40, 30)
    assert sam.messages[-1].photo == picture()
    again = await bot.send_photo(sam.id, sent.photo[0].file_id)
    assert again.photo[0].file_id == sent.photo[0].file_id


async def test_a_document_reaches_the_phone_with_its_name(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    sent = await bot.send_document(sam.id, b'{"a": 1}', filename="mine.json", caption="All of it")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type) == ("mine.json", "application/json")
    assert sam.messages[-1].document == ("mine.json", b'{"a": 1}')
    assert "<document mine.json>" in sam.screen()


async def test_a_file_from_a_phone_can_be_fetched(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    await sam.sends_document("notes.txt", b"three words here", caption="see")
    await sam.sends_photo(picture("JPEG"))
    document, photo = [update.message for update in await bot.get_updates()]
    assert document is not None
    assert document.document is not None
    assert document.caption == "see"
    file = await document.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"three words here"
    assert photo is not None
    file = await photo.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == picture("JPEG")


async def test_the_token_in_the_address_of_a_file_may_be_percent_encoded(
    http: aiohttp.ClientSession, call: Call, machine: Emulator, sam: Phone
) -> None:
    message = await sam.sends_document("a.txt", b"hello")
    assert message.content.document is not None
    path = (await call("getFile", file_id=message.content.document.file_id))["result"]["file_path"]
    for token in (machine.token, machine.token.replace(":", "%3A")):
        async with http.get(f"{machine.url}/file/bot{token}/{path}") as response:
            assert await response.read() == b"hello"
    async with http.get(f"{machine.url}/file/botwrong/{path}") as response:
        assert response.status == 401
    async with http.get(f"{machine.url}/file/bot{machine.token}/documents/none.txt") as response:
        assert response.status == 404


async def test_what_is_no_picture_is_refused_as_a_photo(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(sam.id, b"not a picture")
    with pytest.raises(NotPossible, match="not a picture"):
        await sam.sends_photo(b"not a picture")


async def test_a_strip_of_a_picture_is_refused(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    with pytest.raises(BadRequest, match=r"(?i)photo_invalid_dimensions"):
        await bot.send_photo(sam.id, picture(size=(2100, 100)))


async def test_an_empty_document_is_refused(machine: Emulator, sam: Phone) -> None:
    with pytest.raises(NotPossible, match="non-empty"):
        await sam.sends_document("a.txt", b"")


async def test_unknown_and_mismatched_file_ids_are_refused(call: Call, machine: Emulator, sam: Phone) -> None:
    message = await sam.sends_document("a.txt", b"hello")
    assert message.content.document is not None
    wrong_kind = await call("sendPhoto", chat_id=sam.id, photo=message.content.document.file_id)
    assert wrong_kind["description"] == "Bad Request: can't use file of type Document as Photo"
    unknown = await call("sendDocument", chat_id=sam.id, document="BQAC0")
    assert unknown["description"] == "Bad Request: wrong file identifier/HTTP URL specified"
    assert (await call("getFile", file_id="BQAC0"))["description"] == "Bad Request: invalid file_id"


async def test_a_caption_has_at_most_1024_characters(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    await bot.send_photo(sam.id, picture(), caption="x" * 1024)
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo(sam.id, picture(), caption="x" * 1025)


async def test_a_caption_and_a_picture_can_be_edited(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    message = await bot.send_photo(sam.id, picture(), caption="before")
    await message.edit_caption("after")
    assert sam.messages[-1].text == "after"
    await message.edit_media(InputMediaPhoto(picture(size=(50, 50)), caption="bigger"))
    assert sam.messages[-1].photo == picture(size=(50, 50))
    assert sam.messages[-1].text == "bigger"
    with pytest.raises(BadRequest, match=r"(?i)there is no text in the message to edit"):
        await message.edit_text("text")
