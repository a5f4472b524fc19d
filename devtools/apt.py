# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Debian packages without touching the machine: a private apt, downloads kept, files unpacked."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from . import apt_sources, process
from .errors import DevError
from .workspace import Workspace

DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
URI_LINE = re.compile(r"^'[^']+' (?P<name>\S+) \d+ (?P<hash>\S*)$")
#: Settings of the machine that reach its mirror: proxies, certificates, retries.
CARRIED_OVER = re.compile(r"^Acquire::(http|https|ftp|Retries|ForceIPv4|ForceIPv6)\b.*;$")


@dataclasses.dataclass(frozen=True)
class Download:
    """One package file that apt would fetch."""

    #: As apt calls the file it writes: ``package_version_architecture.deb``.
    name: str
    sha256: str

    @property
    def package(self) -> str:
        """Return the package's name."""
        return self.name.split("_")[0]


class PrivateApt:
    """An apt with lists, cache and sources of its own; the machine's are only read.

    :param workspace: where its folders go
    :param suites: the Debian suites it knows
    :param installed: it takes the machine's packages for installed, as for finding what is missing;
        else it takes none for installed
    """

    def __init__(
        self, workspace: Workspace, suites: Sequence[str], *, installed: bool = False
    ) -> None:
        self.workspace = workspace
        self.suites = tuple(suites)
        self.folder = workspace.apt / ("-".join(suites) + ("-installed" * installed))
        self.installed = installed
        self.log = workspace.logs / "apt.log"
        self.environ = {"APT_CONFIG": str(self.folder / "apt.conf"), "LC_ALL": "C"}

    def configure(self) -> None:
        """Write the configuration.

        :raises DevError: the machine has no apt, or knows no Debian archive
        """
        if not shutil.which("apt-get") or not shutil.which("dpkg"):
            raise DevError(
                "This machine has no apt-get and dpkg",
                "give the path of an Odoo 19.0 with --odoo PATH or ODOO_PATH",
            )
        source = apt_sources.debian_mirror(apt_sources.read(), apt_sources.codename())
        for name in ("lists/partial", "cache/archives/partial", "none"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        (self.folder / "sources.list").write_text(
            "".join(
                f"deb {self._options(source)}{source.uri} {suite} main\n" for suite in self.suites
            )
        )
        (self.folder / "apt.conf").write_text("\n".join((*self._settings(), "")))

    def _options(self, source: apt_sources.Source) -> str:
        signed_by = source.signed_by
        if "BEGIN PGP" in signed_by:
            key = self.folder / "archive.asc"
            key.write_text(signed_by + "\n")
            signed_by = str(key)
        if not signed_by and Path(DEBIAN_KEYRING).exists():
            signed_by = DEBIAN_KEYRING
        return f"[signed-by={signed_by}] " if signed_by else ""

    def _settings(self) -> list[str]:
        folder = self.folder
        status = "/var/lib/dpkg/status" if self.installed else folder / "status"
        dump = subprocess.run(
            ["apt-config", "dump", "Acquire"], capture_output=True, text=True, check=False
        ).stdout
        return [
            f'Dir::State "{folder}";',
            f'Dir::State::lists "{folder}/lists";',
            f'Dir::State::status "{status}";',
            f'Dir::Cache "{folder}/cache";',
            f'Dir::Etc::sourcelist "{folder}/sources.list";',
            f'Dir::Etc::sourceparts "{folder}/none";',
            f'Dir::Etc::preferences "{folder}/none/preferences";',
            f'Dir::Etc::preferencesparts "{folder}/none";',
            'Dir::Etc::main "-";',
            f'Dir::Etc::parts "{folder}/none";',
            # A mirror that was frozen on some day serves release files that have expired since.
            # They are still signed, and it is the machine's owner who chose that mirror.
            'Acquire::Check-Valid-Until "false";',
            'Acquire::Check-Date "false";',
            'Acquire::Languages "none";',
            'Acquire::GzipIndexes "true";',
            # Only we can write here, apt's own unprivileged user couldn't.
            'APT::Sandbox::User "";' if os.getuid() else 'APT::Sandbox::User "root";',
            'APT::Get::Assume-Yes "true";',
            *[line for line in dump.splitlines() if CARRIED_OVER.match(line)],
        ]

    def update(self) -> None:
        """Fetch the lists of packages."""
        process.run(
            ["apt-get", "update", "-o", "APT::Update::Error-Mode=any"],
            what="Reading the Debian archive's lists",
            log=self.log,
            environ=self.environ,
            way_on="check this machine's apt sources",
        )

    def closure(self, packages: Sequence[str]) -> list[str]:
        """Return the packages that would have to be installed for others to work.

        :param packages: their names
        :return: themselves and whatever of their dependencies the machine hasn't
        """
        output = self._ask("apt-get", "install", "--simulate", "--no-install-recommends", *packages)
        return re.findall(r"^Inst (\S+)", output, re.MULTILINE)

    def downloads(self, packages: Sequence[str]) -> list[Download]:
        """Return the files of packages.

        :param packages: names, each with ``/suite`` where the newest isn't wanted
        """
        output = self._ask("apt-get", "download", "--print-uris", *packages)
        found = []
        for match in filter(None, map(URI_LINE.match, output.splitlines())):
            kind, _, digest = match["hash"].partition(":")
            if kind.upper() == "SHA256":
                found.append(Download(match["name"], digest))
        if len(found) < len(packages):
            raise DevError(
                f"The Debian archive offers only {len(found)} of: {', '.join(packages)}",
                "check that its lists are complete, or give an Odoo with --odoo PATH",
            )
        return found

    def _ask(self, *command: str) -> str:
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, env=os.environ | self.environ
        )
        if result.returncode:
            raise DevError(
                "The Debian archive lacks a package", process.explain(result.stderr + result.stdout)
            )
        return result.stdout

    def fetch(self, packages: Sequence[str], target: Path) -> list[str]:
        """Have the files of packages in a folder; those already there aren't fetched again.

        :param packages: as for :meth:`downloads`
        :param target: the folder
        :return: the files' names
        :raises DevError: the archive can't be reached or lacks one
        """
        target.mkdir(parents=True, exist_ok=True)
        downloads = self.downloads(packages)
        at_hand = {
            download.package
            for download in downloads
            if (path := target / download.name).exists() and sha256(path) == download.sha256
        }
        if missing := [name for name in packages if name.split("/")[0] not in at_hand]:
            # apt checks size and hash, and gives a file its name only when they are right.
            process.run(
                ["apt-get", "download", *missing],
                what="Downloading Debian packages",
                log=self.log,
                environ=self.environ,
                cwd=target,
            )
        return [download.name for download in downloads]


