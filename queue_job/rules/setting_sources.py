# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where values of the configuration come from, and what stands in the wrong place."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .setting_keys import (
    BARE_KEYS,
    ENV_PREFIX,
    HINTS,
    HTTP_ENV,
    HTTP_KEYS,
    KEYS,
    OLD_SECTION,
    SECTION,
    SECTIONS,
)

Sections = Mapping[str, Mapping[str, str]]

ERROR = "error"
WARNING = "warning"

# Ports a database does not listen on.
_WEB_PORTS = frozenset(("80", "443", "8069"))

# A Kubernetes service called odoo-queue-job puts these in every container.
_KUBERNETES = re.compile(r"SERVICE_(HOST|PORT)|PORT_\d+_(TCP|UDP)")

_NOT_A_SETTING_OF_ODOO = frozenset(BARE_KEYS) | {"limit_time_real"}


@dataclass(frozen=True)
class Problem:
    """Something in the configuration that its owner should know.

    :param level: ``error`` or ``warning``
    :param key: the key, section or variable concerned
    :param message: what is wrong and what would be right, in one line
    """

    level: str
    key: str
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Candidate:
    """A text given for a key, and where it stands."""

    text: str
    source: str


def is_given(text: str | None) -> bool:
    """Tell whether a value says anything: Odoo's files write False for "not set"."""
    return bool(text and text.strip() and text.strip() not in ("False", "None"))


def candidates(
    name: str,
    sections: Sections,
    environ: Mapping[str, str],
    overrides: Mapping[str, str],
    http_sections: frozenset[str],
) -> Iterator[Candidate]:
    """Yield what is given for a key, the strongest first.

    :param name: one of `KEYS`
    :param sections: sections of the configuration file
    :param environ: environment variables
    :param overrides: values given on the command line
    :param http_sections: sections whose bare keys do not mean the database
    :return: texts with their sources: command line, environment, the two sections
    """
    key = KEYS[name]
    if overrides.get(name) is not None:
        yield Candidate(str(overrides[name]), f"the command line (--{name.replace('_', '-')})")
    for variable in (key.env, *key.more_env):
        if environ.get(variable, "").strip():
            yield Candidate(environ[variable], f"the environment variable {variable}")
    for section in SECTIONS:
        values = sections.get(section, {})
        if values.get(name, "").strip():
            yield Candidate(values[name], f"[{section}]")
        if key.bare and section not in http_sections and is_given(values.get(key.bare)):
            yield Candidate(values[key.bare], f"{key.bare} under [{section}]")


def find_http_sections(
    sections: Sections, environ: Mapping[str, str], http_port: object
) -> frozenset[str]:
    """Find the sections whose bare host and port are meant for HTTP.

    The bare names are taken for the database unless something beside them shows that
    they were written for a runner that calls Odoo over HTTP.

    :param sections: sections of the configuration file
    :param environ: environment variables
    :param http_port: Odoo's own HTTP port
    :return: names of sections
    """
    everywhere = any(_is_http_variable(name, environ) for name in HTTP_ENV) or any(
        is_given(sections.get(section, {}).get(name)) or environ.get(KEYS[name].env)
        for section in SECTIONS
        for name in BARE_KEYS.values()
    )
    web_ports = _WEB_PORTS | {str(http_port)}
    return frozenset(
        section
        for section in SECTIONS
        if everywhere
        or any(key in sections.get(section, {}) for key in HTTP_KEYS)
        or sections.get(section, {}).get("port", "").strip() in web_ports
    )


def _is_http_variable(name: str, environ: Mapping[str, str]) -> bool:
    value = environ.get(name, "")
    return bool(value) and not value.startswith("tcp://")


