"""The ledger of the forum thread on the cost of an epoch (S0), of the question on sum or mean (S2), and of the
mini-batch pages of the notes of course 2 (S4).

A claim with a formula is ruled on by the same doubt as a derivation; one without carries a reasoned ruling.
`L27` is line 27 of the source's text.
"""

from __future__ import annotations

from derivations.calculus import Claim

CLAIMS: tuple[Claim, ...] = ()
