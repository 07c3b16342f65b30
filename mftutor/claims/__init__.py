"""Every claim of the book with a test and a number: see `mftutor.claims.registry`."""

# Imported in the order in which the page lists the groups: each puts its claims on the list.
from mftutor.claims import method, rank_one, regions, small_start  # noqa: I001
from mftutor.claims import theorem_6, transition
from mftutor.claims import divergence, flow, compression
from mftutor.claims.registry import CLAIMS, Claim
from mftutor.claims.survey import survey

__all__ = ["CLAIMS", "Claim", "survey"]
