"""The Models tab in a real browser: ask, load, unload."""

from playwright.sync_api import expect


def test_a_visitor_asks_a_model_and_sees_its_memory(page):
    page.get_by_role("tab", name="Models", exact=True).click()
    expect(page.locator("#models-picture img")).to_be_visible()
    expect(page.locator("#models-facts")).to_contain_text("predicted from its configuration")
    page.locator("#models-ask").click()
    expect(page.locator("#models-answer .models-done")).to_contain_text("first text after")
    expect(page.locator("#models-memory")).to_contain_text("Scout 3M")
    expect(page.locator("#models-memory")).to_contain_text("exactly as predicted")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_weights_are_loaded_and_unloaded(page):
    page.get_by_role("tab", name="Models", exact=True).click()
    expect(page.locator("#models-facts")).to_contain_text("predicted from its configuration")
    page.locator("#models-weights input").click()
    page.get_by_role("option", name="8 bits per weight").click()
    expect(page.locator("#models-facts")).to_contain_text("with 8 bits per weight")
    loaded = page.locator("#models-memory li", has_text="8 bits per weight")
    page.locator("#models-load").click()
    expect(loaded).to_contain_text("idle")
    page.locator("#models-unload").click()
    expect(loaded).to_have_count(0)
    page.locator("#models-unload").click()
    expect(page.locator(".toast-body").first).to_contain_text("nothing was unloaded")
