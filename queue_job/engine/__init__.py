# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The actors: what runs, in which process, and who talks to whom.

Nothing here imports the models at import time, so that a runner can start before any
registry exists.
"""
