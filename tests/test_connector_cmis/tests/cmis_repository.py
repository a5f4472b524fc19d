# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A small CMIS 1.1 repository that speaks the browser binding. It knows nothing of Odoo."""

import base64
import dataclasses
import email.parser
import itertools
import json
import re
from datetime import datetime, timezone
from urllib.parse import parse_qs, unquote, urlsplit

#: status of each exception of the standard
STATUS = {
    "invalidArgument": 400,
    "filterNotValid": 400,
    "permissionDenied": 403,
    "streamNotSupported": 403,
    "objectNotFound": 404,
    "notSupported": 405,
    "constraint": 409,
    "nameConstraintViolation": 409,
    "contentAlreadyExists": 409,
    "updateConflict": 409,
    "versioning": 409,
    "runtime": 500,
    "storage": 500,
}
#: how the server is known inside of its network
INTERNAL = "http://cmis.internal:8080"
SERVICE = "/cmis/1.1/browser"
ROOT_ID = "root"


class CmisError(Exception):
    """An exception of the standard."""

    def __init__(self, name, message):
        super().__init__(message)
        self.name = name


@dataclasses.dataclass
class Node:
    """A folder, or one version of a document."""

    id: str
    base: str
    name: str
    parent: str | None
    series: str | None = None
    content: bytes | None = None
    mimetype: str | None = None
    modified: int = 0
    #: id of the document of which it is the working copy; id of the working copy of the document
    original: str | None = None
    copy: str | None = None

    def properties(self):
        found = {
            "cmis:objectId": self.id,
            "cmis:baseTypeId": self.base,
            "cmis:objectTypeId": self.base,
            "cmis:name": self.name,
            "cmis:lastModificationDate": self.modified,
            "cmis:changeToken": f"token-{self.modified}",
        }
        if self.base == "cmis:document":
            has_content = self.content is not None
            found |= {
                "cmis:versionSeriesId": self.series,
                "cmis:isLatestVersion": True,
                "cmis:isPrivateWorkingCopy": self.original is not None,
                "cmis:versionSeriesCheckedOutId": self.copy,
                "cmis:versionSeriesCheckedOutBy": "odoo" if self.copy else None,
                "cmis:contentStreamLength": len(self.content) if has_content else None,
                "cmis:contentStreamMimeType": self.mimetype if has_content else None,
                "cmis:contentStreamFileName": self.name if has_content else None,
            }
        return found


