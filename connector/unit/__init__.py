# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where connectors of the first generation import their base classes from."""
