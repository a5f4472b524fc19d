# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Workloads, one file each (``bench_*.py``), and what they have in common."""
