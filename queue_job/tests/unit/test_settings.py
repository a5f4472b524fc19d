# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.channels import ChannelSpec
from odoo.addons.queue_job.rules.setting_keys import BARE_KEYS, KEYS
from odoo.addons.queue_job.rules.settings import ERROR, WARNING, Settings, read_settings


def read(queue_job=None, old=None, options=None, env=None, odoo=None, **overrides):
    sections = {"options": options or {}}
    if queue_job is not None:
        sections["queue_job"] = queue_job
    if old is not None:
        sections["options-connector"] = old
    return read_settings(sections, env or {}, odoo or {"http_port": 8069}, overrides)


def settings_of(*args, **kwargs):
    settings, problems = read(*args, **kwargs)
    assert problems == []
    return settings


def only_problem(*args, **kwargs):
    _settings, [problem] = read(*args, **kwargs)
    return problem


def test_defaults():
    assert settings_of() == Settings()
    assert Settings().job_workers == 2
    assert Settings().why_no_jobs is None
    assert Settings().db_params == {}


def test_every_key_has_its_field():
    fields = {field.name for field in dataclasses.fields(Settings)}
    assert fields == set(KEYS) | {"sources"}


EXPECTED = {
    "channels": ("root:3,a:1", (ChannelSpec("root", 3), ChannelSpec("root.a", 1))),
    "channels_time_real": ("root:60", {"root": 60}),
    "job_workers": ("7", 7),
    "driver": ("Cron", "cron"),
    "stop_job_runner": ("True", True),
    "jobrunner_db_host": ("db.example.com", "db.example.com"),
    "jobrunner_db_port": ("5433", 5433),
    "jobrunner_db_user": ("runner", "runner"),
    "jobrunner_db_password": ("50%off", "50%off"),
    "limit_time_real": ("600", 600),
    "stop_grace": ("2.5", 2.5),
    "job_log_level": ("warning", "WARNING"),
    "max_arguments_size": ("5 MB", 5 * 1024 * 1024),
    "max_result_size": ("100000", 100_000),
    "only_declared_functions": ("yes", True),
    "adopt_copies": ("yes", True),
    "metrics_token": ("  a-token-of-some-length ", "a-token-of-some-length"),
    "exclude_databases": ("test_*, old", ("test_*", "old")),
}


@pytest.mark.parametrize("name", KEYS)
def test_each_key_from_each_place(name):
    text, value = EXPECTED[name]
    variable = f"ODOO_QUEUE_JOB_{name.upper()}"
    for settings in (
        settings_of({name: text}),
        settings_of(old={name: text}),
        settings_of(env={variable: text}),
        settings_of(**{name: text}),
    ):
        assert getattr(settings, name) == value
        assert name in settings.sources


def test_precedence():
    places = {
        "old": {"channels": "root:5"},
        "queue_job": {"channels": "root:4"},
        "env": {"ODOO_CONNECTOR_CHANNELS": "root:3"},
    }
    assert settings_of(old=places["old"]).root_capacity == 5
    assert settings_of(old=places["old"], queue_job=places["queue_job"]).root_capacity == 4
    assert settings_of(**places).root_capacity == 3
    places["env"]["ODOO_QUEUE_JOB_CHANNELS"] = "root:2"
    settings = settings_of(**places)
    assert settings.root_capacity == 2
    assert settings.sources["channels"] == "the environment variable ODOO_QUEUE_JOB_CHANNELS"
    settings = settings_of(**places, channels="root:1")
    assert settings.root_capacity == 1
    assert settings.sources["channels"] == "the command line (--channels)"


@pytest.mark.parametrize("nothing", ["", "  "])
def test_an_empty_value_is_no_value(nothing):
    settings = settings_of(
        {"channels": "root:4", "job_workers": nothing}, env={"ODOO_QUEUE_JOB_CHANNELS": nothing}
    )
    assert settings.root_capacity == 4
    assert settings.job_workers == 4


def test_workers_follow_root():
    assert settings_of({"channels": "root:4"}).job_workers == 4
    assert settings_of({"channels": "sub:4"}).job_workers == 2
    assert settings_of({"channels": "root:4", "job_workers": "8"}).job_workers == 8


