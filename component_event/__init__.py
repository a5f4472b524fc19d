# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import components, core, models
from .components.event import post_commit, skip_if
