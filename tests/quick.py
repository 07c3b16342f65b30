"""Loaded before all else by `python -m pytest -p tests.quick`, it spares each process a second.

nbval loads nbformat, which loads a parser of international addresses wherever JupyterLab has
brought it along; no test needs one.
"""

import sys

sys.modules["rfc3987_syntax"] = None
