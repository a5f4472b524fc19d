# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The base of everything that owns components."""

from contextlib import AbstractContextManager

from odoo import api, models

from ..core import WorkContext


class Collection(models.AbstractModel):
    """Inherit from this model to own components: backends usually do.

    Components name the model in ``_collection``.
    """

    _name = "collection.base"
    _description = "Base Abstract Collection"

    @api.private
    def work_on(self, model_name: str, **kwargs) -> AbstractContextManager[WorkContext]:
        """Open a work context on this collection::

            with backend.work_on("res.partner") as work:
                work.component(usage="record.importer").run(external_id)

        Override it to prepare what the components need, and to put it away
        afterwards, such as the client of an API::

            @contextmanager
            def work_on(self, model_name, **kwargs):
                with MyClient(self.url) as client:
                    with super().work_on(model_name, client=client, **kwargs) as work:
                        yield work

        :param model_name: name of the model the components work on
        :param kwargs: become attributes of the work context, handed over to the
            work contexts derived from it
        :raises ValueError: the collection isn't exactly one record
        """
        self.ensure_one()
        return _Working(WorkContext(model_name=model_name, collection=self, **kwargs))


class _Working:
    """Context manager that gives a work context, and has nothing to put away.

    A generator would cost a fifth of what it takes to find a component.
    """

    __slots__ = ("work",)

    def __init__(self, work: WorkContext):
        self.work = work

    def __enter__(self) -> WorkContext:
        return self.work

    def __exit__(self, *exc_info) -> None:
        return None
