# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Let pytest see the repository's addons as ``odoo.addons.*``.

pytest runs the pure unit tests (``<addon>/tests/unit``), the tests of the developer tools and the
cross-process tests. The other files of ``<addon>/tests`` are Odoo test cases: only Odoo runs them.
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
ADDONS_FOLDERS = (ROOT, ROOT / "examples", ROOT / "tests")

try:
    import odoo.init  # noqa: F401

    import odoo.addons as odoo_addons
except ImportError:
    # The tests of the developer tools also run without Odoo.
    odoo_addons = None
else:
    # A plain list: a namespace path is recomputed from sys.path at will.
    odoo_addons.__path__ = [
        *odoo_addons.__path__,
        *(str(folder) for folder in ADDONS_FOLDERS if folder.is_dir()),
    ]


def is_odoo_test(path: Path) -> bool:
    """Tell whether a file is an Odoo test case, which pytest must leave alone.

    :param path: absolute path of a file that pytest is about to collect
    :return: True for ``<addon>/tests/*.py``, False for ``<addon>/tests/unit/*.py`` and all others
    """
    tests = path.parent
    return tests.name == "tests" and (tests.parent / "__manifest__.py").is_file()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave Odoo's own test cases to Odoo (``None`` lets pytest decide on all other files)."""
    return True if is_odoo_test(collection_path) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector:
    """Collect each folder as a plain one: a package's would import the addon under a wrong name."""
    return pytest.Dir.from_parent(parent, path=path)
