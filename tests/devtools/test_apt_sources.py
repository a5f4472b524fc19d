# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Reading apt's sources in both formats."""

import pytest

from devtools.apt_sources import (
    Source,
    codename,
    debian_mirror,
    parse_deb822,
    parse_list,
    parse_stanza,
    read,
)
from devtools.errors import DevError

DEB822 = """\
# A comment before
Types: deb deb-src
URIs: http://mirror.example/debian http://other.example/debian
Suites: trixie trixie-updates
# A comment inside
Components: main contrib
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb-src
URIs: http://sources.example/debian
Suites: trixie
Components: main

Types: deb
Enabled: no
URIs: http://disabled.example/debian
Suites: trixie
Components: main
"""

INLINE_KEY = """\
Types: deb
URIs: http://mirror.example/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 bWFkZSB1cA==
 -----END PGP PUBLIC KEY BLOCK-----
"""


def test_one_line_format():
    text = (
        "# deb http://commented.example/debian trixie main\n"
        "deb http://mirror.example/debian trixie main contrib # with a comment\n"
        "deb-src http://mirror.example/debian trixie main\n"
        "deb [arch=amd64 signed-by=/etc/apt/key.gpg] http://signed.example/debian sid main\n"
        "\n"
        "nonsense\n"
    )
    assert parse_list(text) == [
        Source("http://mirror.example/debian", ("trixie",), ("main", "contrib")),
        Source("http://signed.example/debian", ("sid",), ("main",), "/etc/apt/key.gpg"),
    ]


def test_deb822_format():
    suites, components = ("trixie", "trixie-updates"), ("main", "contrib")
    key = "/usr/share/keyrings/archive.gpg"
    assert parse_deb822(DEB822) == [
        Source("http://mirror.example/debian", suites, components, key),
        Source("http://other.example/debian", suites, components, key),
    ]


def test_deb822_with_the_key_inside():
    (source,) = parse_deb822(INLINE_KEY)
    assert source.signed_by.splitlines() == [
        "-----BEGIN PGP PUBLIC KEY BLOCK-----",
        "",
        "bWFkZSB1cA==",
        "-----END PGP PUBLIC KEY BLOCK-----",
    ]


def test_stanza_fields_have_lower_case_names():
    assert parse_stanza("URIs: a\nX-Long: one\n two\n") == {"uris": "a", "x-long": "one\ntwo"}


def test_all_files_of_the_folder_are_read(tmp_path):
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (tmp_path / "sources.list").write_text("deb http://a.example/debian trixie main\n")
    (parts / "debian.sources").write_text(INLINE_KEY)
    (parts / "b.list").write_text("deb http://b.example/debian trixie main\n")
    (parts / "b.list.save").write_text("deb http://saved.example/debian trixie main\n")
    assert [source.uri for source in read(tmp_path)] == [
        "http://a.example/debian",
        "http://b.example/debian",
        "http://mirror.example/debian",
    ]


def test_no_sources_at_all(tmp_path):
    assert read(tmp_path / "missing") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ID=debian\nVERSION_CODENAME=trixie\nNAME="Debian"\n', "trixie"),
        ("ID=debian\n", "sid"),
        ('ID="ubuntu"\nVERSION_CODENAME=noble\n', ""),
        ("", ""),
    ],
)
def test_code_name(tmp_path, text, expected):
    path = tmp_path / "os-release"
    path.write_text(text)
    assert codename(path) == expected


def test_code_name_without_the_file(tmp_path):
    assert codename(tmp_path / "missing") == ""


def test_mirror_is_the_first_with_the_release_itself():
    sources = [
        Source("http://tools.example", ("stable",), ("main",)),
        Source("http://security.example", ("trixie-security",), ("main",)),
        Source("http://nonfree.example", ("trixie",), ("non-free",)),
        Source("http://mirror.example", ("trixie", "trixie-updates"), ("main",)),
        Source("http://later.example", ("trixie",), ("main",)),
    ]
    assert debian_mirror(sources, "trixie").uri == "http://mirror.example"
    for release in ("bookworm", ""):
        with pytest.raises(DevError, match="--odoo PATH"):
            debian_mirror(sources, release)
