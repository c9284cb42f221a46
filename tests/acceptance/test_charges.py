"""In a real browser whose content policy is switched off, no text of a place or of a person runs as a script."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route
from sqlalchemy.orm import Session

from tests.factories.charges import CHARGES, choose
from tests.integration.test_charges import lay

SITE = "http://essai.test"
TEMOIN = "window.tlxss = () => { window.joue = (window.joue || 0) + 1 }"
# What a reader's hand does without thinking: passes over everything, and goes from field to field.
GESTES = """() => {
    for (const element of document.querySelectorAll("*")) {
        element.dispatchEvent(new MouseEvent("mouseover", {bubbles: true}));
        if (element.tabIndex >= 0) element.focus();
    }
    return window.joue || 0;
}"""


@pytest.fixture
def page(chromium: Browser, client: FlaskClient) -> Iterator[Page]:
    """A page whose every request is answered by the application on the test's own database."""
    contexte = chromium.new_context(bypass_csp=True, viewport={"width": 800, "height": 600})
    contexte.add_init_script(TEMOIN)

    def answer(route: Route) -> None:
        demande = route.request
        url = urlsplit(demande.url)
        if url.netloc != urlsplit(SITE).netloc or demande.resource_type in {"image", "font", "stylesheet"}:
            route.abort()
            return
        with client.open(url.path, query_string=url.query, method=demande.method, base_url=SITE) as reponse:
            route.fulfill(status=reponse.status_code, headers=dict(reponse.headers), body=reponse.data)

    contexte.route("**/*", answer)
    yield contexte.new_page()
    contexte.close()


def test_the_browser_would_run_a_script_that_is_not_escaped(page: Page) -> None:
    # Without this, a page that shows nothing would prove nothing.
    joues = 0
    for charge in CHARGES[:8]:
        page.set_content(f"<p>{charge}</p>")
        page.evaluate(TEMOIN)
        page.set_content(f"<p>{charge}</p>")
        page.wait_for_timeout(20)
        joues += bool(page.evaluate(GESTES))
    assert joues >= 4


def test_no_place_runs_a_script(page: Page, session: Session) -> None:
    # Every way out and every script; that all pages are built alike for all of them is shown without a browser.
    for rang, charge in enumerate(choose(3)):
        public_id = lay(session, charge, rang)
        page.goto(f"{SITE}/lieux/{public_id}", wait_until="domcontentloaded")
        assert page.evaluate(GESTES) == 0, charge


def test_no_list_of_places_runs_a_script(page: Page, session: Session) -> None:
    for rang, charge in enumerate(CHARGES):
        lay(session, charge, rang)
    for debut in range(0, 100, 20):
        page.goto(f"{SITE}/recherche?lon={-4.49 + debut / 10_000}&lat=48.39", wait_until="domcontentloaded")
        assert page.locator("main").inner_text().count("tlxss") >= 10
        assert page.evaluate(GESTES) == 0
