# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a pattern selects, in this very repository."""

import pytest

from devtools.environment import ROOT, find_addons
from devtools.errors import DevError
from devtools.selection import E2E, Selection, odoo_tag, select, without_slow_addons

#: Not found in any file, this one included.
UNKNOWN = "eman_hcus_on"[::-1]


def test_no_pattern_selects_everything():
    chosen = select(None)
    addons = find_addons(tests=True)
    assert chosen.lint == (ROOT,)
    assert set(chosen.addons) == set(addons)
    assert {"queue_job", "component", "component_event", "connector"} <= set(chosen.addons)
    assert chosen.tags.split(",") == [f"/{name}" for name in addons]
    assert chosen.e2e == (str(E2E),)
    assert str(ROOT / "tests" / "devtools") in chosen.unit
    assert str(ROOT / "queue_job" / "tests" / "unit") in chosen.unit


def test_quick_leaves_out_demo_connectors_and_what_needs_them():
    everything = select(None)
    quick = without_slow_addons(everything)
    left_out = set(everything.addons) - set(quick.addons)
    assert {"connector_solr_demo", "test_connector_solr"} <= left_out
    assert {"queue_job", "connector", "connector_odoo"} <= set(quick.addons)
    assert set(quick.tags.split(",")) == {f"/{name}" for name in quick.addons}
    assert quick.unit == everything.unit


@pytest.mark.parametrize("pattern", ["queue_job", "queue_job/", "./queue_job"])
def test_addon(pattern, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert select(pattern) == Selection(
        lint=(ROOT / "queue_job",),
        unit=(str(ROOT / "queue_job/tests/unit"),),
        addons=("queue_job",),
        tags="/queue_job",
    )


def test_odoo_test_file_and_a_test_in_it():
    file = next((ROOT / "component" / "tests").glob("test_*.py")).name
    chosen = select(f"component/tests/{file}")
    assert chosen == Selection(addons=("component",), tags=f"/component/tests/{file}")
    chosen = select(f"component/tests/{file}::TestOne::test_two")
    assert chosen.tags == f"/component/tests/{file}:TestOne.test_two"


def test_files_for_pytest():
    here = "tests/devtools/test_selection.py"
    assert select(here) == Selection(unit=(str(ROOT / here),))
    chosen = select("tests/e2e/test_wheels.py::test_x")
    assert chosen == Selection(e2e=(f"{E2E}/test_wheels.py::test_x",))
    assert select("tests/e2e") == Selection(e2e=(str(E2E),))


def test_path_relative_to_where_the_user_is(monkeypatch):
    monkeypatch.chdir(ROOT / "tests" / "devtools")
    assert select("test_ports.py").unit == (str(ROOT / "tests/devtools/test_ports.py"),)


def test_name_of_a_test():
    chosen = select("test_name_of_a_test")
    assert str(ROOT / "tests/devtools/test_selection.py") in chosen.unit
    assert chosen.unit[-2:] == ("-k", "test_name_of_a_test")
    assert not chosen.addons
    assert not chosen.e2e


def test_name_of_a_file():
    assert select("test_wheels").e2e == (f"{E2E}/test_wheels.py", "-k", "test_wheels")


@pytest.mark.parametrize("pattern", [UNKNOWN, "tests/e2e/test_none.py", "docs", "a b"])
def test_pattern_that_names_nothing(pattern):
    with pytest.raises(DevError):
        select(pattern)


@pytest.mark.parametrize(
    ("test", "tag"),
    [
        ("", "/sale/tests/test_x.py"),
        ("TestX", "/sale/tests/test_x.py:TestX"),
        ("test_y", "/sale/tests/test_x.py.test_y"),
        ("TestX::test_y", "/sale/tests/test_x.py:TestX.test_y"),
        ("TestX.test_y", "/sale/tests/test_x.py:TestX.test_y"),
    ],
)
def test_notation_of_odoo(test, tag):
    assert odoo_tag("sale", "test_x.py", test) == tag
