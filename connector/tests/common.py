# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the tests of components share."""

import importlib
from contextlib import contextmanager
from unittest import mock

from odoo.tests import TransactionCase

from odoo.addons.component.core import Component, ComponentRegistry, WorkContext
from odoo.addons.queue_job.tests.common import trap_jobs


@contextmanager
def mock_job_delay_to_direct(job_path: str):
    """Have the function of a job called at once, where it would be delayed.

    For tests of older connectors; today there is the context key ``queue_job__no_delay``.

    :param job_path: dotted path of a function with the decorator of ``connector.queue.job``
    """
    module_name, _dot, name = job_path.rpartition(".")
    function = getattr(importlib.import_module(module_name), name)

    def call(session, *args, **kwargs):
        for option in ("priority", "eta", "max_retries", "description"):
            kwargs.pop(option, None)
        return function(session, *args, **kwargs)

    with mock.patch.object(function, "delay", call):
        yield


class RunJobsMixin:
    """For test cases of what goes on in jobs that enqueue more jobs."""

    def run_jobs(self, action, *args, **kwargs) -> list[str]:
        """Run what an action enqueues, and what those jobs enqueue, until none is left.

        :param action: what to call with the other arguments
        :return: names of the jobs' methods
        """
        names = []
        with trap_jobs() as trap:
            action(*args, **kwargs)
            while trap.enqueued_jobs:
                self.env.flush_all()
                names += [job.method_name for job in trap.enqueued_jobs]
                trap.perform_enqueued_jobs()
        return names


class ConnectorComponentCase(TransactionCase):
    """Each test builds its own components on top of those of the addon, and of no other one."""

    def setUp(self):
        super().setUp()
        self.comp_registry = ComponentRegistry()
        for module in ("component", "component_event", "connector"):
            self.comp_registry.load_components(module)
        self.comp_registry.ready = True
        self.env = self.env(context=dict(self.env.context, components_registry=self.comp_registry))
        self.collection = self.env["collection.base"].new()

    def work_on(self, model_name="res.partner", **kwargs):
        """Return a work context of the test's registry.

        :param model_name: model to work on
        :param kwargs: attributes of the work context
        """
        return WorkContext(model_name=model_name, collection=self.collection, **kwargs)

    def _build_components(self, *definitions):
        """Build components defined in the test.

        :param definitions: component classes, parents first
        """
        for definition in definitions:
            definition._build_component(self.comp_registry)

    def build(self, *definitions):
        """Build components, and return an instance of the last one.

        :param definitions: component classes, parents first
        """
        self._build_components(*definitions)
        return self.comp_registry[definitions[-1]._name](self.work_on())


def import_mapper(name="test.import.mapper", **attributes):
    """Define an import mapper.

    :param name: name of the component
    :param attributes: of the class
    """
    return _define("TestImportMapper", name, "base.import.mapper", attributes)


def export_mapper(name="test.export.mapper", **attributes):
    """Define an export mapper.

    :param name: name of the component
    :param attributes: of the class
    """
    return _define("TestExportMapper", name, "base.export.mapper", attributes)


def _define(class_name, name, inherit, attributes):
    return type(
        class_name,
        (Component,),
        {"_name": name, "_inherit": inherit, "__module__": __name__, **attributes},
    )
