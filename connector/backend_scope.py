# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which backends a component is for, and how closely it is made for one of them."""

from typing import NamedTuple

# Distances of what is declared for a type alone, and of what is declared for nothing: farther than
# any version.
TYPE_ONLY = 1_000_000
UNLIMITED = 1_000_001

_ATTRIBUTES = ("_backend_version", "_backend_version_from")


def _as_tuple(value) -> tuple[str | None, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    return tuple(value)


class BackendScope(NamedTuple):
    """Type and versions of the backends that a component is for.

    :param type: type of backends, ``None`` for any
    :param exact: versions it is for, and not for those that come after them
    :param since: versions from which on it is for all; ``None`` among them stands for every
        version of the type, as if nothing was said
    """

    type: str | None
    exact: tuple[str, ...]
    since: tuple[str | None, ...]

    @classmethod
    def of(cls, component_class: type) -> "BackendScope | None":
        """Read the scope of a component from its class attributes.

        The versions are those of the nearest class that declares them: a component that inherits
        from the one of version 1.6 and says ``_backend_version_from = "1.7"`` is not for 1.6. One
        that says ``_backend_version = None`` is for all.

        :param component_class: final class of a component
        :return: ``None`` if it is for any backend
        """
        exact, since = (), ()
        for klass in component_class.__mro__:
            if any(name in vars(klass) for name in _ATTRIBUTES):
                exact, since = (_as_tuple(vars(klass).get(name)) for name in _ATTRIBUTES)
                break
        backend_type = component_class._backend_type
        if not (backend_type or exact or since):
            return None
        return cls(backend_type, exact, since)

    def distance(self, backend) -> int | None:
        """Measure how far the scope is from a backend: 0 is made for exactly its version.

        :param backend: backend record, or any collection
        :return: ``None`` if the scope doesn't hold the backend
        """
        if self.type and self.type != getattr(backend, "_backend_type", None):
            return None
        if not (self.exact or self.since):
            return TYPE_ONLY
        chain = version_chain(backend)
        if chain and chain[0] in self.exact:
            return 0
        for step, version in enumerate(chain):
            if version in self.since:
                # Behind what is made for exactly this version, even from the same version on.
                return step + 1
        return TYPE_ONLY if None in self.since else None

    def __str__(self) -> str:
        words = ["backends"]
        if self.type:
            words.append(f"of type {self.type!r}")
        versions = [repr(version) for version in self.exact]
        versions += [f"from {version!r} on" if version else "any" for version in self.since]
        if versions:
            words.append(f"of version {' or '.join(versions)}")
        return " ".join(words)


def describe_backend(backend) -> str:
    """Say of which type and version a backend is, for messages.

    :param backend: backend record, or any collection
    """
    backend_type = getattr(backend, "_backend_type", None)
    chain = version_chain(backend)
    words = [f"type {backend_type!r}" if backend_type else "no type"]
    words.append(f"version {' < '.join(map(repr, chain))}" if chain else "no version")
    return ", ".join(words)


def version_chain(backend) -> list[str]:
    """List the version of a backend and those it descends from, nearest first.

    :param backend: backend record, or any collection; one without ``_backend_version_chain`` has
        no version
    """
    method = getattr(backend, "_backend_version_chain", None)
    return method() if method else []
