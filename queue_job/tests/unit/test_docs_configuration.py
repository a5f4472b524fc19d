# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the configuration reference says is what the code does."""

import re
from pathlib import Path

import pytest

from odoo.addons.queue_job.rules.channels import OPTIONS
from odoo.addons.queue_job.rules.config_file import read_sections
from odoo.addons.queue_job.rules.setting_keys import HTTP_ENV, KEYS
from odoo.addons.queue_job.rules.settings import read_settings

FOLDER = Path(__file__).parents[3] / "docs"
TEXT = (FOLDER / "reference" / "configuration.md").read_text(encoding="utf-8")

#: Configurations that bring up the messages explained in the reference.
WRONG = [
    {"queue_job": {"channels": "root.a:x,root.a:1,a:2,a:2:sequential,a:1:paused=maybe"}},
    {"queue_job": {"channels_time_real": "a:1h,root.report:7200", "limit_time_real": "3600"}},
    {"queue_job": {"job_workers": "x", "workers": "2"}},
    {"queue_job": {"host": "web", "port": "8069"}},
    {"options": {"channels": "root:4"}, "queue-job": {}},
]
VARIABLES = {"ODOO_QUEUE_JOB_CHANNEL": "root:2"}


def table_after(heading):
    """Rows of the first table below a heading, as lists of cells."""
    section = TEXT.split(f"\n{heading}\n", 1)[1]
    ended = section.find("\n\n", section.find("|---"))
    rows = [line for line in section[:ended].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def test_every_key_is_explained_with_its_variables():
    rows = {row[0].strip("`"): row for row in table_after("## Keys")}
    assert set(rows) == set(KEYS)
    for name, row in rows.items():
        assert re.findall(r"`(\w+)`", row[1]) == [KEYS[name].env, *KEYS[name].more_env]


def test_every_option_of_channels_is_explained():
    assert {row[0].strip("`") for row in table_after("## Channels")} == set(OPTIONS)


def test_every_http_variable_is_named():
    for name in HTTP_ENV:
        assert re.search(rf"`(ODOO_QUEUE_JOB)?{name.removeprefix('ODOO_QUEUE_JOB')}`", TEXT)


EXAMPLES = [
    (path.relative_to(FOLDER), text)
    for path in sorted(FOLDER.glob("**/*.md"))
    for text in re.findall(r"```ini\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    if "[queue_job]" in text
]


@pytest.mark.parametrize(("path", "text"), EXAMPLES, ids=lambda value: str(value)[:30])
def test_examples_are_right(path, text, tmp_path):
    file = tmp_path / "odoo.conf"
    file.write_text(text, encoding="utf-8")
    sections, error = read_sections(file)
    assert error is None
    settings, problems = read_settings(sections, {}, {"http_port": 8069})
    assert [str(problem) for problem in problems] == []
    assert settings.sources, f"an example in {path} sets nothing"


MESSAGES = [row[0].strip("`") for row in table_after("## What the messages mean")]


@pytest.mark.parametrize("message", MESSAGES)
def test_messages_are_the_ones_that_appear(message, tmp_path):
    file = tmp_path / "odoo.conf"
    file.write_text("no section", encoding="utf-8")
    said = [read_sections(file)[1]]
    for sections in WRONG:
        said += [str(problem) for problem in read_settings(sections, VARIABLES, {})[1]]
    pattern = ".*".join(re.escape(part) for part in message.split("..."))
    assert any(re.fullmatch(pattern, text) for text in said), said
