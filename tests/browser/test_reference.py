"""The reference, a page for each namespace, is not endless."""

from built_book import pages

TALLEST = 20_000  # px, of a laptop's window


def test_no_page_of_the_reference_is_taller_than_that(open_page):
    heights = {}
    for path in pages():
        if path.parent.name == "api":
            page = open_page(path.as_uri(), formulas=False)
            heights[path.stem] = page.evaluate("document.documentElement.scrollHeight")
            page.close()
    assert len(heights) > 10
    assert {name: height for name, height in heights.items() if height > TALLEST} == {}
