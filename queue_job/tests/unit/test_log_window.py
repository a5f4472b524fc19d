# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.log_window import MAX_LINE_CHARS, LogWindow

DATE = datetime(2030, 1, 1)


def add(window, *messages):
    for message in messages:
        window.add(DATE, "INFO", "a", message)


def messages(window):
    return [line.message for line in window.news()]


def test_the_last_lines_are_kept():
    window = LogWindow(max_lines=2)
    add(window, "a", "b", "c")
    assert messages(window) == ["b", "c"]
    assert window.first == 2


def test_a_long_line_drives_out_others_but_not_itself():
    window = LogWindow(max_chars=10)
    add(window, "12345", "67890", "x" * 20)
    assert messages(window) == ["x" * 20]


def test_a_line_that_is_far_too_long_is_cut():
    window = LogWindow()
    add(window, "x" * (MAX_LINE_CHARS + 1))
    [text] = messages(window)
    assert len(text) == MAX_LINE_CHARS
    assert text.endswith(" …")


def test_what_is_stored_is_no_news():
    window = LogWindow()
    assert not window.has_news
    assert window.first == 1
    add(window, "a", "b")
    assert window.has_news
    window.mark_stored(1)
    assert messages(window) == ["b"]
    window.mark_stored(2)
    assert not window.has_news
    add(window, "c")
    assert messages(window) == ["c"]


@given(st.lists(st.one_of(st.text(max_size=30), st.just("store"))), st.integers(1, 5))
def test_nothing_is_reported_twice_and_bounds_hold(actions, max_lines):
    window = LogWindow(max_lines=max_lines, max_chars=50)
    seen = []
    logged = 0
    for action in actions:
        if action == "store":
            news = window.news()
            seen += [line.number for line in news]
            if news:
                window.mark_stored(news[-1].number)
        else:
            add(window, action)
            logged += 1
        kept = window._lines
        assert len(kept) <= max_lines
        assert sum(len(line.message) for line in kept) <= 50 or len(kept) == 1
    seen += [line.number for line in window.news()]
    assert seen == sorted(set(seen))
    # The last one is never lost.
    assert not logged or seen[-1] == logged
