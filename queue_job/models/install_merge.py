# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What channels and job functions share when data files declare them twice."""

from odoo import models


def is_noupdate(record: models.BaseModel) -> bool:
    """Tell whether a data file declared the record as not to be updated.

    :param record: one record
    :return: True when one of its XML ids carries ``noupdate``
    """
    record.ensure_one()
    return bool(
        record.env["ir.model.data"]
        .sudo()
        .search_count(
            [
                ("model", "=", record._name),
                ("res_id", "=", record.id),
                ("noupdate", "=", True),
            ],
            limit=1,
        )
    )
