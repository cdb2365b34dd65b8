"""The page over time: the clock, new phones, a lost connection, a long chat."""

from datetime import datetime, timedelta

from playwright.async_api import expect

from emulator import Emulator
from tests.browser import IN_ONE_BROWSER
from tests.emulator.screens import two_phones

pytestmark = [*IN_ONE_BROWSER]


async def test_a_lost_connection_is_said_and_repaired_and_nothing_is_missed() -> None:
    async with two_phones() as screens:
        field = screens.of(screens.sam).get_by_label("Message", exact=True)
        await screens.of(screens.sam).get_by_role("button", name="START").click()
        await field.fill("half a sent")
        port = int(screens.emulator.url.rpartition(":")[2])
        await screens.emulator.stop()
        line = screens.page.get_by_test_id("connection")
        await expect(line).to_contain_text("lost")
        await screens.ann.says("meanwhile")
        await screens.emulator.start(port=port)
        await expect(line).to_contain_text("Connected again")
        await expect(screens.of(screens.ann).get_by_text("meanwhile")).to_have_count(1)
        await expect(field).to_have_value("half a sent")
        await screens.page.reload()
        await expect(field).to_have_value("half a sent")


async def test_a_reader_who_scrolled_up_stays_there_and_learns_what_is_new() -> None:
    async with two_phones() as screens:
        for number in range(30):
            await screens.ann.says(f"line {number}")
        phone = screens.of(screens.ann)
        await expect(phone.get_by_text("line 29", exact=True)).to_be_in_viewport()
        await phone.get_by_role("log").hover()
        await screens.page.mouse.wheel(0, -700)
        await expect(phone.get_by_text("line 29", exact=True)).not_to_be_in_viewport()
        sent = await screens.bot.send_message(screens.ann.id, "Something new")
        chip = phone.get_by_role("button", name="1 new")
        await expect(chip).to_be_visible()
        await expect(screens.bubble(screens.ann, sent.message_id)).not_to_be_in_viewport()
        await chip.click()
        await expect(screens.bubble(screens.ann, sent.message_id)).to_be_in_viewport()
        await expect(chip).to_be_hidden()


async def test_a_new_phone_takes_the_code_from_its_invite_link() -> None:
    async with two_phones() as screens:
        page = screens.page
        await page.get_by_test_id("add-phone").click()
        await page.get_by_role("button", name="Add", exact=True).click()
        await expect(page.get_by_role("alert").filter(has_text="name")).to_be_visible()
        await page.get_by_label("Name").fill("Kim")
        await page.get_by_label("Invite link").fill("https://t.me/keepwell_bot?start=abc-123")
        await page.keyboard.press("Enter")
        start = page.get_by_role("region", name="Phone of Kim").get_by_role("button", name="START")
        await expect(start).to_be_focused()
        await start.press("Enter")
        message = (await screens.next_update()).message
        assert message is not None
        assert message.text == "/start abc-123"


async def test_the_clock_moves_forward_by_its_buttons() -> None:
    async with two_phones() as screens:
        await screens.page.get_by_test_id("clock-1h").click()
        await screens.page.get_by_test_id("clock-15m").click()
        await expect(screens.page.get_by_test_id("clock-offset")).to_have_text("1 h 15 min ahead")
        assert screens.emulator.clock.offset == timedelta(hours=1, minutes=15)
        shown = await screens.page.get_by_test_id("clock").get_attribute("datetime")
        assert shown is not None
        assert shown.startswith(f"{screens.emulator.clock.now():%Y-%m-%dT%H}")


async def test_the_clock_goes_to_the_next_check_in_or_says_why_it_cannot() -> None:
    async with two_phones() as screens:
        button = screens.page.get_by_role("button", name="To the next check-in")
        await expect(button).to_be_disabled()
        await expect(button).to_have_accessible_description(
            "Nothing to go to: the service has not said when its next check-in is."
        )
        await button.press("Enter")
        await expect(screens.page.get_by_test_id("notice")).to_contain_text("Nothing to go to")
        due = screens.emulator.clock.now() + timedelta(days=2, hours=3)

        async def upcoming() -> datetime:
            return due

        screens.emulator.upcoming = upcoming
        await screens.page.reload()
        await button.click()
        await expect(screens.page.get_by_test_id("clock-offset")).to_have_text("2 days 3 h ahead")
        assert screens.emulator.clock.now() >= due


async def test_another_emulator_at_the_same_address_brings_its_own_phones_and_messages() -> None:
    async with two_phones() as screens:
        await screens.ann.says("of the first world")
        await expect(screens.page.get_by_text("of the first world")).to_be_visible()
        port = int(screens.emulator.url.rpartition(":")[2])
        await screens.emulator.stop()
        other = Emulator(name="Another bot")
        kim = other.phone("Kim")
        await kim.starts()
        await other.start(port=port)
        try:
            await expect(screens.page.locator("[data-phone]")).to_have_count(1)
            await expect(screens.page.get_by_role("region", name="Phone of Kim")).to_be_visible()
            await expect(screens.page.locator(".message")).to_have_count(1)
            await expect(screens.page.locator(".head-bot")).to_have_text("Another bot")
        finally:
            await other.stop()


async def test_each_day_stands_once_over_its_messages_and_goes_with_the_last_of_them() -> None:
    async with two_phones() as screens:
        days = screens.of(screens.ann).locator(".day")
        await expect(days).to_have_count(1)
        screens.emulator.clock.advance(timedelta(days=1))
        first = await screens.bot.send_message(screens.ann.id, "tomorrow")
        second = await screens.bot.send_message(screens.ann.id, "tomorrow too")
        await expect(screens.bubble(screens.ann, second.message_id)).to_be_visible()
        await expect(days).to_have_count(2)
        await screens.bot.delete_message(screens.ann.id, first.message_id)
        await expect(screens.bubble(screens.ann, first.message_id)).to_have_count(0)
        await expect(days).to_have_count(2)
        await screens.bot.delete_message(screens.ann.id, second.message_id)
        await expect(days).to_have_count(1)
