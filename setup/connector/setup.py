# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import runpy
from pathlib import Path

HERE = Path(__file__).resolve().parent

runpy.run_path(str(HERE.parent / "distribution.py"), {"ADDON": HERE.name})
