# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The field type of job arguments, and its JSON with recordsets in it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import dateutil.parser
from lxml import etree

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools.func import lazy
from odoo.tools.misc import SENTINEL

from .exception import JobArgumentError, NotReadableJobError
from .rules.masking import mask

# A dict with this key is ours: it stands for a value that JSON does not have.
TAG = "_type"
# A dict of the user that has this key itself is stored as a list of pairs under this
# tag, so that data from outside can never pass for one of ours.
ESCAPED = "escaped_dict"
_QUOTED_TAG = f'"{TAG}"'


def escape(value: Any) -> Any:
    """Return the value with every dict that looks like one of our tags disguised.

    :param value: what a caller gave; left as it is, copied only where needed
    """
    if isinstance(value, dict):
        items = {key: escape(item) for key, item in value.items()}
        if TAG in items:
            return {TAG: ESCAPED, "items": [[key, item] for key, item in items.items()]}
        return items
    if isinstance(value, list | tuple):
        return [escape(item) for item in value]
    if isinstance(value, lazy):
        return escape(value._value)
    return value


class JobEncoder(json.JSONEncoder):
    """Write values of Odoo as JSON: recordsets, dates, XML elements, lazy values."""

    def encode(self, o: Any) -> str:
        # Walking through every argument in Python to look for dicts that look like
        # ours would cost more than all the rest; they are found by counting instead.
        self._tags = 0
        text = super().encode(o)
        if text.count(_QUOTED_TAG) == self._tags:
            return text
        return super().encode(escape(o))

    def iterencode(self, o: Any, _one_shot: bool = False):
        if not _one_shot:
            o = escape(o)
        return super().iterencode(o, _one_shot)

    def default(self, o: Any) -> Any:
        if isinstance(o, models.BaseModel):
            return self._tagged("odoo_recordset", **self._get_record_context(o))
        if isinstance(o, datetime):
            return self._tagged("datetime_isoformat", value=o.isoformat())
        if isinstance(o, date):
            return self._tagged("date_isoformat", value=o.isoformat())
        if isinstance(o, etree._Element):
            return self._tagged("etree_element", value=etree.tostring(o, encoding="unicode"))
        if isinstance(o, lazy):
            return o._value
        return super().default(o)

    def _tagged(self, tag: str, **values) -> dict[str, Any]:
        self._tags = getattr(self, "_tags", 0) + 1
        return {TAG: tag, **values}

    def _get_record_context(self, records) -> dict[str, Any]:
        return encode_recordset(records)


