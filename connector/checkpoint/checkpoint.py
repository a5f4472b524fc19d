# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where connectors of the first generation import checkpoints from."""

from ..legacy import warn_once
from ..models.checkpoint import ConnectorCheckpoint
from ..models.checkpoint import add_checkpoint as _add_checkpoint

connector_checkpoint = ConnectorCheckpoint

warn_once(__name__, "odoo.addons.connector.models.checkpoint")


def add_checkpoint(session, model_name, record_id, backend_model_name, backend_id):
    """Ask for a review of a record that was imported.

    :param session: anything with an ``env``, or an environment
    :param model_name: model of the record
    :param record_id: its id
    :param backend_model_name: model of the backend
    :param backend_id: its id
    :return: checkpoint
    """
    env = getattr(session, "env", session)
    return _add_checkpoint(env, model_name, record_id, backend_model_name, backend_id)
