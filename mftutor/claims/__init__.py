"""Every claim of the paper and of the book, with a test and a number.

`CLAIMS` is the list, `survey` tries a group of claims on random instances; what a claim is
says `mftutor.claims.registry`.
"""

from importlib import import_module

from mftutor.claims.registry import CLAIMS, GROUPS, Claim
from mftutor.claims.survey import survey

__all__ = ["CLAIMS", "GROUPS", "Claim", "survey"]

for group in GROUPS:  # each module puts its claims on the list
    import_module(f"mftutor.claims.{group}")
