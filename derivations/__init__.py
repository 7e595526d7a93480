"""The maths of the site: derivations as frozen SymPy values, and the three ways to doubt them."""