def http_problems(
    sections: Sections, environ: Mapping[str, str], http_sections: frozenset[str]
) -> list[Problem]:
    """Report HTTP settings, one line for each place that has some.

    :param sections: sections of the configuration file
    :param environ: environment variables
    :param http_sections: what `find_http_sections` found
    :return: warnings
    """
    problems = []
    variables = [name for name in HTTP_ENV if _is_http_variable(name, environ)]
    if variables:
        right = f"{KEYS['jobrunner_db_host'].env} and {KEYS['jobrunner_db_port'].env}"
        problems.append(_http_problem(", ".join(variables), variables[0], right))
    for section in SECTIONS:
        values = sections.get(section, {})
        names = [name for name in HTTP_KEYS if is_given(values.get(name))]
        if section in http_sections:
            names += [name for name in BARE_KEYS if is_given(values.get(name))]
        if names:
            right = ", ".join(dict.fromkeys(BARE_KEYS.get(name, "") for name in names)).strip(", ")
            problems.append(_http_problem(f"{', '.join(names)} under [{section}]", names[0], right))
    return problems


def _http_problem(what: str, key: str, right: str) -> Problem:
    return Problem(
        WARNING,
        key,
        f"{what}: ignored, as jobs do not run over HTTP. For a direct connection to the "
        f"database set {right or 'jobrunner_db_host and jobrunner_db_port'}",
    )


def placement_problems(
    sections: Sections, environ: Mapping[str, str], odoo_options: Mapping[str, object]
) -> list[Problem]:
    """Report what nobody reads: unknown keys and keys in the wrong place.

    :param sections: all sections of the configuration file
    :param environ: environment variables
    :param odoo_options: names of Odoo's own options (values are not looked at)
    :return: warnings that name the nearest right key
    """
    return [
        *_section_problems(sections),
        *_misplaced_problems(sections.get("options", {})),
        *(
            _unknown_key(name, section, odoo_options)
            for section in SECTIONS
            for name in sections.get(section, {})
            if name not in KEYS and name not in BARE_KEYS and name not in HTTP_KEYS
        ),
        *_environment_problems(environ),
    ]


def _section_problems(sections: Sections) -> Iterator[Problem]:
    squeezed = {re.sub(r"[\W_]", "", name): name for name in SECTIONS}
    for section in sections:
        name = re.sub(r"[\W_]", "", section.lower())
        if section in SECTIONS or name == "options":
            continue
        for found in difflib.get_close_matches(name, squeezed, n=1, cutoff=0.85):
            yield Problem(
                WARNING,
                section,
                f"The section [{section}] is not read: is it meant to be [{squeezed[found]}]?",
            )


def _misplaced_problems(options: Mapping[str, str]) -> Iterator[Problem]:
    ours = [name for name in KEYS if name not in _NOT_A_SETTING_OF_ODOO]
    for name in options:
        found = difflib.get_close_matches(name, ours, n=1, cutoff=0.86)
        if found:
            yield Problem(
                WARNING,
                name,
                f"{name} under [options] has no effect: write {found[0]} under [{SECTION}]",
            )


def _unknown_key(name: str, section: str, odoo_options: Mapping[str, object]) -> Problem:
    known = list(KEYS) if section == SECTION else [*KEYS, *BARE_KEYS]
    hint = HINTS.get(name) or next(iter(difflib.get_close_matches(name, known, n=1)), None)
    if hint and section in (SECTION, OLD_SECTION):
        advice = f"is it meant to be {hint}?"
    elif name in odoo_options:
        advice = "as an option of Odoo it belongs under [options]"
    else:
        advice = f"known are {', '.join(KEYS)}"
    return Problem(WARNING, name, f"Unknown key {name} under [{section}]: {advice}")


def _environment_problems(environ: Mapping[str, str]) -> Iterator[Problem]:
    known = [key.env for key in KEYS.values()]
    for name in environ:
        rest = name.removeprefix(ENV_PREFIX)
        if rest == name or name in known or name in HTTP_ENV or _KUBERNETES.match(rest):
            continue
        found = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
        hint = HINTS.get(rest.lower())
        nearest = found[0] if found else KEYS[hint].env if hint else None
        advice = f"is it meant to be {nearest}?" if nearest else f"known are {', '.join(known)}"
        yield Problem(WARNING, name, f"Unknown environment variable {name}: {advice}")
