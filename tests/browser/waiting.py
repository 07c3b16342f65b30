"""What a page does by itself after it has loaded, or after a reader has changed a setting."""


def until_formulas_are_set(page):
    """Wait until MathJax has set each formula."""
    formulas = page.locator(".math").count()
    page.wait_for_function(
        "n => document.querySelectorAll('.math mjx-container').length >= n", arg=formulas
    )


def until_theme_is(page, theme):
    """Wait until the page has taken the colours of a theme, light or dark."""
    page.wait_for_function("theme => document.documentElement.dataset.theme === theme", arg=theme)


def until_address_ends(page, end):
    """Wait until the page has written its state into its address."""
    page.wait_for_function("end => location.href.endsWith(end)", arg=end)


def settle(page):
    """Wait until the page has drawn what the last change asks for."""
    if getattr(page, "held", False):
        page.clock.run_for(50)
    else:
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