@pytest.mark.parametrize(
    ("section", "why"),
    [
        ({"stop_job_runner": "1"}, "stop_job_runner"),
        ({"channels": "root:0"}, "root a capacity of 0"),
        ({"channels": "root:0", "job_workers": "4"}, "root a capacity of 0"),
        ({"job_workers": "0"}, "job_workers is 0"),
    ],
)
def test_servers_that_run_no_jobs_say_why(section, why):
    settings = settings_of(section)
    assert settings.why_no_jobs
    assert why in settings.why_no_jobs


def test_excluded_databases():
    settings = settings_of({"exclude_databases": "test_*,old"})
    assert settings.serves("prod")
    assert settings.serves("older")
    assert not settings.serves("old")
    assert not settings.serves("test_1")


# Direct database connection


@pytest.mark.parametrize("section", ["queue_job", "old"])
def test_bare_names_mean_the_database(section):
    settings = settings_of(
        **{section: {"host": "db1", "port": "5433", "user": "me", "password": "secret"}}
    )
    assert settings.db_params == {
        "host": "db1",
        "port": 5433,
        "user": "me",
        "password": "secret",
    }
    assert "secret" not in repr(settings)


def test_false_means_not_set_as_in_odoos_files():
    assert settings_of({"host": "False", "jobrunner_db_user": "False"}).db_params == {}


@pytest.mark.parametrize(
    "sign",
    [
        {"scheme": "https"},
        {"http_auth_user": "u"},
        {"http_auth_password": "p"},
        {"port": "8069"},
        {"port": "8070"},
        {"port": "443"},
    ],
)
def test_bare_names_beside_http_settings_are_ignored(sign):
    settings, [problem] = read({"host": "odoo.example.com", **sign}, odoo={"http_port": 8070})
    assert settings.db_params == {}
    assert problem.level == WARNING
    assert "host" in problem.message
    assert "ignored" in problem.message
    assert "jobrunner_db_host" in problem.message


def test_http_in_one_section_says_nothing_about_the_other():
    settings, [problem] = read({"host": "db1"}, old={"host": "odoo.example.com", "port": "8069"})
    assert settings.db_params == {"host": "db1"}
    assert "[options-connector]" in problem.message


def test_full_names_beside_bare_ones_make_the_bare_ones_http():
    """A port meant for HTTP must never be joined to a database host."""
    settings, [problem] = read({"host": "web", "port": "9000", "jobrunner_db_host": "db1"})
    assert settings.db_params == {"host": "db1"}
    assert "host, port under [queue_job]" in problem.message


@pytest.mark.parametrize("name", ["SCHEME", "HOST", "PORT", "HTTP_AUTH_USER", "HTTP_AUTH_PASSWORD"])
def test_the_http_family_of_variables_is_ignored_with_one_line(name):
    variable = f"ODOO_QUEUE_JOB_{name}"
    settings, [problem] = read(env={variable: "8080"})
    assert settings == Settings()
    assert variable in problem.message
    assert "ODOO_QUEUE_JOB_JOBRUNNER_DB_HOST" in problem.message


def test_the_http_family_of_variables_speaks_for_the_file_too():
    settings, problems = read({"host": "web"}, env={"ODOO_QUEUE_JOB_PORT": "8080"})
    assert settings.db_params == {}
    assert len(problems) == 2


def test_variables_of_kubernetes_are_none_of_ours():
    env = {
        "ODOO_QUEUE_JOB_PORT": "tcp://10.0.0.1:8069",
        "ODOO_QUEUE_JOB_SERVICE_HOST": "10.0.0.1",
        "ODOO_QUEUE_JOB_PORT_8069_TCP_ADDR": "10.0.0.1",
    }
    assert settings_of({"host": "db1"}, env=env).db_params == {"host": "db1"}


# Time limits


def test_limit_time_real_of_odoo_bounds_channels():
    settings, [problem] = read(
        {"channels_time_real": "root:60,root.report:7200"}, odoo={"limit_time_real": 3600}
    )
    assert settings.channels_time_real == {"root": 60, "root.report": 3600}
    assert settings.limit_time_real == 3600
    assert problem.level == ERROR
    assert "7200" in problem.message
    assert "3600" in problem.message


