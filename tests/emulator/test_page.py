"""The page as people use it: real Chromium, real emulator, and a bot that speaks the Bot API."""

import io
from datetime import UTC, datetime, timedelta

from PIL import Image
from playwright.async_api import expect
from telegram import BotCommand
from telegram.constants import ParseMode

from tests.browser import IN_ONE_BROWSER
from tests.emulator.screens import CODE, box_of, keys, two_phones

pytestmark = [*IN_ONE_BROWSER]


async def test_start_sends_the_code_of_the_invite_link() -> None:
    async with two_phones() as screens:
        phone = screens.of(screens.sam)
        await expect(phone.get_by_text("invited by link")).to_be_visible()
        await phone.get_by_role("button", name="START").click()
        message = (await screens.next_update()).message
        assert message is not None
        assert message.text == f"/start {CODE}"
        await expect(phone.get_by_label("Message", exact=True)).to_be_focused()
        await expect(screens.of(screens.ann).get_by_text("invited by link")).to_be_hidden()


async def test_what_is_typed_reaches_the_bot_and_stands_on_the_right() -> None:
    async with two_phones() as screens:
        phone = screens.of(screens.ann)
        field = phone.get_by_label("Message", exact=True)
        await field.fill("Two lines:")
        await field.press("Shift+Enter")
        await screens.page.keyboard.type("this is <b>the</b> second")
        await field.press("Enter")
        message = (await screens.next_update()).message
        assert message is not None
        assert message.text == "Two lines:\nthis is <b>the</b> second"
        await expect(field).to_have_value("")
        theirs = await screens.bot.send_message(screens.ann.id, "Thank you.")
        own = await box_of(screens.bubble(screens.ann, message.message_id))
        other = await box_of(screens.bubble(screens.ann, theirs.message_id))
        assert own["x"] > other["x"]
        assert own["x"] + own["width"] > other["x"] + other["width"]


async def test_a_keyboard_stands_under_its_bubble_row_by_row() -> None:
    async with two_phones(reduced_motion="reduce") as screens:
        sent = await screens.bot.send_message(screens.ann.id, "How was it?", reply_markup=keys("Good | Bad", "Later"))
        bubble = screens.bubble(screens.ann, sent.message_id)
        words = await box_of(bubble.get_by_text("How was it?"))
        good, bad, later = [await box_of(bubble.get_by_role("button", name=name)) for name in ("Good", "Bad", "Later")]
        assert words["y"] < good["y"] == bad["y"] < later["y"]
        assert good["x"] < bad["x"]
        assert later["width"] > good["width"] + bad["width"]
        assert min(box["height"] for box in (good, bad, later)) >= 40


async def test_a_tap_reaches_the_bot_and_its_answer_shows_as_a_toast() -> None:
    async with two_phones() as screens:
        sent = await screens.bot.send_message(screens.ann.id, "Alert", reply_markup=keys("I take this | Not me"))
        button = screens.bubble(screens.ann, sent.message_id).get_by_role("button", name="Not me")
        await button.click()
        await expect(button).to_have_attribute("aria-busy", "true")
        query = (await screens.next_update()).callback_query
        assert query is not None
        assert (query.data, query.from_user.id) == ("Not me", screens.ann.id)
        await screens.bot.answer_callback_query(query.id, "The next person is asked.")
        toast = screens.of(screens.ann).locator(".toast")
        await expect(toast).to_be_visible()
        await expect(toast).to_have_text("The next person is asked.")
        await expect(button).not_to_have_attribute("aria-busy", "true")
        await expect(screens.of(screens.sam).locator(".toast")).to_be_hidden()


async def test_a_pressed_button_shows_progress_until_the_answer_or_for_one_second() -> None:
    async with two_phones() as screens:
        await screens.page.clock.install()
        await screens.page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
        sent = await screens.bot.send_message(screens.ann.id, "Alert", reply_markup=keys("Answered | Forgotten"))
        bubble = screens.bubble(screens.ann, sent.message_id)
        answered, forgotten = (
            bubble.get_by_role("button", name="Answered"),
            bubble.get_by_role("button", name="Forgotten"),
        )
        await answered.click()
        await expect(answered).to_have_attribute("aria-busy", "true")
        query = (await screens.next_update()).callback_query
        assert query is not None
        await screens.bot.answer_callback_query(query.id)
        await expect(answered).not_to_have_attribute("aria-busy", "true")
        await forgotten.click()
        await screens.page.clock.run_for(900)
        await expect(forgotten).to_have_attribute("aria-busy", "true")
        await screens.page.clock.run_for(200)
        await expect(forgotten).not_to_have_attribute("aria-busy", "true")


async def test_an_edit_changes_the_bubble_in_place() -> None:
    async with two_phones() as screens:
        first = await screens.bot.send_message(screens.ann.id, "Question 1", reply_markup=keys("Yes | No"))
        await screens.bot.send_message(screens.ann.id, "Something later")
        bubble = screens.bubble(screens.ann, first.message_id)
        await bubble.get_by_role("button", name="No").focus()
        await screens.bot.edit_message_text(
            "<b>Question 2</b>", screens.ann.id, first.message_id, parse_mode=ParseMode.HTML, reply_markup=keys("A | B")
        )
        await expect(bubble.get_by_text("Question 2")).to_be_visible()
        await expect(bubble.locator("b")).to_have_count(1)
        await expect(bubble.get_by_text("edited")).to_be_visible()
        await expect(bubble).to_have_count(1)
        await expect(screens.of(screens.ann).get_by_text("Question 1")).to_have_count(0)
        await expect(bubble.get_by_role("button", name="B")).to_be_focused()
        texts = await screens.of(screens.ann).locator(".theirs .text").all_text_contents()
        assert texts == ["Question 2", "Something later"]
        await screens.bot.delete_message(screens.ann.id, first.message_id)
        await expect(bubble).to_have_count(0)


