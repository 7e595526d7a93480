"""The maths of the site: derivations as frozen SymPy values, and the three ways to doubt them."""

import time
from pathlib import Path

READ_FROM = time.time()  # no module below was read before; a file that changed since may not be what was read
NOTATION = (Path(__file__).parent / "notation.py").read_text(encoding="utf-8")  # as it was then: it grows most often