def test_limit_time_real_for_jobs_wins_over_odoos():
    section = {"channels_time_real": "root:7200", "limit_time_real": "9000"}
    settings = settings_of(section, odoo={"limit_time_real": 3600})
    assert settings.limit_time_real == 9000
    assert settings.channels_time_real == {"root": 7200}
    section["limit_time_real"] = "0"
    settings = settings_of(section, odoo={"limit_time_real": 3600})
    assert settings.limit_time_real is None


@pytest.mark.parametrize("unset", [{}, {"limit_time_real": 0}, {"limit_time_real": None}])
def test_no_limit_of_odoo(unset):
    assert settings_of(odoo=unset).limit_time_real is None


# Wrong values


@pytest.mark.parametrize(
    ("name", "text", "right"),
    [
        ("job_workers", "many", "job_workers = 4"),
        ("job_workers", "-1", "below 0"),
        ("stop_job_runner", "perhaps", "True or False"),
        ("jobrunner_db_port", "99999", "above 65535"),
        ("jobrunner_db_port", "x", "jobrunner_db_port = 5432"),
        ("stop_grace", "-3", "below 0"),
        ("limit_time_real", "1h", "limit_time_real = 3600"),
    ],
)
def test_wrong_values_are_named_with_their_place(name, text, right):
    settings, [problem] = read({name: text, "channels": "root:3"})
    assert settings.root_capacity == 3
    assert getattr(settings, name) == getattr(Settings(job_workers=3), name)
    assert problem.level == ERROR
    for part in (name, repr(text), "[queue_job]", right):
        assert part in problem.message


def test_a_wrong_value_gives_way_to_the_next_place():
    settings, [problem] = read({"job_workers": "6"}, env={"ODOO_QUEUE_JOB_JOB_WORKERS": "six"})
    assert settings.job_workers == 6
    assert "ODOO_QUEUE_JOB_JOB_WORKERS" in problem.message


def test_a_wrong_entry_costs_only_itself():
    settings, problems = read(
        {"channels": "root:4,a:x,b:2", "channels_time_real": "root:60,b:soon"}
    )
    assert [spec.name for spec in settings.channels] == ["root", "root.b"]
    assert settings.job_workers == 4
    assert settings.channels_time_real == {"root": 60}
    assert [problem.level for problem in problems] == [ERROR, ERROR]
    assert all("(from [queue_job])" in problem.message for problem in problems)


def test_unknown_options_of_channels_are_reported():
    problem = only_problem({"channels": "root:4:sequental=0"})
    assert (problem.level, problem.key) == (WARNING, "channels")
    assert "is it meant to be sequential?" in problem.message
    assert "known: sequential" in only_problem({"channels": "root:4:xyz"}).message


# Keys in the wrong place


@pytest.mark.parametrize(
    ("options", "right"),
    [
        ({"channels": "root:4"}, "channels under [options] has no effect: write channels under"),
        ({"chanels": "root:4"}, "write channels under [queue_job]"),
        ({"stop_job_runner": "1"}, "write stop_job_runner under [queue_job]"),
        ({"jobrunner_db_host": "x"}, "write jobrunner_db_host under [queue_job]"),
    ],
)
def test_our_keys_among_odoos(options, right):
    settings, [problem] = read(options=options)
    assert settings == Settings()
    assert problem.level == WARNING
    assert right in problem.message


def test_odoos_own_options_are_left_alone():
    assert read(options={"workers": "4", "limit_time_real": "9", "db_host": "x"})[1] == []


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("chanels", "is it meant to be channels?"),
        ("channel_time_real", "is it meant to be channels_time_real?"),
        ("workers", "is it meant to be job_workers?"),
        ("db_host", "is it meant to be jobrunner_db_host?"),
        ("list_db", "it belongs under [options]"),
        ("zzz", "known are channels,"),
    ],
)
def test_unknown_keys(key, right):
    problem = only_problem({key: "1"}, odoo={"list_db": True})
    assert problem.level == WARNING
    assert f"Unknown key {key} under [queue_job]" in problem.message
    assert right in problem.message


