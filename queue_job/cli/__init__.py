# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Commands of Odoo's executable; each is loaded by its file name."""
