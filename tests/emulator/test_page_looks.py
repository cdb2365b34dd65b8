"""How the page looks: narrow and wide, light and dark, legible, and at rest for those who ask for it."""

from typing import Literal

import pytest
from playwright.async_api import Page, expect

from tests.browser import ADVICE, IN_ONE_BROWSER, PHONE_SIZED, browser_or_skip
from tests.emulator.screens import Screens, keys, two_phones

pytestmark = [*IN_ONE_BROWSER]

# The smallest contrast of any visible words with what is painted behind them (WCAG 2.2, 1.4.3), and those words.
LEAST_CONTRAST = """() => {
  const ink = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const paint = (colours) => {
    ink.clearRect(0, 0, 1, 1);
    for (const colour of colours) { ink.fillStyle = colour; ink.fillRect(0, 0, 1, 1); }
    return [...ink.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const light = (rgb) => rgb
    .map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => (node ? [...behind(node.parentElement), getComputedStyle(node).backgroundColor] : ["white"]);
  let least = [21, ""];
  for (const node of document.querySelectorAll("body *")) {
    const words = [...node.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join("");
    if (!words || !node.checkVisibility({ visibilityProperty: true }) || node.closest(".unseen")) continue;
    const back = behind(node);
    const [a, b] = [light(paint(back)), light(paint([...back, getComputedStyle(node).color]))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < least[0]) least = [contrast, words];
  }
  return least;
}"""


async def fits(page: Page) -> bool:
    """Whether nothing sticks out to the side, so that the page itself does not scroll there."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def swipe(page: Page, start: int, end: int) -> None:
    """Draw a finger across the page, from one place to another (pixels from the left)."""
    devtools = await page.context.new_cdp_session(page)
    for step in range(11):
        place = {"x": start + (end - start) * step / 10, "y": 400}
        kind = "touchMove" if step else "touchStart"
        await devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
    await devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def fill(screens: Screens) -> None:
    """Put one of everything on Ann's phone."""
    words = "A rather long question, so that lines have to be broken: how much did the stories stay with you?"
    await screens.bot.send_message(
        screens.ann.id, words, reply_markup=keys("Not at all | Quite a bit | Very much", "Later")
    )
    await screens.bot.send_document(screens.ann.id, b"0" * 3000, filename="a-report-with-a-very-long-name.csv")
    await screens.ann.says("W" * 200)
    await expect(screens.of(screens.ann).get_by_text("WWW")).to_be_visible()


async def test_a_narrow_screen_shows_one_phone_at_a_time_with_tabs() -> None:
    async with two_phones(viewport=PHONE_SIZED) as screens:
        await fill(screens)
        tabs = screens.page.get_by_role("tab")
        await expect(tabs).to_have_count(2)
        sams, anns = tabs.filter(has_text="mentor"), tabs.filter(has_text="supervisor")
        await expect(sams).to_have_attribute("aria-selected", "true")
        await expect(screens.of(screens.sam)).to_be_in_viewport(ratio=0.9)
        await expect(screens.of(screens.ann)).not_to_be_in_viewport()
        await expect(anns.get_by_label("2 new messages")).to_be_visible()
        assert await fits(screens.page)
        await anns.click()
        await expect(screens.of(screens.ann)).to_be_in_viewport(ratio=0.9)
        await expect(anns.get_by_label("new messages")).to_be_hidden()
        await expect(screens.of(screens.ann).get_by_label("Message", exact=True)).to_be_in_viewport(ratio=1)
        assert await fits(screens.page)


async def test_tabs_follow_the_arrow_keys_and_a_swipe() -> None:
    async with two_phones(viewport=PHONE_SIZED, reduced_motion="reduce", touch=True) as screens:
        sams, anns = screens.page.get_by_role("tab", name="Sam"), screens.page.get_by_role("tab", name="Ann")
        await sams.focus()
        await sams.press("ArrowRight")
        await expect(anns).to_be_focused()
        await expect(screens.of(screens.ann)).to_be_in_viewport(ratio=0.9)
        await swipe(screens.page, 40, 320)
        await expect(sams).to_have_attribute("aria-selected", "true")
        await expect(anns).to_have_attribute("aria-selected", "false")


async def test_no_phone_is_out_of_reach_at_any_width() -> None:
    async with two_phones() as screens:
        for number in range(4):
            screens.emulator.phone(f"Guest {number}")
        await screens.page.reload()
        last = screens.page.locator("[data-phone]").last
        for width in (320, 360, 720, 1080, 1920):
            await screens.page.set_viewport_size({"width": width, "height": 740})
            assert await fits(screens.page), f"the page scrolls sideways at {width} pixels"
        await last.scroll_into_view_if_needed()
        await expect(last).to_be_in_viewport(ratio=0.95)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("reach", ["open", "impossible"])
async def test_all_words_are_legible_in_both_schemes(
    scheme: Literal["light", "dark"], reach: Literal["open", "impossible"]
) -> None:
    async with two_phones(color_scheme=scheme, reduced_motion="reduce") as screens:
        await fill(screens)
        if reach == "impossible":
            await screens.emulator.stop()
            await expect(screens.page.get_by_test_id("connection")).to_be_visible()
            await screens.page.get_by_test_id("clock-1d").click()
            await expect(screens.page.get_by_test_id("notice")).to_be_visible()
        contrast, words = await screens.page.evaluate(LEAST_CONTRAST)
        assert contrast >= 4.5, f"{words!r} has a contrast of only {contrast:.2f}"
        back = await screens.page.evaluate("getComputedStyle(document.body).backgroundColor")
        brightness = sum(int(part) for part in back.removeprefix("rgb(").removesuffix(")").split(","))
        assert (brightness > 600) == (scheme == "light")


async def test_nothing_moves_for_those_who_ask_for_stillness() -> None:
    moving = "document.getAnimations().length"
    for wish, expected in (("no-preference", True), ("reduce", False)):
        async with two_phones(reduced_motion=wish) as screens:
            sent = await screens.bot.send_message(screens.ann.id, "?", reply_markup=keys("Press"))
            button = screens.bubble(screens.ann, sent.message_id).get_by_role("button")
            await button.click()
            await expect(button).to_have_attribute("aria-busy", "true")
            assert bool(await screens.page.evaluate(moving)) is expected


async def test_without_a_browser_the_tests_say_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        browser_or_skip()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        browser_or_skip()
    assert "\n" not in ADVICE
