"""What people do on the pages, in a real browser: by touch, by keyboard, without a network, after a reload."""

import io

import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, FilePayload, Page, Route, expect

from tests.browser.house import DESKTOP, NOISE, PHONE, House, person
from tests.browser.screenshots import file_complaint, say, tap

THEIRS = ".message.theirs:not(.typing)"


def photo() -> bytes:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "olive").save(file, "PNG")
    return file.getvalue()


async def opened(context: BrowserContext, url: str) -> tuple[Page, list[str]]:
    """A page, and what it complains of."""
    page, complaints = await context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    await page.goto(url)
    return page, complaints


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_complaint_is_filed_followed_and_still_there_after_a_reload(
    house: House, browser: Browser, language: str
) -> None:
    async with person(browser, language) as citizen, person(browser, language, viewport=DESKTOP) as desk:
        page, complaints = await opened(citizen, house.url)
        await file_complaint(page, house.url, language)
        receipt = await page.locator(THEIRS).last.inner_text()
        staff, _ = await opened(desk, await house.sign_in_link())
        await staff.locator("#sign-in button").click()
        await staff.locator("[data-command='/inbox']").click()
        await staff.locator(".choice", has_text="XF20").click()
        await tap(staff, {"zh": "受理", "en": "Accept"}[language])
        push = page.locator(THEIRS).nth(4)
        await push.wait_for()
        assert "XF20261123" in receipt
        assert "XF20261123" in await push.inner_text()
        said = await page.locator(".message").count()
        await page.reload()
        await expect(page.locator(".message")).to_have_count(said)
        await expect(page.locator(THEIRS).last.locator(".choice").first).to_be_visible()
        assert complaints == []


async def test_words_that_wait_are_offered_to_the_case_first(house: House, browser: Browser) -> None:
    async with person(browser) as citizen:
        page, _ = await opened(citizen, house.url)
        await file_complaint(page, house.url, "zh")
        await say(page, "还有二十几个家长也是")
        await expect(page.locator(".choice.first")).to_have_text(["补充到那一件"])
        await expect(page.locator(".choice", has_text="不是，新的事情")).to_be_visible()


async def test_everything_is_reached_with_the_keyboard(house: House, browser: Browser) -> None:
    async with person(browser, viewport=DESKTOP) as citizen:
        page, _ = await opened(citizen, house.url)
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#text")).to_be_focused()
        await page.keyboard.type(NOISE["zh"])
        await page.keyboard.press("Enter")
        button = page.locator(".choice", has_text="只在这里回复")
        await button.wait_for()
        while not await button.evaluate("each => each === document.activeElement"):
            await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="提交", exact=True).wait_for()
        await expect(page.locator("#text")).to_be_focused()


async def test_what_is_typed_without_a_network_is_sent_once_it_is_back(house: House, browser: Browser) -> None:
    async with person(browser) as citizen:
        page, _ = await opened(citizen, house.url)
        await say(page, "你好")
        await citizen.set_offline(True)
        await page.locator("#text").fill(NOISE["zh"])
        await page.locator("#send").click()
        await expect(page.locator("#notice")).to_be_visible()
        await citizen.set_offline(False)
        await expect(page.locator(THEIRS).last).to_contain_text("幸福路88号")
        await expect(page.locator(".message.mine")).to_have_count(2)
        await page.reload()
        await expect(page.locator(".message.mine")).to_have_count(2)


async def test_a_page_that_was_closed_before_its_message_left_sends_it_later(house: House, browser: Browser) -> None:
    async with person(browser) as citizen:
        page, _ = await opened(citizen, house.url)
        await say(page, "你好")
        await page.route("**/webhooks/**", lambda route: route.abort())
        await page.locator("#text").fill(NOISE["zh"])
        await page.locator("#send").click()
        await expect(page.locator("#notice")).to_be_visible()
        await page.close()
        again, _ = await opened(citizen, house.url)
        await expect(again.locator(THEIRS).last).to_contain_text("幸福路88号")
        await expect(again.locator(".message.mine")).to_have_count(2)