class CmisRepository:
    """One repository; its documents get a new object id with each version.

    :param login: pair of name and password that requests must have
    :param query: the capability of that name
    """

    def __init__(self, login=None, query="metadataonly"):
        self.login = login
        self.query = query
        #: when contents can be replaced: at any time, or in working copies only
        self.updatability = "anytime"
        #: number of the repositories that the server has
        self.repository_ids = ["main"]
        self.short_form = True
        self.serial = itertools.count(1)
        #: time of the last change, milliseconds since 1970
        self.clock = 1_700_000_000_000
        self.nodes = {ROOT_ID: Node(ROOT_ID, "cmis:folder", "", None)}
        #: answers to the next requests, whatever they are: triples of status, headers and body
        self.faults = []

    # What tests do as users of the repository

    def add_folder(self, path):
        """Make a folder, with those it is in, and return its id."""
        parent = ROOT_ID
        for name in path.strip("/").split("/"):
            child = self._child(parent, name)
            parent = child.id if child else self._create(parent, "cmis:folder", name).id
        return parent

    def add(self, path, content=b"", mimetype="text/plain"):
        """Make a document, and return the id of its series."""
        folder, _slash, name = path.strip("/").rpartition("/")
        parent = self.add_folder(folder) if folder else ROOT_ID
        return self._create(parent, "cmis:document", name, content, mimetype).series

    def latest(self, series):
        """Return the latest version of a document."""
        return [node for node in self.nodes.values() if node.series == series][-1]

    def change(self, series, content):
        """Check a new version in."""
        return self._new_version(self.latest(series), content, "text/plain")

    def remove(self, series):
        """Delete a document."""
        for node in [node for node in self.nodes.values() if node.series == series]:
            del self.nodes[node.id]

    def documents(self):
        """Return the latest version of each document, by path."""
        found = {self._path(node): node for node in self._latest_nodes() if node.series}
        return dict(sorted(found.items()))

    # HTTP

    def handle(self, method, path, headers, body):
        """Answer a request.

        :return: status, headers and body
        """
        if self.faults:
            return self.faults.pop(0)
        if self.login and not self._is_logged_in(headers):
            return 401, {"WWW-Authenticate": 'Basic realm="CMIS"'}, b"<html>Unauthorized</html>"
        parts = urlsplit(path)
        params = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        try:
            return self._route(method, unquote(parts.path), params, headers, body)
        except CmisError as error:
            answer = {"exception": error.name, "message": str(error)}
            return self._json(answer, STATUS[error.name])

    def _route(self, method, path, params, headers, body):
        if path == SERVICE:
            return self._json({name: self._info(name) for name in self.repository_ids})
        repository, root = f"{SERVICE}/main", f"{SERVICE}/main/root"
        if path == root or path.startswith(f"{root}/"):
            if method == "GET":
                return self._select(path[len(root) :], params)
            return self._act(params, *_form(headers, body))
        if path == repository and params.get("cmisselector") == "query":
            return self._query(params)
        return 404, {"Content-Type": "text/html"}, b"<html>Not Found</html>"

    def _is_logged_in(self, headers):
        expected = base64.b64encode(":".join(self.login).encode()).decode()
        return headers.get("Authorization") == f"Basic {expected}"

    def _json(self, value, status=200):
        return status, {"Content-Type": "application/json"}, json.dumps(value).encode()

    def _info(self, name):
        return {
            "repositoryId": name,
            "repositoryName": f"The {name} repository",
            "productName": "Small CMIS",
            "productVersion": "1.0",
            "cmisVersionSupported": "1.1",
            "rootFolderId": ROOT_ID,
            "capabilities": {
                "capabilityQuery": self.query,
                "capabilityContentStreamUpdatability": self.updatability,
            },
            "repositoryUrl": f"{INTERNAL}{SERVICE}/{name}",
            "rootFolderUrl": f"{INTERNAL}{SERVICE}/{name}/root",
        }

    # Selectors

    def _select(self, path, params):
        node = self._at(path) if path.strip("/") else self._node(params.get("objectId", ROOT_ID))
        if params.get("returnVersion") == "latest" and node.series:
            node = self.latest(node.series)
        selector = params.get("cmisselector")
        if selector == "object":
            return self._json(self._object(node, params))
        if selector == "content":
            if node.content is None:
                raise CmisError("constraint", "no content")
            return 200, {"Content-Type": node.mimetype}, node.content
        if selector == "children":
            if node.base != "cmis:folder":
                raise CmisError("invalidArgument", "not a folder")
            return self._json(self._children(node, params))
        raise CmisError("notSupported", f"selector {selector}")

    def _object(self, node, params):
        properties = node.properties()
        if self.short_form and params.get("succinct") == "true":
            return {"succinctProperties": properties}
        return {
            "properties": {name: {"id": name, "value": properties[name]} for name in properties}
        }

    def _children(self, folder, params):
        children = [node for node in self._latest_nodes() if node.parent == folder.id]
        page, more = _page(children, params)
        objects = [{"object": self._object(node, params)} for node in page]
        return {"objects": objects, "hasMoreItems": more, "numItems": len(children)}

    def _query(self, params):
        if self.query == "none":
            raise CmisError("notSupported", "no queries")
        match = re.fullmatch(
            r"SELECT \* FROM cmis:document WHERE IN_TREE\('([^']*)'\)"
            r"(?: AND cmis:lastModificationDate >= TIMESTAMP '([^']*)')?"
            r" ORDER BY cmis:lastModificationDate DESC",
            params.get("q", ""),
        )
        if not match:
            raise CmisError("invalidArgument", "syntax error in the query")
        folder_id, since = match.groups()
        found = [
            node
            for node in self._latest_nodes()
            if node.series
            and self._is_below(node, folder_id)
            and _iso(node.modified) >= (since or "")
        ]
        found.sort(key=lambda node: -node.modified)
        page, more = _page(found, params)
        results = [self._object(node, params) for node in page]
        return self._json({"results": results, "hasMoreItems": more, "numItems": len(found)})

    # Actions

    def _act(self, params, form, content):
        node = self._node(params.get("objectId") or form.get("objectId") or ROOT_ID)
        action = form.get("cmisaction")
        properties, number = {}, 0
        while f"propertyId[{number}]" in form:
            properties[form[f"propertyId[{number}]"]] = form.get(f"propertyValue[{number}]")
            number += 1
        if action == "delete":
            if form.get("allVersions", "true") == "true" and node.series:
                self.remove(node.series)
            else:
                del self.nodes[node.id]
            return 200, {}, b""
        if action in ("createDocument", "createFolder"):
            base = "cmis:document" if action == "createDocument" else "cmis:folder"
            node = self._create_from(node, base, properties, content)
        elif action == "setContent":
            node = self._set_content(node, form, content)
        elif action == "update":
            self._update(node, form, properties)
        elif action == "checkOut":
            node = self._check_out(node)
        elif action == "checkIn":
            node = self._check_in(node, content)
        else:
            raise CmisError("notSupported", f"action {action}")
        return self._json(self._object(node, form), 200 if action == "update" else 201)

    def _set_content(self, node, form, content):
        if self.updatability == "pwconly":
            raise CmisError("versioning", "check it out first")
        self._check_latest(node, form)
        if node.content is not None and form.get("overwriteFlag") == "false":
            raise CmisError("contentAlreadyExists", node.name)
        return self._new_version(node, content[1], content[2])

    def _update(self, node, form, properties):
        self._check_latest(node, form)
        if (name := properties.get("cmis:name")) is not None:
            self._check_name(node.parent, name)
            node.name, node.modified = name, self._tick()

    def _check_in(self, copy, content):
        original = self._node(copy.original)
        del self.nodes[copy.id]
        original.copy = None
        return self._new_version(original, content[1], content[2])

    def _create_from(self, folder, base, properties, content):
        if properties.get("cmis:objectTypeId") != base:
            raise CmisError("constraint", "cmis:objectTypeId is missing or wrong")
        if not properties.get("cmis:name") or "/" in properties["cmis:name"]:
            raise CmisError("nameConstraintViolation", "no good name")
        _name, data, mimetype = content or (None, None, None)
        return self._create(folder.id, base, properties["cmis:name"], data, mimetype)

    # The store

    def _tick(self):
        self.clock += 1000
        return self.clock

    def _create(self, parent, base, name, content=None, mimetype=None):
        self._check_name(parent, name)
        number = next(self.serial)
        is_document = base == "cmis:document"
        node = Node(
            f"doc-{number};1.0" if is_document else f"folder-{number}",
            base,
            name,
            parent,
            f"series-{number}" if is_document else None,
            content,
            mimetype,
            self._tick(),
        )
        self.nodes[node.id] = node
        return node

    def _new_version(self, node, content, mimetype):
        stem, _semicolon, version = node.id.partition(";")
        new = dataclasses.replace(
            node,
            id=f"{stem};{float(version) + 1}",
            content=content,
            mimetype=mimetype,
            modified=self._tick(),
        )
        self.nodes[new.id] = new
        return new

    def _check_name(self, parent, name):
        if self._child(parent, name):
            raise CmisError("nameConstraintViolation", f"{name} exists already")

    def _check_out(self, node):
        if node.copy:
            raise CmisError("versioning", "already checked out")
        node.copy = f"copy-{next(self.serial)}"
        copy = dataclasses.replace(
            node, id=node.copy, parent=None, series=None, original=node.id, copy=None
        )
        self.nodes[copy.id] = copy
        return copy

    def _check_latest(self, node, form):
        if form.get("changeToken", f"token-{node.modified}") != f"token-{node.modified}":
            raise CmisError("updateConflict", "changed meanwhile")
        if node.series and self.latest(node.series) is not node:
            raise CmisError("versioning", "not the latest version")

    def _latest_nodes(self):
        return [
            node
            for node in list(self.nodes.values())
            if not node.series or self.latest(node.series) is node
        ]

    def _child(self, parent, name):
        for node in self._latest_nodes():
            if node.parent == parent and node.name == name:
                return node
        return None

    def _node(self, object_id):
        if object_id not in self.nodes:
            raise CmisError("objectNotFound", f"no object {object_id}")
        return self.nodes[object_id]

    def _at(self, path):
        node = self.nodes[ROOT_ID]
        for name in path.strip("/").split("/"):
            node = self._child(node.id, name)
            if node is None:
                raise CmisError("objectNotFound", f"no object at {path}")
        return node

    def _path(self, node):
        names = []
        while node.parent:
            names.append(node.name)
            node = self.nodes[node.parent]
        return "/" + "/".join(reversed(names))

    def _is_below(self, node, folder_id):
        while node.parent:
            node = self.nodes[node.parent]
            if node.id == folder_id:
                return True
        return False


def _page(items, params):
    """Cut a page out of a list: its items, and whether more follow."""
    skip, limit = int(params.get("skipCount", 0)), int(params.get("maxItems", 100))
    return items[skip : skip + limit], skip + limit < len(items)


def _iso(milliseconds):
    """Write a date as it is in queries."""
    date = datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
    return date.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _form(headers, body):
    """Read a form: its values by name, and the content as a triple of name, bytes and type."""
    kind = headers.get("Content-Type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        return {name: values[-1] for name, values in parse_qs(body.decode()).items()}, None
    message = email.parser.BytesParser().parsebytes(
        b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body
    )
    values, content = {}, None
    for part in message.get_payload():
        name = part.get_param("name", header="Content-Disposition")
        data = part.get_payload(decode=True)
        if name == "content":
            content = (part.get_filename(), data, part.get_content_type())
        else:
            values[name] = data.decode()
    return values, content
