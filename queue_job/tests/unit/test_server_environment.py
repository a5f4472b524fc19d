# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Settings that OCA's server_environment has read from files of its own."""

import configparser
import importlib.machinery
import sys
import types

import pytest

from odoo.addons.queue_job.engine import configuration

NAME = "odoo.addons.server_environment"
FILE = """
[options]
workers = 2
[queue_job]
channels = root:4
http_auth_user = from_file
"""


@pytest.fixture
def load(monkeypatch, tmp_path):
    """Load the settings with a configuration file, and an addon where texts of it are given."""
    file = tmp_path / "odoo.conf"
    file.write_text(FILE)
    monkeypatch.setitem(configuration.config.options, "config", str(file))

    def load(text=None):
        if text is not None:
            module = types.ModuleType(NAME)
            module.__spec__ = importlib.machinery.ModuleSpec(NAME, None)
            module.serv_config = configparser.ConfigParser()
            module.serv_config.read_string(text)
            monkeypatch.setitem(sys.modules, NAME, module)
        return configuration.load()

    return load


def channels(settings):
    return [f"{spec.name}:{spec.capacity}" for spec in settings.channels]


def test_without_the_addon_the_file_is_all(load):
    settings, _problems = load()
    assert channels(settings) == ["root:4"]


def test_its_section_goes_before_that_of_the_file(load):
    settings, problems = load("[queue_job]\nchannels = root:7,root.sale:2\n")
    assert channels(settings) == ["root:7", "root.sale:2"]
    assert not [one for one in problems if one.level == configuration.ERROR]


def test_keys_it_does_not_have_are_those_of_the_file(load):
    settings, _problems = load("[queue_job]\nhost = 100%sure\n[other]\nchannels = root:1\n")
    assert channels(settings) == ["root:4"]


def test_a_file_of_it_without_our_section_changes_nothing(load):
    assert channels(load("[other]\nchannels = root:1\n")[0]) == ["root:4"]


def test_an_addon_that_can_not_be_asked_is_named_and_the_file_holds(load, monkeypatch):
    module = types.ModuleType(NAME)
    module.__spec__ = importlib.machinery.ModuleSpec(NAME, None)
    monkeypatch.setitem(sys.modules, NAME, module)
    settings, problems = load()
    assert channels(settings) == ["root:4"]
    assert [one.level for one in problems if "server_environment" in one.message] == ["error"]
