# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The place where older modules and start scripts look for the runner.

The runner itself is in ``..engine``; importing the addon wires it into Odoo's server.
"""
