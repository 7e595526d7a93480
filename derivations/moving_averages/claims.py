"""The ledger of the notes of course 2 (S4) on exponentially weighted averages and what is built on them.

A claim with a formula is ruled on by the same doubt as a derivation; one without carries a reasoned ruling.
`L27` is line 27 of the source's text.
"""

from __future__ import annotations

from derivations.calculus import Claim

CLAIMS: tuple[Claim, ...] = ()
