# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Pure rules of the queue: no Odoo and no database behind these modules.

Everything here takes values and returns values, so it is tested in milliseconds
and can be used by the supervisor process, which loads no registry.
"""