async def test_an_alert_covers_its_phone_until_it_is_read() -> None:
    async with two_phones() as screens:
        sent = await screens.bot.send_message(screens.ann.id, "Old", reply_markup=keys("Press"))
        button = screens.bubble(screens.ann, sent.message_id).get_by_role("button", name="Press")
        await button.press("Enter")
        query = (await screens.next_update()).callback_query
        assert query is not None
        await screens.bot.answer_callback_query(query.id, "This is over.", show_alert=True)
        alert = screens.of(screens.ann).get_by_role("alertdialog", name="This is over.")
        await expect(alert.get_by_role("button", name="OK")).to_be_focused()
        await screens.page.keyboard.press("Escape")
        await expect(alert).to_be_hidden()
        await expect(button).to_be_focused()


async def test_the_keyboard_alone_is_enough() -> None:
    async with two_phones() as screens:
        keyboard = screens.page.keyboard
        start = screens.of(screens.sam).get_by_role("button", name="START")
        for _ in range(12):
            await keyboard.press("Tab")
            if await start.evaluate("node => node === document.activeElement"):
                break
        await expect(start).to_be_focused()
        assert await start.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
        await keyboard.press("Enter")
        await screens.next_update()
        sent = await screens.bot.send_message(screens.sam.id, "?", reply_markup=keys("One | Two", "Three"))
        bubble = screens.bubble(screens.sam, sent.message_id)
        await expect(bubble).to_be_visible()
        for _ in range(4):
            await keyboard.press("Shift+Tab")
            if await bubble.get_by_role("button", name="Three").evaluate("node => node === document.activeElement"):
                break
        for key, name in (("ArrowUp", "One"), ("ArrowRight", "Two"), ("ArrowDown", "Three"), ("ArrowUp", "One")):
            await keyboard.press(key)
            await expect(bubble.get_by_role("button", name=name)).to_be_focused()
        await keyboard.press("Space")
        query = (await screens.next_update()).callback_query
        assert query is not None
        assert query.data == "One"


async def test_a_typed_slash_opens_the_commands_and_more_letters_narrow_them() -> None:
    async with two_phones() as screens:
        commands = [
            BotCommand("help", "What I can do"),
            BotCommand("away", "A pause"),
            BotCommand("alerts", "Open ones"),
        ]
        await screens.bot.set_my_commands(commands)
        phone = screens.of(screens.ann)
        await phone.get_by_role("button", name="Commands").click()
        await expect(phone.get_by_role("option")).to_have_count(3)
        await screens.page.keyboard.press("Escape")
        await expect(phone.get_by_role("listbox")).to_be_hidden()
        field = phone.get_by_label("Message", exact=True)
        await field.press_sequentially("/a")
        await expect(phone.get_by_role("option")).to_have_text(["/awayA pause", "/alertsOpen ones"])
        await field.press("ArrowUp")
        await field.press("Enter")
        message = (await screens.next_update()).message
        assert message is not None
        assert message.text == "/alerts"


async def test_pictures_and_files_go_both_ways() -> None:
    async with two_phones() as screens:
        picture = io.BytesIO()
        Image.new("RGB", (320, 200), "teal").save(picture, "PNG")
        sent = await screens.bot.send_photo(screens.ann.id, picture.getvalue(), caption="Your month")
        image = screens.bubble(screens.ann, sent.message_id).get_by_role("img", name="Photo: Your month")
        await expect(image).to_be_visible()
        await expect(image).to_have_js_property("naturalWidth", 320)
        report = await screens.bot.send_document(screens.ann.id, b"a,b\n1,2\n", filename="report.csv")
        link = screens.bubble(screens.ann, report.message_id).get_by_role("link", name="report.csv")
        async with screens.page.expect_download() as download:
            await link.click()
        assert (await (await download.value).path()).read_bytes() == b"a,b\n1,2\n"
        phone = screens.of(screens.ann)
        await phone.get_by_role("button", name="Attach").click()
        async with screens.page.expect_file_chooser() as chooser:
            await phone.get_by_role("menuitem", name="File").click()
        await (await chooser.value).set_files({"name": "n.txt", "mimeType": "text/plain", "buffer": b"notes"})
        message = (await screens.next_update()).message
        assert message is not None
        assert message.document is not None
        assert (message.document.file_name, message.document.file_size) == ("n.txt", 5)
        await expect(phone.get_by_role("link", name="n.txt")).to_be_visible()


async def test_a_blocked_bot_gets_nothing_until_it_is_unblocked() -> None:
    async with two_phones() as screens:
        phone = screens.of(screens.ann)
        await phone.get_by_role("button", name="More").click()
        await phone.get_by_role("menuitem", name="Block the bot").click()
        await expect(phone.get_by_label("Message", exact=True)).to_be_hidden()
        change = (await screens.next_update()).my_chat_member
        assert change is not None
        assert change.new_chat_member.status == "kicked"
        await phone.get_by_role("button", name="UNBLOCK").click()
        await expect(phone.get_by_label("Message", exact=True)).to_be_visible()
        assert not screens.ann.person.blocked


async def test_a_refused_text_stays_in_the_field_and_the_reason_shows() -> None:
    async with two_phones() as screens:
        await screens.ann.deletes_account()
        field = screens.of(screens.ann).get_by_label("Message", exact=True)
        await field.fill("Are you there?")
        await field.press("Enter")
        await expect(screens.of(screens.ann).locator(".toast")).to_contain_text("account")
        await expect(field).to_have_value("Are you there?")
