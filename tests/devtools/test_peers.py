# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Published addons: which, how they are fetched, and what is known to fail."""

import hashlib
import zipfile

import pytest

from devtools import peer_tests, peers
from devtools.environment import ROOT
from devtools.errors import DevError
from devtools.peer_tests import Known
from devtools.peers import Peer
from devtools.results import OdooLog
from devtools.workspace import Workspace

PREFIX = "2026-01-02 03:04:05,678 4321"
GUIDE = ROOT / "docs" / "compatibility.md"


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    workspace = Workspace(tmp_path / "dev")
    workspace.prepare()
    return workspace


def make_wheel(folder, distribution: str, files: dict[str, str]) -> Peer:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{distribution.replace('-', '_')}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        about = f"{distribution.replace('-', '_')}-1.0.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n"
        archive.writestr(f"{about}/METADATA", metadata)
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Peer(distribution, "1.0", f"--hash=sha256:{digest}")


@pytest.fixture
def index(tmp_path, monkeypatch, workspace):
    """A package index in a folder; returns the names that pip was asked for."""
    folder = tmp_path / "index"
    made = [
        make_wheel(folder, "odoo-addon-queue-job", {"odoo/addons/queue_job/a.py": "1"}),
        make_wheel(folder, "odoo-addon-some-thing", {"odoo/addons/some_thing/a.py": "2"}),
        make_wheel(folder, "somelib", {"somelib/__init__.py": "3"}),
    ]
    monkeypatch.setattr(peers, "read", lambda: made)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    asked = []
    run = peers.process.run

    def listening(command, **kwargs):
        asked.append(command[-1].read_text())
        run(command, **kwargs)

    monkeypatch.setattr(peers.process, "run", listening)
    return asked


def test_the_list_is_complete_and_pinned():
    found = peers.read()
    text = peers.REQUIREMENTS.read_text()
    assert len(found) == text.count("==") == text.count("--hash=sha256:")
    assert peers.replaced() == ["queue_job", "component", "component_event", "connector"]
    assert {"queue_job_subscribe", "connector_importer", "test_queue_job"} <= set(peers.tested())
    assert not {*peers.replaced(), *peers.ONLY_NEEDED, ""} & set(peers.tested())


def test_wheels_are_fetched_once_and_unpacked(workspace, index):
    unpacked = peers.provide(workspace)
    assert (unpacked.replaced / "queue_job" / "a.py").read_text() == "1"
    assert (unpacked.others / "some_thing" / "a.py").read_text() == "2"
    assert (unpacked.python / "somelib" / "__init__.py").read_text() == "3"
    assert unpacked.environ() == {"PYTHONPATH": str(unpacked.python)}
    assert len(index) == 1
    peers.provide(workspace)
    assert len(index) == 1


def test_the_cache_outlives_the_set_up(workspace, index, tmp_path):
    peers.provide(workspace)
    other = Workspace(tmp_path / "other")
    other.prepare()
    assert (peers.provide(other).replaced / "queue_job").is_dir()
    assert len(index) == 1


def test_only_what_is_asked_for(workspace, index):
    unpacked = peers.provide(workspace, ["queue_job"])
    assert not unpacked.others.exists()
    assert "some-thing" not in index[0]
    assert unpacked.python.exists()
    peers.provide(workspace)
    assert "queue-job" not in index[1]


def test_other_content_than_pinned_is_refused(workspace, index, monkeypatch):
    wrong = Peer("somelib", "1.0", "--hash=sha256:" + "0" * 64)
    monkeypatch.setattr(peers, "read", lambda: [wrong])
    with pytest.raises(DevError) as caught:
        peers.provide(workspace)
    assert not any(words in str(caught.value) for words in peers.UNREACHABLE)
    assert not wrong.wheel(workspace.cache / "peers")


def test_an_index_out_of_reach_is_told_apart(workspace, index, monkeypatch):
    missing = Peer("some-thing-else", "1.0", "--hash=sha256:" + "0" * 64)
    monkeypatch.setattr(peers, "read", lambda: [missing])
    with pytest.raises(DevError) as caught:
        peers.provide(workspace)
    assert any(words in str(caught.value) for words in peers.UNREACHABLE)


def test_choose():
    assert peer_tests.choose("queue_job_subscribe") == ["queue_job_subscribe"]
    assert peer_tests.choose(None) == [*peers.replaced(), *peers.tested()]
    with pytest.raises(DevError, match="queue_job_subscribe"):
        peer_tests.choose("base_edi")


def log_of(**outcomes: str) -> OdooLog:
    log = OdooLog()
    for test, outcome in outcomes.items():
        logger = "odoo.addons.some_thing.tests.test_it"
        log.feed(f"{PREFIX} INFO db1 {logger}: Starting TestIt.{test} ... ")
        if outcome == "fails":
            log.feed(f"{PREFIX} ERROR db1 {logger}: FAIL: TestIt.{test} ")
    log.feed(f"{PREFIX} INFO db1 odoo.tests.result: 0 error(s) of {len(outcomes)} tests ")
    return log


KNOWN = Known({("some_thing", "TestIt.test_known"): "not kept"}, {})


def test_a_known_failure_counts_as_skipped(capsys):
    log = log_of(test_good="passes", test_known="fails")
    counts = peer_tests.compare(log, KNOWN, ["some_thing"])
    assert (counts.passed, counts.failed, counts.skipped) == (1, 0, 1)
    assert "known to fail, 1: not kept" in capsys.readouterr().out


def test_another_failure_is_red():
    log = log_of(test_good="fails", test_known="fails")
    counts = peer_tests.compare(log, KNOWN, ["some_thing"])
    assert (counts.passed, counts.failed, counts.skipped) == (0, 1, 1)
    assert "TestIt.test_good" in counts.problems[0]


def test_a_known_failure_that_is_none_is_red():
    log = log_of(test_good="passes", test_known="passes")
    counts = peer_tests.compare(log, KNOWN, ["some_thing"])
    assert (counts.passed, counts.failed) == (2, 1)
    assert "TestIt.test_known is said to fail" in counts.problems[0]
    # Whose tests were not run can't have failed.
    assert peer_tests.compare(log, KNOWN, ["queue_job"]).good


def test_modules_that_can_not_be_imported_are_left_out(tmp_path):
    source, target = tmp_path / "theirs", tmp_path / "ours"
    for folder, names in (
        (source, ("__init__", "common", "test_a", "test_b", "helper")),
        (target, ("__init__", "common", "test_mine")),
    ):
        folder.mkdir()
        for name in names:
            (folder / f"{name}.py").write_text(folder.name)
    known = Known({}, {("queue_job", "test_b"): "inside"})
    peer_tests.put_tests(source, target, "queue_job", known)
    assert (target / "__init__.py").read_text() == "from . import test_a\n"
    assert (target / "common.py").read_text() == "ours"
    assert (target / "helper.py").read_text() == "theirs"
    assert not (target / "test_mine.py").exists()


def test_what_is_known_to_fail_is_explained():
    known = Known.read()
    guide = GUIDE.read_text()
    names = {addon for addon, _test in [*known.tests, *known.modules]}
    assert names <= {*peers.replaced(), *peers.tested()}
    for title in {*known.tests.values(), *known.modules.values()}:
        assert title.capitalize() in guide, f"docs/compatibility.md says nothing about {title!r}"


def test_the_guide_names_the_versions():
    guide = GUIDE.read_text()
    for peer in peers.read():
        if peer.addon in (*peers.replaced(), *peers.tested()):
            assert f"| `{peer.addon}` | {peer.version} |" in guide
