# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Forty components of one collection, as a connector of some size has."""

from odoo import models

from odoo.addons.component.core import Component


class BenchmarkCollection(models.AbstractModel):
    """The collection they belong to."""

    _name = "benchmark.collection"
    _inherit = "collection.base"
    _description = "Collection of a Benchmark"


class BenchmarkBase(Component):
    """What all of them inherit from."""

    _name = "benchmark.base"
    _inherit = "base"
    _collection = "benchmark.collection"


class BenchmarkGeneral(Component):
    """One for all models."""

    _name = "benchmark.general"
    _inherit = "benchmark.base"
    _usage = "general"


class BenchmarkPartner(Component):
    """One for a single model, with a name of its own."""

    _name = "benchmark.partner"
    _inherit = "benchmark.base"
    _usage = "adapter"
    _apply_on = ["res.partner"]


def _more(number: int) -> type:
    """Make one of the components that only make the choice larger."""
    return type(
        f"BenchmarkOther{number}",
        (Component,),
        {
            "__module__": __name__,
            "_name": f"benchmark.other.{number}",
            "_inherit": "benchmark.base",
            "_usage": ("adapter", "mapper", "importer", "exporter")[number % 4],
            "_apply_on": [("res.users", "res.country", "res.currency")[number % 3]],
        },
    )


OTHERS = [_more(number) for number in range(37)]
