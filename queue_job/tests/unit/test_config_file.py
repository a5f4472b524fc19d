# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.queue_job.rules.config_file import read_sections
from odoo.addons.queue_job.rules.settings import read_settings


def test_all_sections_are_read(tmp_path):
    file = tmp_path / "openerp-server.conf"
    file.write_text(
        "[options]\nworkers = 2\n"
        "[queue_job]\nchannels = root:4\n  root.a:2\npassword = 50%off;x\n"
        "[options-connector]\nChannels = root:1\n",
        encoding="utf-8",
    )
    sections, error = read_sections(file)
    assert error is None
    assert sections["options"] == {"workers": "2"}
    assert sections["queue_job"]["password"] == "50%off;x"
    assert sections["options-connector"] == {"channels": "root:1"}
    settings, problems = read_settings(sections, {}, {})
    assert problems == []
    assert [spec.name for spec in settings.channels] == ["root", "root.a"]


def test_no_file():
    assert read_sections(None) == ({}, None)
    assert read_sections("/does/not/exist.conf") == ({}, None)


def test_a_broken_file_is_named(tmp_path):
    file = tmp_path / "odoo.conf"
    file.write_text("channels = root:4\n", encoding="utf-8")
    sections, error = read_sections(file)
    assert sections == {}
    assert str(file) in error
    assert "\n" not in error


def test_an_undecodable_file_is_named(tmp_path):
    file = tmp_path / "odoo.conf"
    file.write_bytes(b"[queue_job]\nuser = \xff\n")
    assert str(file) in read_sections(file)[1]


def test_a_repeated_key_keeps_the_last(tmp_path):
    file = tmp_path / "odoo.conf"
    file.write_text("[queue_job]\nchannels = root:1\nchannels = root:2\n", encoding="utf-8")
    assert read_sections(file) == ({"queue_job": {"channels": "root:2"}}, None)
