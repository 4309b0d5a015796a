"""Makes the screenshots of ``docs/screenshots`` from the running pages: ``python -m tests.browser.screenshots``."""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.browser.house import DESKTOP, NOISE, PHONE, House, open_browser, open_house, person

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


async def say(page: Page, text: str) -> None:
    """Type, send, and wait for the answer."""
    before = await page.locator(".message.theirs:not(.typing)").count()
    await page.locator("#text").fill(text)
    await page.locator("#send").click()
    await page.locator(".message.theirs:not(.typing)").nth(before).wait_for()


async def tap(page: Page, payload_title: str) -> None:
    """Tap the button with that title and wait for the answer."""
    before = await page.locator(".message.theirs:not(.typing)").count()
    await page.get_by_role("button", name=payload_title, exact=True).click()
    await page.locator(".message.theirs:not(.typing)").nth(before).wait_for()


async def file_complaint(page: Page, url: str, language: str) -> None:
    """From the first page to the tracking number."""
    titles = {"zh": ("只在这里回复", "提交"), "en": ("Answer me here", "Submit")}[language]
    await page.goto(f"{url}/?lang={language}")
    await say(page, NOISE[language])
    for title in titles:
        await tap(page, title)


async def citizen(browser: Browser, house: House, language: str, name: str, **options: object) -> None:
    """The first page, the summary, and the complaint filed."""
    async with person(browser, language, **options) as context:
        page = await context.new_page()
        await page.goto(f"{house.url}/?lang={language}")
        await page.screenshot(path=FOLDER / f"citizen-{name}-start.png")
        await say(page, NOISE[language])
        await page.screenshot(path=FOLDER / f"citizen-{name}-summary.png")
    async with person(browser, language, **options) as context:
        page = await context.new_page()
        await file_complaint(page, house.url, language)
        await page.screenshot(path=FOLDER / f"citizen-{name}-filed.png")


async def staff(browser: Browser, house: House, language: str, name: str, **options: object) -> None:
    """The inbox, and a case with an export."""
    async with person(browser, language, **options) as context:
        page = await context.new_page()
        await page.goto(f"{house.url}/staff?lang={language}")
        await page.locator("#gate").wait_for()
        await page.goto(await house.sign_in_link())
        await page.locator("#sign-in button").click()
        await page.locator("[data-command='/inbox']").wait_for()
        await page.locator(".message").first.wait_for()
        await page.locator("[data-command='/inbox']").click()
        await page.locator(".choice", has_text="XF20").first.wait_for()
        await page.screenshot(path=FOLDER / f"staff-{name}-inbox.png")
        before = await page.locator(".message.theirs:not(.typing)").count()
        await page.locator(".choice", has_text="XF20").first.click()
        await page.locator(".message.theirs:not(.typing)").nth(before).wait_for()
        await page.screenshot(path=FOLDER / f"staff-{name}-case.png")
        await page.locator("[data-command^='/export']").click()
        await page.locator("a.file").wait_for()
        await page.screenshot(path=FOLDER / f"staff-{name}-export.png")


async def main() -> None:
    """All of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with open_house(Path(folder)) as house, open_browser() as browser:
            for language in ("zh", "en"):
                phone = {"viewport": PHONE, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
                await citizen(browser, house, language, f"phone-{language}", **phone)
                await citizen(browser, house, language, f"desktop-{language}", viewport=DESKTOP)
                await staff(browser, house, language, f"phone-{language}", **phone)
                await staff(browser, house, language, f"desktop-{language}", viewport=DESKTOP)
            dark = {"viewport": PHONE, "device_scale_factor": 2, "color_scheme": "dark"}
            await citizen(browser, house, "zh", "dark-zh", **dark)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
