# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Settings of job functions that people write as Python literals, and that are stored as JSON."""

import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.values import read_literal

_RELATED_ACTION_KEYS = {"enable", "func_name", "kwargs"}
#: Stored as JSON, and written as text in some data files.
_STORED = ("retry_pattern", "related_action")


class QueueJobFunction(models.Model):
    _inherit = "queue.job.function"

    edit_retry_pattern = fields.Text(
        string="Retry Pattern",
        compute="_compute_edit_retry_pattern",
        inverse="_inverse_edit_retry_pattern",
        help="Seconds to wait before the next try, by number of tries made: "
        "{1: 10, 5: 60, 10: (60, 120)} waits 10 seconds from the first try on, "
        "60 from the fifth, and between 60 and 120 from the tenth.",
    )
    edit_related_action = fields.Text(
        string="Related Action",
        compute="_compute_edit_related_action",
        inverse="_inverse_edit_related_action",
        help="What the button 'Related' of a job opens: "
        '{"enable": True, "func_name": "method_of_queue_job", "kwargs": {}}. '
        "Every key may be left out.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create job functions; data files may write the stored settings as text.

        :param vals_list: values, one dict a function
        :return: the functions, in the order of ``vals_list``
        """
        return super().create([self._read_stored(vals) for vals in vals_list])

    def write(self, vals):
        """Write; data files may write the stored settings as text.

        :param vals: values
        :return: True
        """
        return super().write(self._read_stored(vals))

    def _read_stored(self, vals: dict) -> dict:
        texts = {name: vals[name] for name in _STORED if isinstance(vals.get(name), str)}
        if not texts:
            return vals
        function = ", ".join(filter(None, self.mapped("name"))) or vals.get("name")
        # As JSON and not as dicts, in which what looks like a stored recordset is disguised:
        # settings are read as plain JSON.
        read = {
            name: json.dumps(self._dict_of_text(text, name, function))
            for name, text in texts.items()
        }
        return {**vals, **read}

    @api.depends("retry_pattern")
    def _compute_edit_retry_pattern(self):
        for function in self:
            function.edit_retry_pattern = str(function._parse_retry_pattern())

    def _inverse_edit_retry_pattern(self):
        for function in self:
            function.retry_pattern = function._literal_dict("edit_retry_pattern")

    @api.depends("related_action")
    def _compute_edit_related_action(self):
        for function in self:
            function.edit_related_action = str(function.related_action or {})

    def _inverse_edit_related_action(self):
        for function in self:
            function.related_action = function._literal_dict("edit_related_action")

    @api.constrains("retry_pattern")
    def _check_retry_pattern(self):
        for function in self:
            for count, seconds in (function.retry_pattern or {}).items():
                if not self._is_retry_entry(count, seconds):
                    raise UserError(
                        self.env._(
                            "The retry pattern of %(function)s is not valid at %(entry)s. "
                            "Example of a valid one:\n%(example)s",
                            function=function.name,
                            entry=f"{count!r}: {seconds!r}",
                            example="{1: 300, 5: 600, 10: 1200, 20: (3000, 6000)}",
                        )
                    )

    @api.constrains("related_action")
    def _check_related_action(self):
        for function in self:
            unknown = set(function.related_action or {}) - _RELATED_ACTION_KEYS
            if unknown:
                raise UserError(
                    self.env._(
                        "The related action of %(function)s has the unknown key(s) "
                        "%(keys)s. Example of a valid one:\n%(example)s",
                        function=function.name,
                        keys=", ".join(sorted(map(str, unknown))),
                        example='{"enable": True, "func_name": "open_it", "kwargs": {"limit": 10}}',
                    )
                )
            name = (function.related_action or {}).get("func_name")
            # A method that is not there may come with an addon that is installed later.
            if name and isinstance(name, str) and hasattr(self.env["queue.job"], name):
                self.env["queue.job"]._related_action_method(name)

    def _parse_retry_pattern(self) -> dict:
        """Return the retry pattern as it was before JSON: integer keys, tuples."""
        pattern = self.retry_pattern or {}
        if any(not self._is_retry_entry(*entry) for entry in pattern.items()):
            return {}
        return {
            int(count): tuple(seconds) if isinstance(seconds, list) else seconds
            for count, seconds in pattern.items()
        }

    @staticmethod
    def _is_retry_entry(count, seconds) -> bool:
        # JSON turned the keys into text, so only these may be digits in a string.
        values = seconds if isinstance(seconds, list | tuple) else [seconds]
        if isinstance(seconds, list | tuple) and len(seconds) != 2:
            return False
        return str(count).isdecimal() and all(
            isinstance(value, int) and value >= 0 for value in values
        )

    def _literal_dict(self, field_name):
        return self._dict_of_text(self[field_name] or "", field_name, self.name)

    @api.model
    def _dict_of_text(self, text: str, field_name: str, function: str) -> dict:
        try:
            value = read_literal(text)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise UserError(
                self.env._(
                    "%(field)s of %(function)s must be written as a Python dictionary, "
                    "not: %(text)s",
                    field=self._fields[field_name].get_description(self.env)["string"],
                    function=function,
                    text=text,
                )
            )
        return value
