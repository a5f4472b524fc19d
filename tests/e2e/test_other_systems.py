# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Importing the addon and enqueueing must work where POSIX is missing: on Windows, and
with fork but without Linux's own calls on macOS."""

import os
import subprocess
import sys
import textwrap

import pytest

from devtools import scripts

pytestmark = pytest.mark.slow

#: Loaded by Python at its start: what our addons import looks like on another system.
#: Only theirs, as Odoo has its own ways of telling the systems apart.
SITE = """
    import builtins, os, signal, sys, types

    MODULES = {modules!r}
    MISSING = {missing!r}
    _import = builtins.__import__

    def _without(module, names):
        copy = types.ModuleType(module.__name__)
        copy.__dict__.update(
            (name, value) for name, value in vars(module).items() if name not in names
        )
        return copy

    def importer(name, globals=None, locals=None, fromlist=(), level=0):
        asks = (globals or {{}}).get("__name__") or ""
        if level == 0 and asks.startswith("odoo.addons.queue_job"):
            if name.partition(".")[0] in MODULES:
                raise ModuleNotFoundError(f"No module named {{name!r}}, which {{asks}} imports")
            if name in MISSING:
                return _without(_import(name), MISSING[name])
        return _import(name, globals, locals, fromlist, level)

    builtins.__import__ = importer
"""

SYSTEMS = {
    "windows": (
        ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix"),
        {
            "os": (
                *("fork", "forkpty", "register_at_fork", "memfd_create", "pread", "killpg"),
                *("getuid", "geteuid", "uname", "sysconf", "WNOHANG", "WIFSIGNALED", "mkfifo"),
                "sched_getaffinity",
            ),
            "signal": (
                *("SIGUSR1", "SIGUSR2", "SIGKILL", "SIGSTOP", "SIGCONT", "SIGCHLD", "SIGHUP"),
                *("SIGXCPU", "SIGTTIN", "SIGTTOU", "SIGALRM", "SIGPIPE", "SIGQUIT"),
                *("pthread_kill", "pthread_sigmask", "setitimer", "alarm", "SIG_SETMASK"),
            ),
            "faulthandler": ("register", "unregister"),
        },
    ),
    "macos": (
        (),
        {"os": ("memfd_create", "sched_getaffinity", "pidfd_open", "eventfd")},
    ),
}


@pytest.fixture(params=sorted(SYSTEMS))
def system(request, tmp_path, monkeypatch):
    modules, missing = SYSTEMS[request.param]
    site = textwrap.dedent(SITE).format(modules=modules, missing=missing)
    (tmp_path / "sitecustomize.py").write_text(site)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return request.param


def test_jobs_are_enqueued(system, new_database, environment):
    database = new_database("test_queue_engine")
    result = scripts.run(
        environment,
        database.name,
        """
        import sys
        from odoo.addons.queue_job.delay import chain, group
        from odoo.addons.queue_job.engine import server_hooks

        model = env["test.queue.effect"]
        model.with_delay(identity_key="k", timeout=5).write_effect("one")
        model.with_delay(identity_key="k").write_effect("one")
        chain(
            model.delayable().do_nothing(),
            group(*[model.delayable().do_nothing() for _n in range(3)]),
        ).delay()
        env["queue.job"].delay_many(model.delayable().do_nothing() for _n in range(5))
        model._job_progress(1, 2)
        model._job_checkpoint({"next": 1})
        job = env["queue.job"].search([], limit=1)
        job.read()
        job.button_cancelled()
        env.cr.commit()
        server_hooks._settings()
        result = {
            "jobs": env["queue.job"].search_count([]),
            "settings": server_hooks._settings() is not None,
            "pool": "odoo.addons.queue_job.engine.pool" in sys.modules,
        }
        """,
    )
    assert result["jobs"] == 1 + 4 + 5
    if system == "windows":
        # Nothing of what runs jobs was even looked at, and the server says so.
        assert result == {"jobs": 10, "settings": False, "pool": False}
    else:
        assert result["settings"]


@pytest.mark.parametrize("name", ["fcntl", "os.fork"])
def test_the_disguise_works(tmp_path, name):
    """What the other test would tell if one of our modules did import it."""
    modules, missing = SYSTEMS["windows"]
    site = textwrap.dedent(SITE).format(modules=modules, missing=missing)
    (tmp_path / "sitecustomize.py").write_text(site)
    program = tmp_path / "program.py"
    module, _dot, attribute = name.partition(".")
    use = f"import {module}\n" + (f"{module}.{attribute}\n" if attribute else "")
    program.write_text(f"exec({use!r}, {{'__name__': 'odoo.addons.queue_job.engine.x'}})\n")
    done = subprocess.run(
        [sys.executable, str(program)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "fcntl" in done.stderr if name == "fcntl" else "'fork'" in done.stderr
