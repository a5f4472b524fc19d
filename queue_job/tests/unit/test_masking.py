# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections import namedtuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.masking import MASK, is_secret, mask, mask_text


@pytest.mark.parametrize(
    "name",
    """
    password PASSWORD db_password dbPassword mypassword passwd passphrase pwd
    token access_token accessToken tokens csrf-token
    key api_key apiKey apikey APIKey X-Api-Key private_key webhook_key
    secret client_secret secrets Authorization auth bearer cookie otp pin credentials
    """.split(),  # noqa: SIM905
)
def test_secrets(name):
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    """
    keyboard monkey secretary_id tokenizer author authored spin opinion keys name
    identity_key concurrency_key external_id
    """.split(),  # noqa: SIM905
)
def test_harmless_names(name):
    assert not is_secret(name)


def test_names_that_are_no_texts():
    assert not is_secret(5)
    assert not is_secret(None)
    assert not is_secret(("password",))


def test_further_names():
    assert is_secret("Iban", ["iban"])
    assert mask({"iban": "BE1", "x": [{"IBAN": "BE2"}]}, ["iban"]) == {
        "iban": MASK,
        "x": [{"IBAN": MASK}],
    }


def test_nested_arguments():
    Login = namedtuple("Login", "name password")
    arguments = {
        "url": "https://shop.example.com",
        "options": [{"password": "x", "timeout": 5}, ("a", {"api_key": {"deep": "y"}})],
        "login": Login("me", "z"),
        "ids": {1, 2},
    }
    assert mask(arguments) == {
        "url": "https://shop.example.com",
        "options": [{"password": MASK, "timeout": 5}, ("a", {"api_key": MASK})],
        "login": Login("me", MASK),
        "ids": {1, 2},
    }
    assert arguments["options"][0]["password"] == "x"


@pytest.mark.parametrize("missing", [None, "", False])
def test_a_missing_secret_is_shown_as_missing(missing):
    assert mask({"password": missing}) == {"password": missing}


def test_passwords_in_addresses():
    assert mask(["ftp://me:s3cr:et@host/x", "see http://host:80/a@b"]) == [
        f"ftp://me:{MASK}@host/x",
        "see http://host:80/a@b",
    ]


SECRET = "S3CR3T-VALUE"
NAMES = st.sampled_from(["password", "api_key", "accessToken"])
PLAIN = st.recursive(
    st.none() | st.integers() | st.text("abc ", max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc", max_size=3), inner),
    max_leaves=10,
)


def wrap(inner):
    return (
        st.lists(inner, min_size=1)
        | st.tuples(PLAIN, inner)
        | st.dictionaries(st.text("abc", max_size=3), inner, min_size=1)
    )


HIDING = st.recursive(st.builds(lambda name: {name: SECRET}, NAMES), wrap, max_leaves=8)


@given(HIDING)
def test_however_deep_a_secret_is_hidden(value):
    assert SECRET in repr(value)
    assert SECRET not in repr(mask(value))


@given(PLAIN)
def test_what_has_no_secret_is_shown_as_it_is(value):
    assert mask(value) == value


@given(HIDING)
def test_masking_twice_changes_nothing_more(value):
    assert mask(mask(value)) == mask(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password=abc", f"password={MASK}"),
        ("login with password: 'a b c', retry", f"login with password: {MASK}, retry"),
        ('{"api_key": "x\\"y", "name": "z"}', f'{{"api_key": {MASK}, "name": "z"}}'),
        ("{'access_token': 'abc', 'n': 5}", f"{{'access_token': {MASK}, 'n': 5}}"),
        ("GET /x?token=abc&page=2 200", f"GET /x?token={MASK}&page=2 200"),
        ("Authorization: Bearer abc.def-ghi", f"Authorization: Bearer {MASK}"),
        ("Authorization: Basic dXNlcjpwYXNz", f"Authorization: Basic {MASK}"),
        ("sent Bearer abcdefghijkl==", f"sent Bearer {MASK}"),
        ("https://me:secret@example.com/x", f"https://me:{MASK}@example.com/x"),
        ("X-Api-Key: abc", f"X-Api-Key: {MASK}"),
        (r"body \"client_secret\": \"abc\" end", rf"body \"client_secret\": {MASK} end"),
    ],
)
def test_secrets_in_texts(text, expected):
    assert mask_text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "KeyError: 'name'",
        "odoo.TokenError: gone",
        "identity_key: abc",
        "duplicate key value violates unique constraint",
        "DETAIL: Key (name)=(x) already exists.",
        "password=, next",
        "password: None",
        "12:30:45 done=5",
        "https://example.com/tokens",
        "",
    ],
)
def test_harmless_texts_stay(text):
    assert mask_text(text) == text


@given(st.text())
def test_any_text_can_be_masked(text):
    assert mask_text(mask_text(text)) == mask_text(mask_text(mask_text(text)))
