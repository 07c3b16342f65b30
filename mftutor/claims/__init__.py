"""Every claim of the paper and of the book, with a test and a number.

``CLAIMS`` has every `Claim` by its slug, ``GROUPS`` the headings of their groups; `survey` tries
those of one group on random instances.
"""

from importlib import import_module

from mftutor.claims.registry import CLAIMS as CLAIMS
from mftutor.claims.registry import GROUPS as GROUPS
from mftutor.claims.registry import Claim
from mftutor.claims.survey import Row, Survey, Tally, survey

__all__ = ["Claim", "Row", "Survey", "Tally", "survey"]

for group in GROUPS:  # each module puts its claims on the list
    import_module(f"mftutor.claims.{group}")
