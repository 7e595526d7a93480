"""The maths of the site: derivations as frozen SymPy values, and the three ways to doubt them."""

import time

READ_FROM = time.time()  # no module below was read before; a file that changed since may not be what was read