@pytest.mark.parametrize(
    ("variable", "right"),
    [
        ("ODOO_QUEUE_JOB_CHANNEL", "ODOO_QUEUE_JOB_CHANNELS?"),
        ("ODOO_QUEUE_JOB_WORKERS", "ODOO_QUEUE_JOB_JOB_WORKERS?"),
        ("ODOO_QUEUE_JOB_DB_HOST", "ODOO_QUEUE_JOB_JOBRUNNER_DB_HOST?"),
        ("ODOO_QUEUE_JOB_PASSWORD", "ODOO_QUEUE_JOB_JOBRUNNER_DB_PASSWORD?"),
        ("ODOO_QUEUE_JOB_ZZZZZZ", "known are ODOO_QUEUE_JOB_CHANNELS"),
    ],
)
def test_unknown_variables(variable, right):
    problem = only_problem(env={variable: "1", "PATH": "/bin"})
    assert variable in problem.message
    assert right in problem.message


@pytest.mark.parametrize("section", ["queue-job", "Queue_Job", "queuejob", "queue_jobs"])
def test_misspelt_section(section):
    _settings, [problem] = read_settings({section: {"channels": "root:4"}}, {}, {})
    assert f"[{section}] is not read" in problem.message
    assert "[queue_job]" in problem.message


def test_misspelt_old_section_and_foreign_ones():
    _settings, [problem] = read_settings({"options_connector": {}, "sentry": {}}, {}, {})
    assert "[options-connector]" in problem.message


TEXTS = st.text("0123456789abcrot:,=.-/ \n", max_size=12)


@given(
    st.dictionaries(st.sampled_from([*KEYS, *BARE_KEYS, "scheme", "junk"]), TEXTS),
    st.dictionaries(st.sampled_from([*KEYS, "chanels"]), TEXTS),
    st.dictionaries(st.sampled_from([key.env for key in KEYS.values()]), TEXTS),
)
def test_whatever_is_written_gives_settings(section, options, env):
    settings, problems = read(section, options=options, env=env)
    assert settings.job_workers >= 0
    assert all(problem.level in (ERROR, WARNING) for problem in problems)
    assert all("\n" not in problem.message for problem in problems)


@given(st.dictionaries(st.sampled_from(list(KEYS)), st.just("zz:zz")), st.integers(1, 9))
def test_wrong_values_never_cost_a_good_one(wrong, workers):
    wrong.pop("job_workers", None)
    settings, _problems = read({**wrong, "job_workers": str(workers)})
    assert settings.job_workers == workers


def test_secrets_do_not_show():
    settings, _problems = read(
        {
            "jobrunner_db_password": "s3cret-1",
            "metrics_token": "s3cret-that-is-long-enough-to-serve",
        }
    )
    assert settings.jobrunner_db_password == "s3cret-1"
    assert settings.metrics_token == "s3cret-that-is-long-enough-to-serve"
    assert "s3cret" not in repr(settings)


def test_the_driver_says_whether_there_are_processes():
    assert Settings().why_no_processes is None
    assert "scheduled actions" in Settings(driver="cron").why_no_processes
    assert "stop_job_runner" in Settings(driver="cron", stop_job_runner=True).why_no_processes
    assert Settings(driver="cron", job_workers=0).why_no_jobs is None
    assert Settings(job_workers=0).why_no_jobs


def test_a_driver_that_nobody_knows():
    settings, problems = read_settings({"queue_job": {"driver": "threads"}}, {}, {})
    assert settings.driver == "processes"
    [problem] = problems
    assert "'threads' is neither processes nor cron" in problem.message


def test_a_port_for_each_host():
    settings = settings_of({"host": "db1, db2", "port": "5432, 5433"})
    assert settings.db_params == {"host": "db1, db2", "port": "5432,5433"}
    _settings, [problem] = read_settings({"queue_job": {"port": "5432,x"}}, {}, {})
    assert "'x' is not a whole number" in problem.message