async def test_an_answer_that_got_lost_on_the_way_is_asked_for_again_and_nothing_doubles(
    house: House, browser: Browser
) -> None:
    async with person(browser) as citizen:
        page, _ = await opened(citizen, house.url)
        lost: list[int] = []

        async def lose(route: Route) -> None:
            if not lost:
                lost.append(1)
                await route.fetch()
                await route.abort()
            else:
                await route.continue_()

        await page.route("**/webhooks/**", lose)
        await page.locator("#text").fill(NOISE["zh"])
        await page.locator("#send").click()
        await expect(page.locator(THEIRS).last).to_contain_text("幸福路88号")
        await expect(page.locator(THEIRS)).to_have_count(2)
        await page.reload()
        await expect(page.locator(THEIRS)).to_have_count(2)


async def test_markup_is_shown_as_it_was_typed(house: House, browser: Browser) -> None:
    hostile = '<img src=x onerror="document.title=1"><b>幸福路88号</b> https://example.org/<i>'
    async with person(browser) as citizen:
        page, complaints = await opened(citizen, house.url)
        await say(page, hostile)
        assert hostile in await page.locator(".message.mine .text").inner_text()
        await page.reload()
        await expect(page.locator(".message.mine .text")).to_have_text(hostile)
        assert await page.locator("#log img, #log b, #log i:not(.dots i)").count() == 0
        assert complaints == []


async def test_a_photo_is_previewed_sent_and_shown_and_a_wrong_file_says_why(house: House, browser: Browser) -> None:
    async with person(browser) as citizen:
        page, complaints = await opened(citizen, house.url)
        files: list[FilePayload] = [
            {"name": "工地.png", "mimeType": "image/png", "buffer": photo()},
            {"name": "page.html", "mimeType": "text/html", "buffer": b"<html>"},
        ]
        await page.locator("#picker").set_input_files(files)
        await expect(page.locator("#files img")).to_be_visible()
        await expect(page.locator("#files li.bad .why")).to_be_visible()
        await expect(page.locator("#files progress")).to_have_count(0)
        await say(page, "晚上工地一直打桩")
        shown = page.locator(".message.mine .picture img")
        await expect(shown).to_be_visible()
        assert await shown.evaluate("each => each.decode().then(() => each.naturalWidth)") == 40
        await expect(page.locator("#files")).to_be_hidden()
        assert complaints == []


async def test_the_place_is_shared_where_it_is_allowed_and_typed_where_not(house: House, browser: Browser) -> None:
    place = {"latitude": 31.2304, "longitude": 121.4737}
    async with person(browser, geolocation=place, permissions=["geolocation"]) as citizen:
        page, _ = await opened(citizen, house.url)
        await page.locator("#location").click()
        await expect(page.locator(".message.mine .text")).to_contain_text("31.23040")
        await expect(page.locator(THEIRS)).to_have_count(2)
    async with person(browser) as citizen:
        page, _ = await opened(citizen, house.url)
        await page.locator("#location").click()
        await expect(page.locator("#notice")).to_contain_text("打字")
        await expect(page.locator("#text")).to_be_focused()


async def test_the_language_is_changed_for_the_page_and_the_conversation(house: House, browser: Browser) -> None:
    async with person(browser) as citizen:
        page, _ = await opened(citizen, house.url)
        await say(page, NOISE["zh"])
        await page.locator(".languages a").click()
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(page.locator(THEIRS).last).to_contain_text("How can we reach you?")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_nothing_is_wider_than_a_small_phone_and_targets_are_big(
    house: House, browser: Browser, language: str
) -> None:
    async with person(browser, language, viewport={"width": 320, "height": 640}) as citizen:
        page, _ = await opened(citizen, f"{house.url}/?lang={language}")
        await say(page, NOISE[language] + " " + "https://example.org/" + "x" * 300)
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        assert await page.evaluate("document.getElementById('log').scrollWidth <= 320")
        for each in await page.locator("button:visible, a:visible, textarea:visible, summary:visible").all():
            box = await each.bounding_box()
            inline = await each.evaluate("each => getComputedStyle(each).display === 'inline'")
            assert box and (box["height"] >= 44 or inline), await each.evaluate("each => each.outerHTML")


async def test_staff_without_a_session_are_told_how_to_get_in(house: House, browser: Browser) -> None:
    async with person(browser, "en", viewport=PHONE) as stranger:
        page, _ = await opened(stranger, f"{house.url}/staff")
        await expect(page.locator("#gate")).to_contain_text("sign-in link")
        await expect(page.locator("#composer")).to_be_hidden()