def sha256(path: Path) -> str:
    """Return the SHA-256 digest of a file in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def cached_set(workspace: Workspace, kind: str, fetch) -> tuple[Path, list[str], str]:
    """Get a set of package files, from the last good download where a new one fails.

    :param workspace: its cache folder holds the files
    :param kind: name of the set
    :param fetch: called with the folder, fetches all and returns the files' names
    :return: the folder, the files' names, and why the cache had to serve (empty if it hadn't)
    :raises DevError: the download failed and the cache holds no complete set
    """
    folder = workspace.cache / "debs"
    listing = folder / f"{kind}.json"
    try:
        files = fetch(folder)
    except DevError as error:
        try:
            kept = json.loads(listing.read_text())
        except (FileNotFoundError, ValueError):
            raise error from None
        if any(not (folder / name).exists() for name in kept):
            raise error from None
        if any(sha256(folder / name) != digest for name, digest in kept.items()):
            raise error from None
        return folder, list(kept), str(error)
    draft = listing.with_suffix(".new")
    draft.write_text(json.dumps({name: sha256(folder / name) for name in files}))
    draft.replace(listing)
    return folder, files, ""


def unpack(files: Sequence[Path], target: Path, log: Path) -> None:
    """Unpack package files into a new folder, without running any of their scripts.

    It gets its name when it is whole. A ./dev that was killed may leave a dpkg behind that goes on
    for a while: it writes to a folder that nobody uses.

    :param files: the packages
    :param target: becomes their root; what was there goes
    :param log: where dpkg's output goes
    """
    prefix = f".{target.name}-"
    for stale in target.parent.glob(f"{prefix}*"):
        shutil.rmtree(stale, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
    # As `mkdir` would make it: a server that runs as another user may have to read it.
    draft.chmod(0o755)
    for path in files:
        process.run(["dpkg", "-x", path, draft], what=f"Unpacking {path.name}", log=log)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
