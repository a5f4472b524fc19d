# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import traceback

import pytest

from odoo.addons.queue_job.engine.failure import failure_values, mask_traceback, qualified_name
from odoo.addons.queue_job.exception import JobError
from odoo.addons.queue_job.rules.masking import MASK, is_suspect, mask_text


@pytest.mark.parametrize(
    ("error", "name", "message"),
    [
        (ValueError("no luck"), "ValueError", "no luck"),
        (Exception("plain"), "Exception", "plain"),
        (KeyError("x"), "KeyError", "x"),
        (OSError(2, "No such file"), "FileNotFoundError", "[Errno 2] No such file"),
        (JobError(), "odoo.addons.queue_job.exception.JobError", ""),
    ],
)
def test_what_is_kept_of_an_error(error, name, message):
    assert failure_values(error, "trace") == {
        "exc_name": name,
        "exc_message": message,
        "exc_info": "trace",
    }
    assert qualified_name(error) == name


@pytest.mark.parametrize(
    "text",
    [
        "Max retries exceeded with url: /api?page=1&access_token=S3CR3T (Caused by x)",
        "401 for https://admin:S3CR3T@shop.example.com/api",
        "{'user': 'me', 'password': 'S3CR3T'}",
        '{"client_secret": "S3CR3T"}',
        "headers Authorization: Bearer S3CR3T",
        "https://me:S3CR3T@example.com?token=S3CR3T",
        "url=https://example.com?page=1&api_key=S3CR3T",
    ],
)
def test_secrets_in_messages_are_hidden(text):
    assert is_suspect(text)
    masked = mask_text(text)
    assert "S3CR3T" not in masked
    assert MASK in masked
    values = failure_values(ValueError(text), f"Traceback\nValueError: {text}\n")
    assert "S3CR3T" not in str(values)


def test_the_code_in_a_traceback_stays():
    def call():
        password = "x"
        token = password.upper()
        raise ValueError(f"refused: token={token}")

    with pytest.raises(ValueError) as caught:
        call()
    text = "".join(traceback.format_exception(caught.value))
    masked = mask_traceback(text)
    assert f"ValueError: refused: token={MASK}\n" in masked
    assert 'raise ValueError(f"refused: token={token}")' in masked
    assert masked.splitlines()[:-1] == text.splitlines()[:-1]


def test_an_error_whose_text_cannot_be_shown():
    class Broken(Exception):
        def __str__(self):
            raise RuntimeError("no text")

    assert failure_values(Broken(), "trace")["exc_message"] == "Broken (its text can't be shown)"
