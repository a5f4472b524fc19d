# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Ways to log in. Each knows its ``secrets``, so that they can be kept out of messages."""

from requests.auth import AuthBase, HTTPBasicAuth


class NoAuth(AuthBase):
    """Sends no credentials, not even those of a ``.netrc`` of the server's user."""

    secrets = ()

    def __call__(self, request):
        return request


class HeaderAuth(AuthBase):
    """Sends a key in a header.

    :param name: name of the header
    :param value: the key
    """

    def __init__(self, name: str, value: str):
        self.name = name
        self.secrets = (value,)

    def __call__(self, request):
        request.headers[self.name] = self.secrets[0]
        return request


class BearerAuth(HeaderAuth):
    """Sends a token as ``Authorization: Bearer``.

    :param token: the token
    """

    def __init__(self, token: str):
        super().__init__("Authorization", f"Bearer {token}")
        self.secrets = (f"Bearer {token}", token)


class BasicAuth(HTTPBasicAuth):
    """Sends a name and a password (or a key as the name, with an empty password).

    :param username: name, or key
    :param password: password
    """

    def __init__(self, username: str, password: str = ""):
        # Encoded here: the library would take text as latin-1.
        super().__init__(username.encode(), password.encode())
        # A short text would blot out half of every message, and is found in any dictionary.
        self.secrets = tuple(value for value in (password or username,) if len(value) > 3)


def as_auth(auth) -> AuthBase:
    """Accept what callers give: nothing, a pair of name and password, or an object.

    :param auth: ``None``, pair, or callable of requests
    """
    if auth is None:
        return NoAuth()
    if isinstance(auth, tuple | list):
        return BasicAuth(*auth)
    return auth
