# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the rest of the connector asks of a repository."""

from datetime import datetime, timezone

from odoo import fields

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import IDMissingInBackend, InvalidDataError

from ..exceptions import CmisConflictError

QUERIES = {"metadataonly", "bothseparate", "bothcombined"}


class CmisAdapter(Component):
    """Documents, as dicts of their properties.

    The id of an object is that of one version of a document, in repositories that keep versions.
    What stays the same is the id of the series of versions: that one is our external id.
    """

    _name = "cmis.adapter"
    _inherit = "cmis.browser.binding"

    def key_of(self, record):
        """Return the external id of a document: the same for all its versions."""
        return record.get("cmis:versionSeriesId") or record["cmis:objectId"]

    def read(self, object_id):
        """Return the properties of a document, in its latest version.

        :param object_id: id of any version
        :raises IDMissingInBackend: if there is none
        """
        # A server without versions leaves the parameter alone.
        answer = self._get("object", objectId=object_id, returnVersion="latest").json()
        return self._properties(answer)

    def read_path(self, path):
        """Return the properties of an object by its path."""
        return self._properties(self._get("object", self._path_url(path)).json())

    def read_content(self, record):
        """Return the content of a document as bytes; nothing if it has no content."""
        names = ("cmis:contentStreamFileName", "cmis:contentStreamMimeType")
        length = record.get("cmis:contentStreamLength")
        if length == 0 or (length is None and not any(record.get(name) for name in names)):
            return b""
        return self._get("content", objectId=record["cmis:objectId"]).content

    def create(self, folder_id, properties, content, mimetype):
        """Create a document, and return its properties."""
        properties = {"cmis:objectTypeId": "cmis:document", **properties}
        file = (properties["cmis:name"], content, mimetype)
        return self._changed(self._post("createDocument", folder_id, properties, file))

    def set_content(self, record, content, mimetype):
        """Replace the content of a document.

        :param record: its properties
        :param content: bytes
        :param mimetype: media type
        :return: its properties now; with another object id if it is a new version
        """
        object_id, file = record["cmis:objectId"], (record["cmis:name"], content, mimetype)
        if self.backend_record._repository_urls()[3] == "pwconly":
            copy_id = self._checked_out(record)
            return self._changed(self._post("checkIn", copy_id, content=file, major="true"))
        arguments = {"overwriteFlag": "true", **self._token(record)}
        return self._changed(self._post("setContent", object_id, content=file, **arguments), record)

    def _checked_out(self, record):
        """Return the id of the working copy of a document, which is ours alone."""
        copy_id = record.get("cmis:versionSeriesCheckedOutId")
        owner = record.get("cmis:versionSeriesCheckedOutBy")
        if copy_id and owner and owner == self.backend_record.login:
            # Left behind by an export that did not end.
            return copy_id
        answer = self._post("checkOut", record["cmis:objectId"]).json()
        return self._properties(answer)["cmis:objectId"]

    def write(self, record, properties):
        """Change properties of a document.

        :param record: its properties
        :param properties: those that change
        :return: its properties now
        """
        object_id = record["cmis:objectId"]
        response = self._post("update", object_id, properties, **self._token(record))
        return self._changed(response, record)

    def _token(self, record):
        """Say in which state we know a document, where the repository wants to hear it."""
        token = record.get("cmis:changeToken")
        return {"changeToken": token} if token else {}

    def delete(self, object_id):
        """Delete a document with all its versions."""
        self._post("delete", object_id, allVersions="true")

    def _changed(self, response, record=None):
        """Return the properties of what was changed, which an old server doesn't send."""
        if response.content.strip() or record is None:
            return self._properties(response.json())
        return self.read(record["cmis:objectId"])

    # Folders

    def ensure_folder(self, path):
        """Return the id of a folder; it is created, if need be with those it is in.

        :param path: path from the root folder on
        """
        try:
            return self.read_path(path)["cmis:objectId"]
        except IDMissingInBackend:
            if not path.strip("/"):
                raise
        parent, _slash, name = path.strip("/").rpartition("/")
        parent_id = self.ensure_folder(parent)
        properties = {"cmis:objectTypeId": "cmis:folder", "cmis:name": name}
        try:
            response = self._post("createFolder", parent_id, properties)
            return self._properties(response.json())["cmis:objectId"]
        except (CmisConflictError, InvalidDataError):
            # Another job was faster. If the reason is another one, this says that it isn't there.
            return self.read_path(path)["cmis:objectId"]

    # Lists

    def search_page(self, filters=None, page=None, limit=100):
        """List a page of the documents below the folder of the backend.

        :param filters: dict; ``from_date``, a naive UTC datetime, for what has changed since
        :param page: what the call before returned; ``None`` for the first
        :param limit: how many at most
        :return: pairs of external id and object id; and the next page or ``None``
        """
        since = fields.Datetime.to_datetime((filters or {}).get("from_date"))
        by_query = self.backend_record.listing == "auto" and self._can_query()
        list_page = self._query_page if by_query else self._children_page
        records, page = list_page(since, page, limit)
        return [[self.key_of(record), record["cmis:objectId"]] for record in records], page

    def _can_query(self):
        return self.backend_record._repository_urls()[2] in QUERIES

    def _query_page(self, since, page, limit):
        """List documents by a query; a page is named by folder, and number of those before it."""
        # What changes meanwhile moves to the front, where the next import finds it: so nothing
        # slips back over the border between two pages.
        folder_id, skip = page or [self.ensure_folder(self.backend_record.folder_path), 0]
        statement = f"SELECT * FROM cmis:document WHERE IN_TREE({_literal(folder_id)})"
        if since:
            statement += f" AND cmis:lastModificationDate >= TIMESTAMP '{_timestamp(since)}'"
        statement += " ORDER BY cmis:lastModificationDate DESC"
        answer = self._get(
            "query",
            self._repository_url,
            q=statement,
            searchAllVersions="false",
            maxItems=limit,
            skipCount=skip,
        ).json()
        found = [self._properties(item) for item in answer["results"]]
        more = self._has_more(answer, len(found), skip, limit)
        return found, [folder_id, skip + len(found)] if more else None

    def _children_page(self, since, page, limit):
        """List documents folder by folder; a page is named by the folders to come, and the number
        of children of the first of them that we have had.
        """
        folders, skip = page or [[self.ensure_folder(self.backend_record.folder_path)], 0]
        answer = self._get("children", objectId=folders[0], maxItems=limit, skipCount=skip).json()
        children = [self._properties(item) for item in answer["objects"]]
        folders = folders + [
            child["cmis:objectId"]
            for child in children
            if child["cmis:baseTypeId"] == "cmis:folder"
        ]
        documents = [
            child
            for child in children
            if child["cmis:baseTypeId"] == "cmis:document"
            and (not since or to_datetime(child["cmis:lastModificationDate"]) >= since)
        ]
        if self._has_more(answer, len(children), skip, limit):
            return documents, [folders, skip + len(children)]
        return documents, [folders[1:], 0] if folders[1:] else None


def _literal(text):
    """Write a text as a literal of CMIS' query language."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _timestamp(date):
    return date.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def to_datetime(milliseconds):
    """Make a naive UTC datetime of a date of the browser binding.

    :param milliseconds: since 1970
    """
    date = datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
    return date.replace(tzinfo=None)
