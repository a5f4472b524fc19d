# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The browser binding of CMIS 1.1: requests, forms, answers and exceptions."""

from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.exception import ConnectorException, IDMissingInBackend, InvalidDataError
from odoo.addons.connector.http import BasicAuth
from odoo.addons.queue_job.exception import BaseQueueJobError, FailedJobError

from ..exceptions import CmisConflictError

#: exceptions of the standard -> errors of jobs; all others keep what their status says
ERRORS = {
    "objectNotFound": IDMissingInBackend,
    "nameConstraintViolation": CmisConflictError,
    "contentAlreadyExists": CmisConflictError,
    "updateConflict": CmisConflictError,
    "versioning": CmisConflictError,
    "constraint": InvalidDataError,
    "invalidArgument": InvalidDataError,
    "filterNotValid": InvalidDataError,
    "permissionDenied": FailedJobError,
    "notSupported": FailedJobError,
    "streamNotSupported": FailedJobError,
}


class CmisBrowserBinding(AbstractComponent):
    """Speaks with one repository of a server.

    The address of the service lists the repositories, each with two addresses: that of the
    repository, for queries, and that of its root folder, for all objects, which are named by their
    path or by the parameter ``objectId``.
    """

    _name = "cmis.browser.binding"
    _inherit = ["base.http.adapter", "base.cmis.connector"]

    def _auth(self):
        # Only managers may see the password, but whoever runs a job may use it.
        backend = self.backend_record.sudo()
        return BasicAuth(backend.login, backend.password or "") if backend.login else None

    def request(self, method, path="", **kwargs):
        """Send a request; an exception of the repository becomes the error that fits."""
        try:
            return super().request(method, path, **kwargs)
        except (BaseQueueJobError, ConnectorException) as error:
            raise self._translated(error) from None

    def _translated(self, error):
        """Find the error for what the repository has answered."""
        response = getattr(error, "http_response", None)
        if response is None:
            return error
        exception, message = self._exception_of(response)
        if exception in ERRORS:
            text = f"{response.what}: {exception}: {message}"
            return ERRORS[exception](self.client.redact(text))
        if isinstance(error, IDMissingInBackend):
            # Somebody must not take it for a document that was deleted.
            return FailedJobError(self.env._("%s: there is no CMIS repository", error))
        return error

    def _exception_of(self, response):
        """Return name and message of an exception; nothing if the answer is not one."""
        try:
            answer = response.json()
            return answer["exception"], answer.get("message") or ""
        except (BaseQueueJobError, AttributeError, KeyError, TypeError):
            return None, None

    # The repository

    def repositories(self):
        """List the repositories of the server: dict of id -> information."""
        answer = self.request("GET").json()
        if not isinstance(answer, dict) or not all(
            isinstance(info, dict) and info.get("rootFolderUrl") for info in answer.values()
        ):
            raise FailedJobError(
                self.env._("%s is not the browser binding of a CMIS server.", self.client.base_url)
            )
        return answer

    def repository(self):
        """Return the information on our repository.

        :raises FailedJobError: if it isn't clear which one is meant
        """
        found = self.repositories()
        wanted = self.backend_record.repository_id
        if wanted in found:
            return found[wanted]
        if not wanted and len(found) == 1:
            return next(iter(found.values()))
        raise FailedJobError(
            self.env._(
                "The repository %(wanted)s is none of those of the server: %(found)s.",
                wanted=wanted or "?",
                found=", ".join(sorted(found)),
            )
        )

    def _local(self, url):
        """Return an address as it is reached from here.

        Behind a proxy many servers name themselves as they are known there; and no other server
        must get our credentials.
        """
        base = urlsplit(self.client.base_url)
        parts = urlsplit(urljoin(self.client.base_url, url))
        return urlunsplit(parts._replace(scheme=base.scheme, netloc=base.netloc))

    @property
    def _repository_url(self):
        return self._local(self.backend_record._repository_urls()[0])

    @property
    def _root_url(self):
        return self._local(self.backend_record._repository_urls()[1])

    # Requests

    def _get(self, selector, url=None, **params):
        """Ask for something of an object.

        :param selector: what, a selector of the standard
        :param url: address of the root folder (default), of a path, or of the repository
        :param params: arguments, ``objectId`` among them unless the address is that of a path
        """
        params = {"cmisselector": selector, "succinct": "true", **params}
        return self.request("GET", url or self._root_url, params=params)

    def _post(self, action, object_id, properties=None, content=None, **arguments):
        """Change something.

        :param action: what, an action of the standard
        :param object_id: object, or the folder in which something is created
        :param properties: dict of property id -> value
        :param content: triple of file name, bytes and media type
        :param arguments: further arguments of the action
        """
        form = {"cmisaction": action, "succinct": "true", "_charset_": "UTF-8", **arguments}
        for number, (name, value) in enumerate((properties or {}).items()):
            form[f"propertyId[{number}]"] = name
            form[f"propertyValue[{number}]"] = value
        # With content it is a form of several parts, otherwise an ordinary one.
        files = {"content": content} if content else None
        return self.request(
            "POST", self._root_url, params={"objectId": object_id}, data=form, files=files
        )

    def _path_url(self, path):
        """Return the address of an object by its path from the root folder on."""
        path = quote(path.strip("/"), safe="/")
        return f"{self._root_url.rstrip('/')}/{path}" if path else self._root_url

    # Answers

    def _properties(self, answer):
        """Return the properties of an object; not every server knows the short form."""
        if "object" in answer:
            answer = answer["object"]
        if "succinctProperties" in answer:
            return answer["succinctProperties"]
        return {name: found.get("value") for name, found in answer["properties"].items()}

    def _has_more(self, answer, number, skip, limit):
        """Tell whether a page is not the last one; servers need not know."""
        if answer.get("hasMoreItems") is not None:
            return bool(answer["hasMoreItems"]) and number > 0
        if (total := answer.get("numItems")) is not None and total >= 0:
            return number > 0 and skip + number < total
        return number >= limit
