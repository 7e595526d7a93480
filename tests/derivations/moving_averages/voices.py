"""A third voice for each definition and each quantity of the topic: plain arithmetic, typed again.

As in `quality/voices.py`: a function of the numbers at a point, that never reads the definition. Arrays
are NumPy arrays whose entry [0] is the maths' entry 1.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.derivations.voice import Pin, Voice

DEFINITIONS: Mapping[str, Voice] = {}

QUANTITIES: Mapping[str, Pin] = {}