def encode_recordset(records, context_keys: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what is stored of a recordset, without its tag.

    :param records: recordset of saved records
    :param context_keys: context keys to keep besides the allow-list of the model
    :raise JobArgumentError: when a record has not been saved
    """
    ids = list(records._ids)
    if not all(isinstance(id_, int) and id_ for id_ in ids):
        raise JobArgumentError(
            f"{records!r} has not been saved: a job that runs later would not find it."
        )
    context = records._job_prepare_context_before_enqueue()
    if context_keys:
        context = dict(context)
        context.update(
            (key, records.env.context[key]) for key in context_keys if key in records.env.context
        )
    return {
        "model": records._name,
        "ids": ids,
        "uid": records.env.uid,
        "su": records.env.su,
        "context": escape(dict(context)),
    }


def _decode_recordset(values: dict[str, Any], env, own_identity: bool):
    model_name = values["model"]
    if model_name not in env:
        raise NotReadableJobError(f"The model {model_name} does not exist (any more).")
    if own_identity:
        # Never more rights than the job itself has, whatever its arguments say.
        env = env(su=bool(values.get("su")) and env.su)
    elif env.su:
        env = env(user=values.get("uid") or env.uid, su=bool(values.get("su")))
    model = env[model_name]
    if values.get("context"):
        model = model.with_context(**values["context"])
    return model.browse(values["ids"])


def _parse_element(text: str):
    # The text may have come from outside: no entities, no network.
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(text, parser)


def _untag(values: dict[str, Any], env, own_identity: bool) -> Any:
    tag = values[TAG]
    if tag == "odoo_recordset":
        return _decode_recordset(values, env, own_identity)
    if tag == "datetime_isoformat":
        return dateutil.parser.parse(values["value"])
    if tag == "date_isoformat":
        return dateutil.parser.parse(values["value"]).date()
    if tag == "etree_element":
        return _parse_element(values["value"])
    if tag == ESCAPED and isinstance(values.get("items"), list):
        return dict(values["items"])
    return values


def decode(value: Any, env) -> Any:
    """Give back the values that parsed JSON stands for, with the rights of ``env``.

    :param value: parsed JSON, as psycopg2 returns a jsonb column
    :param env: environment of the job; user and superuser mode come from it alone
    :raise NotReadableJobError: when a model is not there any more
    """
    if isinstance(value, dict):
        values = {key: decode(item, env) for key, item in value.items()}
        return _untag(values, env, own_identity=True) if TAG in values else values
    if isinstance(value, list):
        return [decode(item, env) for item in value]
    return value


class JobDecoder(json.JSONDecoder):
    """Read what JobEncoder wrote.

    :param env: environment of the recordsets. With superuser rights, recordsets get
        the user and the superuser mode written in the text; else both stay those of
        ``env``, as the text may come from anywhere.
    :param own_identity: True ignores the user and superuser mode in the text always
    :param lenient: True leaves records of a model that is gone as they are stored
    """

    def __init__(self, *args, **kwargs):
        env = kwargs.pop("env")
        assert env is not None, "env is mandatory"
        self.env = env
        self._own_identity = kwargs.pop("own_identity", False)
        self._lenient = kwargs.pop("lenient", False)
        super().__init__(*args, object_hook=self.object_hook, **kwargs)

    def object_hook(self, obj: dict[str, Any]) -> Any:
        if TAG not in obj:
            return obj
        try:
            return _untag(obj, self.env, self._own_identity)
        except NotReadableJobError:
            if not self._lenient:
                raise
            return obj


class JobSerialized(fields.Json):
    """Arguments of a job in a jsonb column; the cache holds JSON text.

    :param string: label
    :param base_type: what an empty value reads as: dict, list, tuple or models.BaseModel
    :param is_masked: True hides secrets from whoever reads or exports the field, and lets
        nobody search or group by it, which would give them away piece by piece
    """

    type = "job_serialized"
    _column_type = ("jsonb", "jsonb")

    # Payloads may be large, and lists of jobs don't show them.
    prefetch = False
    base_type = None
    is_masked = False

    _empty_json = {
        dict: "{}",
        list: "[]",
        tuple: "[]",
        models.BaseModel: "",
    }

    def __init__(self, string: str = SENTINEL, base_type: type = SENTINEL, **kwargs):
        super().__init__(string=string, base_type=base_type, **kwargs)

    def _setup_attrs__(self, model_class, name):
        super()._setup_attrs__(model_class, name)
        if self.base_type not in self._empty_json:
            raise ValueError(f"{self.base_type} is not a supported base type")

    def _insert_cache(self, records, values):
        # psycopg2 has parsed the column already, the cache wants text. The older addon
        # stored the text of the JSON as a string of JSON: parsed once, that is text.
        super()._insert_cache(
            records,
            [
                value if value is None or isinstance(value, str) else json.dumps(value)
                for value in values
            ],
        )

    def convert_to_column(self, value, record, values=None, validate=True):
        return self.convert_to_cache(value, record, validate=validate)

    def convert_to_cache(self, value, record, validate=True):
        if not value and not isinstance(value, models.BaseModel):
            return self._empty_json[self.base_type] or None
        if isinstance(value, str):
            return value
        return json.dumps(value, cls=JobEncoder)

    def convert_to_record(self, value, record):
        default = self._empty_json[self.base_type]
        env = record._job_serialized_env()
        if not value:
            return json.loads(default) if default else env["base"]
        if env is None:
            return json.loads(value)
        # People must be able to open the job of an addon that is gone.
        value = json.loads(value, cls=JobDecoder, env=env, own_identity=True, lenient=True)
        if self.base_type is models.BaseModel and not isinstance(value, models.BaseModel):
            return env["base"]
        return value

    def convert_to_write(self, value, record):
        # Not by way of convert_to_read: what is written is encoded afterwards.
        return value

    def convert_to_read(self, value, record, use_display_name=True):
        # Recordsets don't travel over RPC: their tags do.
        return json.loads(self._text_for_readers(value))

    def convert_to_export(self, value, record):
        if not value:
            return ""
        return self._text_for_readers(value)

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        self.check_not_masked(model)
        return super().condition_to_sql(field_expr, operator, value, model, alias, query)

    def check_not_masked(self, model) -> None:
        """Refuse to look into the stored values for users who see them masked.

        :param model: recordset in the environment of whoever asks
        :raise AccessError: except with superuser rights
        """
        if self.is_masked and not model.env.su:
            raise AccessError(
                model.env._(
                    "Jobs can't be searched, sorted or grouped by %(field)s: secrets in it "
                    "are hidden.",
                    field=self.get_description(model.env, ["string"])["string"],
                )
            )

    def _text_for_readers(self, value) -> str:
        return json.dumps(mask(value) if self.is_masked else value, cls=JobEncoder)
