# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs that write down what they were given; they use nothing that only one engine has."""

import os
import time
from datetime import date, datetime

from lxml import etree

from odoo import fields, models

from odoo.addons.queue_job.exception import RetryableJobError

#: Set for the server of the older addon, whose job is to be running when that server dies.
LINGER = "TEST_UPGRADE_LINGER"


class TestUpgradeNote(models.Model):
    _name = "test.upgrade.note"
    _description = "Note of a Test Job"
    _log_access = False

    key = fields.Char(index=True)
    text = fields.Char()

    def note(self, key, *args, **kwargs):
        """Write down the arguments, their types included."""
        values = [*args, *(f"{name}={_told(value)}" for name, value in kwargs.items())]
        whom = f"{self.env.user.login}{' as superuser' if self.env.su else ''}"
        where = f"{self.env.context.get('lang')} {self.env.companies.ids}"
        text = " | ".join([whom, where, *map(_told, values), f"on {len(self)}"])
        self.env["test.upgrade.note"].sudo().create({"key": key, "text": text})
        return text

    def linger(self, key):
        """Be at work when the server dies; afterwards only write a note."""
        if os.environ.get(LINGER):
            time.sleep(600)
        return self.note(key)

    def retry(self, key):
        """Ask for another try, once."""
        if not self.search_count([("key", "=", "again")]):
            raise RetryableJobError("not yet")
        return self.note(key)

    def fail(self, key):
        """Fail, until somebody writes the note that helps."""
        if not self.search_count([("key", "=", "mended")]):
            raise ValueError(f"{key} does not work")
        return self.note(key)


def _told(value):
    if isinstance(value, models.BaseModel):
        return f"{value._name}{value.ids}{' su' if value.env.su else ''}"
    if isinstance(value, (datetime, date)):
        return f"{type(value).__name__} {value.isoformat()}"
    if isinstance(value, etree._Element):
        return f"element {etree.tostring(value).decode()}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_told, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_told(each)}' for key, each in value.items())}}}"
    return str(value)
