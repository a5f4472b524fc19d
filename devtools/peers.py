# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Published addons: fetched from the package index by version and content, unpacked, never read."""

from __future__ import annotations

import dataclasses
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Collection
from pathlib import Path

from . import console, process
from .environment import ROOT, find_addons
from .errors import DevError
from .locks import file_lock
from .stamps import Stamp
from .workspace import Workspace

#: What is fetched: a file of requirements for pip, each with its hash.
REQUIREMENTS = ROOT / "tests" / "peers" / "requirements.txt"
#: Needed by others; their own tests say nothing about our addons.
ONLY_NEEDED = ("base_edi", "edi_core_oca", "sale_automatic_workflow")
#: What an error says when it is the network's, and neither ours nor the packages'.
UNREACHABLE = ("there is no network", "the package index can't be reached")
ADDON_PREFIX = "odoo-addon-"
REQUIREMENT = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>\S+) +(?P<hash>--hash=\S+)$", re.MULTILINE
)


@dataclasses.dataclass(frozen=True)
class Peer:
    """One published distribution.

    :param distribution: its name in the package index
    :param version: the one version that is used
    :param hash: pip's option that names its content
    """

    distribution: str
    version: str
    hash: str

    @property
    def addon(self) -> str:
        """Return the technical name of the addon in it, empty when it holds a Python package."""
        name = self.distribution.removeprefix(ADDON_PREFIX)
        return "" if name == self.distribution else name.replace("-", "_")

    @property
    def requirement(self) -> str:
        """Return the line of a file of requirements."""
        return f"{self.distribution}=={self.version} {self.hash}\n"

    def wheel(self, folder: Path) -> Path | None:
        """Return the wheel in a folder, None when it isn't there."""
        name = re.sub(r"[-_.]+", "_", self.distribution)
        return next(iter(folder.glob(f"{name}-{self.version}-*.whl")), None)


@dataclasses.dataclass(frozen=True)
class Unpacked:
    """Where the published addons are.

    :param replaced: folder with those that have one of our names
    :param others: folder with all the others
    :param python: folder with Python packages that they need
    """

    replaced: Path
    others: Path
    python: Path

    def environ(self) -> dict[str, str]:
        """Return the variables for an Odoo that is to find the Python packages."""
        return {"PYTHONPATH": str(self.python)}


def read() -> list[Peer]:
    """Return the published distributions that are known here."""
    # A requirement may go on behind a backslash at the end of its line.
    text = re.sub(r"\\\n\s*", "", REQUIREMENTS.read_text())
    return [
        Peer(match["name"], match["version"], match["hash"]) for match in REQUIREMENT.finditer(text)
    ]


def replaced() -> list[str]:
    """Return the addons that are published under the name of one of ours."""
    own = find_addons(examples=False)
    return [peer.addon for peer in read() if peer.addon in own]


def tested() -> list[str]:
    """Return the addons that are installed on ours and tested."""
    own = {*find_addons(examples=False), *ONLY_NEEDED, ""}
    return [peer.addon for peer in read() if peer.addon not in own]


def provide(workspace: Workspace, addons: Collection[str] | None = None) -> Unpacked:
    """Fetch and unpack published addons, unless that is done.

    :param workspace: where they go; the downloads outlive it
    :param addons: technical names; by default all. Python packages come in any case.
    :return: where they are
    :raises DevError: the package index can't be reached and they aren't in the cache
    """
    chosen = [peer for peer in read() if addons is None or not peer.addon or peer.addon in addons]
    top = workspace.dev / "peers"
    unpacked = Unpacked(top / "replaced", top / "others", top / "python")
    with file_lock(workspace.locks / "peers"):
        stamps = {
            peer: Stamp(workspace.stamps / "peers" / f"{peer.distribution}.json", peer.requirement)
            for peer in chosen
        }
        missing = [peer for peer, stamp in stamps.items() if stamp.read() is None]
        if missing:
            with console.step("Fetching published addons") as step:
                fetch(workspace, missing)
                for peer in missing:
                    unpack(peer, workspace, unpacked)
                    stamps[peer].write()
                step.detail = f"{len(missing)} packages"
    return unpacked


def fetch(workspace: Workspace, peers: list[Peer]) -> None:
    """Download the wheels that are not in the cache.

    :param workspace: with the cache
    :param peers: those needed
    :raises DevError: the package index doesn't give them
    """
    cache = workspace.cache / "peers"
    cache.mkdir(parents=True, exist_ok=True)
    wanted = [peer for peer in peers if not peer.wheel(cache)]
    if not wanted:
        return
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text("".join(peer.requirement for peer in wanted))
        process.run(
            [
                *(sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes"),
                *("--no-input", "--progress-bar=off", "--only-binary=:all:"),
                *("-d", folder, "-r", requirements),
            ],
            what="Fetching published addons",
            log=workspace.logs / "peers.log",
            environ={"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            way_on="check the network and the package index that pip is set up for",
        )
        # Whole files only: what is in the cache is trusted from now on.
        for wheel in Path(folder).glob("*.whl"):
            wheel.replace(cache / wheel.name)


def unpack(peer: Peer, workspace: Workspace, unpacked: Unpacked) -> None:
    """Unpack one wheel.

    :param peer: which
    :param workspace: with the cache
    :param unpacked: where to
    """
    wheel = peer.wheel(workspace.cache / "peers")
    if not wheel:
        raise DevError(
            f"The package index gave no {peer.distribution} {peer.version}", "try again later"
        )
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory(dir=workspace.dev) as draft:
        archive.extractall(draft)
        if not peer.addon:
            shutil.copytree(draft, unpacked.python, dirs_exist_ok=True)
            return
        folder = unpacked.replaced if peer.addon in replaced() else unpacked.others
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / peer.addon, ignore_errors=True)
        (Path(draft) / "odoo" / "addons" / peer.addon).replace(folder / peer.addon)
