"""How the claims of one group fare over random instances, as a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from mftutor._environment import printable
from mftutor._validation import integer
from mftutor.claims.registry import GROUPS, ROUNDING, Claim, Draw, in_group
from mftutor.theory.margin import Margin, weakest

# The instances of each way to draw.
Drawn = dict[Draw, list[Any]]
# How a label is referred to, by how it begins.
_ROLES = {
    **dict.fromkeys(["def", "prop", "thm", "cor"], "prf:ref"),
    **dict.fromkeys(["ex", "sec"], "ref"),
    "eq": "eq",
}


@dataclass(frozen=True)
class Tally:
    """How often a claim could be evaluated, and how often it failed then.

    >>> Tally(evaluated=19, missing=1, failures=0)
    none of 19 draws fail, 1 not evaluated

    Attributes
    ----------
    evaluated : int
        In how many draws there was something to compare.
    missing : int
        In how many there was not, as in a run that is too short: the margin is nan.
    failures : int
        In how many of those evaluated the claim fails.
    """

    evaluated: int
    missing: int
    failures: int

    def __repr__(self) -> str:
        missing = f", {self.missing} not evaluated" if self.missing else ""
        return f"{self.failures or 'none'} of {self.evaluated} draws fail{missing}"


@dataclass(frozen=True)
class Row:
    """One claim, and how it fared.

    Attributes
    ----------
    claim : Claim
    worst : Margin
        The worst over the draws that meet the hypotheses; at the counterexample, if the claim
        is refuted.
    inside : Tally
        How it fared in those draws.
    outside : Tally or None
        How it fared in as many draws outside the hypotheses; None if there is no outside.
    """

    claim: Claim
    worst: Margin
    inside: Tally
    outside: Tally | None

    @property
    def found(self) -> list[str]:
        """The worst margin and the counts, in words."""
        where = " at the counterexample" if self.claim.counterexample else ""
        told = [margin_text(self.worst) + where, repr(self.inside)]
        return [*told, f"outside, {self.outside}"] if self.outside else told


@dataclass(frozen=True)
class Survey:
    """The table of one group, made by `survey`: text when printed, Markdown in a notebook.

    Attributes
    ----------
    group : str
        The name of the group.
    n_draws : int
        How many instances were drawn for each claim.
    rows : tuple of Row
        One for each claim, in their order.
    """

    group: str
    n_draws: int
    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        width = max(len(row.claim.slug) for row in self.rows)
        lines = [f"{GROUPS[self.group]}, {self.n_draws} draws each"]
        lines += [
            f"{row.claim.slug:{width}}  {'; '.join([row.claim.standing, *row.found])}"
            for row in self.rows
        ]
        return printable("\n".join(lines))

    def _repr_markdown_(self) -> str:
        """A table in MyST, with an anchor ``claim-<slug>`` in each row."""
        lines = [
            "| | What is said | Standing | Worst margin | Shown in |",
            "|---|---|---|---|---|",
        ]
        for row in self.rows:
            claim = row.claim
            cells = [
                f"[{claim.number}]{{#claim-{claim.slug}}}",
                f"{claim.statement} <br> *{_capital(claim.source)}.* Compared: {claim.compares}.",
                claim.standing,
                " <br> ".join(row.found),
                chapter_link(claim),
            ]
            lines.append("| " + " | ".join(cells) + " |")
        return "\n".join(lines)


def survey(group: str, *, n_draws: int) -> Survey:
    """Try every claim of a group on random instances, inside its hypotheses and outside.

    Parameters
    ----------
    group : str
        One of ``GROUPS``.
    n_draws : int
        How many instances, with the seeds 0, 1, …; the same ones for claims that share a
        way to draw, as the seven items of Theorem 6 do.

    Returns
    -------
    Survey

    Raises
    ------
    ValueError
        If there is no such group, or `n_draws` is not an integer ≥ 1.

    Examples
    --------
    >>> survey("divergence", n_draws=5).rows[0].claim
    Claim('doubling-as-printed', Section 4.2, after Theorem 6, refuted here)
    """
    if not isinstance(group, str) or group not in GROUPS:
        raise ValueError(f"group must be one of {', '.join(GROUPS)}, got {group!r}")
    n = integer("n_draws", n_draws, 1)
    claims = in_group(group)
    drawn: Drawn = {claim.instances: [claim.draw(seed) for seed in range(n)] for claim in claims}
    outside: Drawn = {
        claim.instances: [claim.draw(seed, admissible=False) for seed in range(n)]
        for claim in claims
        if claim.outside is not None
    }
    return Survey(group, n, tuple(_row(claim, drawn, outside) for claim in claims))


def _tally(claim: Claim, margins: list[Margin]) -> Tally:
    known = [margin for margin in margins if not math.isnan(margin.value)]
    failures = sum(claim.fails(margin) for margin in known)
    return Tally(len(known), len(margins) - len(known), failures)


def _row(claim: Claim, drawn: Drawn, outside: Drawn) -> Row:
    margins = [claim.margin(instance) for instance in drawn[claim.instances]]
    worst = weakest(*margins)
    if claim.counterexample is not None:
        worst = claim.margin(claim.counterexample())
    beyond = None
    if claim.outside is not None:
        tried = [claim.margin(instance) for instance in outside[claim.instances]]
        beyond = _tally(claim, tried)
    return Row(claim, worst, _tally(claim, margins), beyond)


def margin_text(margin: Margin) -> str:
    """Four digits, or words where digits would be rounding.

    >>> margin_text(Margin(0.123456)), margin_text(Margin(-3e-15))
    ('0.1235', '0 (to rounding)')
    """
    if abs(margin.value) < ROUNDING:
        return "0 (to rounding)"
    return f"{margin.value:.4g}".replace("-", "−").replace("inf", "∞")


def chapter_link(claim: Claim) -> str:
    """The chapter that shows a claim and the place there, as MyST roles.

    >>> from mftutor.claims import CLAIMS
    >>> chapter_link(CLAIMS["ratio-falls"])
    '{doc}`signal_and_noise`, {prf:ref}`prop-r1-ratio`'
    """
    role = _ROLES[claim.label.partition("-")[0]]
    return f"{{doc}}`{claim.page}`, {{{role}}}`{claim.label}`"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
