# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from . import controllers, fields, models, wizards
from .engine import server_hooks
from .hooks import uninstall_hook
from .job import identity_exact

server_hooks.install()
