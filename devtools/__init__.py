# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The parts of ``./dev``: what a developer's or a CI machine needs to run and test the addons.

Everything up to the virtual environment is plain standard library, as it runs before anything is
installed. After that ``./dev`` starts itself again with the environment's Python.
"""
