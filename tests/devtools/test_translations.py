# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Translations are complete, and say what their texts need: places for values, tags."""

import re
from pathlib import Path

import pytest

polib = pytest.importorskip("polib")

ROOT = Path(__file__).parents[2]
ADDONS = ("connector", "queue_job")
LANGUAGES = ("de", "es", "fr", "th")
# Names in angle brackets without attributes, as <model>, are words of their own.
PLACES = re.compile(r"%(?:\(\w+\))?[sd]|</?(?:span|em|code|strong)\b[^>]*>|\{[^}]*\}")

each_catalog = pytest.mark.parametrize(
    ("addon", "language"), [(addon, language) for addon in ADDONS for language in LANGUAGES]
)


def entries(addon, name):
    path = ROOT / addon / "i18n" / name
    return {entry.msgid: entry for entry in polib.pofile(str(path))}


@pytest.mark.parametrize("addon", ADDONS)
def test_these_are_all(addon):
    found = (ROOT / addon / "i18n").glob("*.po")
    assert sorted(path.stem for path in found) == sorted(LANGUAGES)


@each_catalog
def test_complete(addon, language):
    template, catalog = entries(addon, f"{addon}.pot"), entries(addon, f"{language}.po")
    assert set(template) - set(catalog) == set(), f"run ./dev translations {addon}"
    assert set(catalog) - set(template) == set(), f"run ./dev translations {addon}"
    missing = [text for text, entry in catalog.items() if not entry.msgstr or entry.fuzzy]
    assert missing == []


@each_catalog
def test_places_for_values_and_tags_are_the_same(addon, language):
    for text, entry in entries(addon, f"{language}.po").items():
        assert sorted(PLACES.findall(entry.msgstr)) == sorted(PLACES.findall(text)), text


@each_catalog
def test_texts_without_a_name_for_each_value_keep_their_order(addon, language):
    for text, entry in entries(addon, f"{language}.po").items():
        assert text.count("%s") < 2, text
        # A per cent sign before a letter would be taken for a place, too.
        assert entry.msgstr.count("%") == text.count("%"), text


@each_catalog
def test_they_are_translations(addon, language):
    """Few texts are the same in two languages."""
    catalog = entries(addon, f"{language}.po")
    same = [text for text, entry in catalog.items() if entry.msgstr == text]
    assert len(same) < len(catalog) / 15, same


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_word_for_one_thing(language):
    """What both addons show beside each other has one name."""
    of_jobs, of_connectors = (
        entries(addon, f"{language}.po") for addon in ("queue_job", "connector")
    )
    shared = of_jobs.keys() & of_connectors.keys()
    assert {t: of_connectors[t].msgstr for t in shared} == {t: of_jobs[t].msgstr for t in shared}
