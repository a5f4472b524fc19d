# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Read the machine's own apt sources: they name the mirror that this machine may use.

Both formats are understood: one source a line (``*.list``) and deb822 stanzas (``*.sources``).
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from .errors import DevError

ETC_APT = Path("/etc/apt")
OS_RELEASE = Path("/etc/os-release")
ONE_LINE = re.compile(r"^deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<rest>.+)$")


@dataclasses.dataclass(frozen=True)
class Source:
    """One archive of binary packages."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    #: Path of a keyring, or the key itself in armour; empty where apt's own keys are meant.
    signed_by: str = ""


def parse_list(text: str) -> list[Source]:
    """Parse the one-line format.

    :param text: content of a ``.list`` file
    """
    sources = []
    for line in text.splitlines():
        match = ONE_LINE.match(line.split("#", 1)[0].strip())
        if not match:
            continue
        options = dict(
            option.split("=", 1) for option in (match["options"] or "").split() if "=" in option
        )
        suite, *components = match["rest"].split()
        sources.append(
            Source(match["uri"], (suite,), tuple(components), options.get("signed-by", ""))
        )
    return sources


def parse_deb822(text: str) -> list[Source]:
    """Parse the stanza format.

    :param text: content of a ``.sources`` file
    """
    sources = []
    # Comments go first: one may stand between two stanzas without an empty line.
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for stanza in re.split(r"\n\s*\n", "\n".join(lines)):
        fields = parse_stanza(stanza)
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").lower() in ("no", "false", "0", "off"):
            continue
        suites = tuple(fields.get("suites", "").split())
        components = tuple(fields.get("components", "").split())
        key = fields.get("signed-by", "")
        sources += [Source(uri, suites, components, key) for uri in fields.get("uris", "").split()]
    return sources


def parse_stanza(stanza: str) -> dict[str, str]:
    """Parse the fields of one stanza: names in lower case, continuation lines joined."""
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line[:1].isspace() and name:
            # A lone dot stands for an empty line.
            part = line.strip()
            fields[name] += "\n" + ("" if part == "." else part)
        elif ":" in line:
            name, value = line.split(":", 1)
            name = name.strip().lower()
            fields[name] = value.strip()
    return {name: value.strip() for name, value in fields.items()}


def read(folder: Path = ETC_APT) -> list[Source]:
    """Read all sources of the machine, in apt's order.

    :param folder: apt's configuration folder
    """
    files = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    sources: list[Source] = []
    for path in files:
        if path.suffix in (".list", ".sources") and path.is_file():
            parse = parse_deb822 if path.suffix == ".sources" else parse_list
            sources += parse(path.read_text(errors="replace"))
    return sources


def codename(os_release: Path = OS_RELEASE) -> str:
    """Return the name of the machine's Debian release, empty on another system."""
    try:
        pairs = [line.split("=", 1) for line in os_release.read_text().splitlines() if "=" in line]
    except FileNotFoundError:
        return ""
    values = {name: value.strip("\"'") for name, value in pairs}
    if values.get("ID") != "debian":
        return ""
    # Debian's testing and unstable have no VERSION_CODENAME of their own in older images.
    return values.get("VERSION_CODENAME", "sid")


def debian_mirror(sources: list[Source], release: str) -> Source:
    """Choose the source of Debian's main archive.

    :param sources: those of the machine
    :param release: code name of the machine's Debian release, empty if it isn't Debian
    :return: the first source that has the release itself, not only its updates
    :raises DevError: there is none
    """
    for source in sources:
        if release and release in source.suites and "main" in source.components:
            return source
    raise DevError(
        "Odoo can't be downloaded: this machine's apt sources name no Debian archive",
        "give the path of an Odoo 19.0 with --odoo PATH or ODOO_PATH",
    )
