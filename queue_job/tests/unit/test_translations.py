# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Translations are complete, and say what their texts need: places for values, tags."""

import re
from pathlib import Path

import pytest

polib = pytest.importorskip("polib")

FOLDER = Path(__file__).parents[2] / "i18n"
LANGUAGES = ("de", "es", "fr", "th")
# Names in angle brackets without attributes, as <model>, are words of their own.
PLACES = re.compile(r"%(?:\(\w+\))?[sd]|</?(?:span|em|code|strong)\b[^>]*>|\{[^}]*\}")


def entries(path):
    return {entry.msgid: entry for entry in polib.pofile(str(path))}


@pytest.fixture(scope="module")
def template():
    return entries(FOLDER / "queue_job.pot")


def test_these_are_all():
    assert sorted(path.stem for path in FOLDER.glob("*.po")) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_complete(language, template):
    catalog = entries(FOLDER / f"{language}.po")
    assert set(template) - set(catalog) == set(), "run ./dev translations queue_job"
    assert set(catalog) - set(template) == set(), "run ./dev translations queue_job"
    missing = [text for text, entry in catalog.items() if not entry.msgstr or entry.fuzzy]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_for_values_and_tags_are_the_same(language):
    for text, entry in entries(FOLDER / f"{language}.po").items():
        assert sorted(PLACES.findall(entry.msgstr)) == sorted(PLACES.findall(text)), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_without_a_name_for_each_value_keep_their_order(language):
    for text, entry in entries(FOLDER / f"{language}.po").items():
        assert text.count("%s") < 2, text
        # A per cent sign before a letter would be taken for a place, too.
        assert entry.msgstr.count("%") == text.count("%"), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_translations(language):
    """Few texts are the same in two languages."""
    catalog = entries(FOLDER / f"{language}.po")
    same = [text for text, entry in catalog.items() if entry.msgstr == text]
    assert len(same) < len(catalog) / 15, same
