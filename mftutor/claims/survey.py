"""How the claims of one group fare over random instances, as a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mftutor._validation import integer
from mftutor.claims.registry import CLAIMS, GROUPS, ROUNDING, Claim
from mftutor.margin import Margin

# How a label is referred to, by how it begins; any other is a heading of the page.
_ROLES = {
    **dict.fromkeys(["def", "prop", "thm", "lem", "cor", "rem", "alg"], "prf:ref"),
    "eq": "eq",
    **dict.fromkeys(["ex", "sec"], "ref"),
}


@dataclass(frozen=True)
class Row:
    """One claim, and how it fared.

    Parameters
    ----------
    claim : Claim
    worst : Margin
        The worst over the draws that meet the hypotheses; at the counterexample, if the claim
        is refuted.
    failures : int
        In how many of those draws the claim fails.
    failures_outside : int or None
        In how many of as many draws outside the hypotheses; None if there is no outside.
    """

    claim: Claim
    worst: Margin
    failures: int
    failures_outside: int | None


@dataclass(frozen=True)
class Survey:
    """The table of one group, made by `survey`: text when printed, Markdown in a notebook."""

    group: str
    n_draws: int
    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        width = max(len(row.claim.slug) for row in self.rows)
        lines = [f"{GROUPS[self.group]}, {self.n_draws} draws each"]
        for row in self.rows:
            found = f"{margin_text(row.worst)}; outside: {self._outside(row)}"
            lines.append(f"{row.claim.slug:{width}}  {row.claim.standing}; {found}")
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        """A table in MyST, with an anchor ``claim-<slug>`` in each row."""
        lines = [
            "| | What is said | Standing | Worst margin | Outside | Shown in |",
            "|---|---|---|---|---|---|",
        ]
        for row in self.rows:
            claim = row.claim
            cells = [
                f"[{claim.number}]{{#claim-{claim.slug}}}",
                f"{claim.statement} *{_capital(claim.source)}.* Compared: {claim.compares}.",
                claim.standing,
                self._found(row),
                self._outside(row),
                chapter_link(claim),
            ]
            lines.append("| " + " | ".join(cells) + " |")
        return "\n".join(lines)

    def _found(self, row: Row) -> str:
        if row.claim.counterexample is None:
            return margin_text(row.worst)
        often = f"fails in {row.failures} of {self.n_draws} draws"
        return f"{margin_text(row.worst)} at the counterexample; {often}"

    def _outside(self, row: Row) -> str:
        if row.failures_outside is None:
            return "–"
        if row.failures_outside == 0:
            return f"holds in all {self.n_draws} draws"
        return f"fails in {row.failures_outside} of {self.n_draws} draws"


def survey(group: str, *, n_draws: int) -> Survey:
    """Try every claim of a group on random instances, inside its hypotheses and outside.

    Parameters
    ----------
    group : str
        One of `mftutor.claims.registry.GROUPS`.
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
    if group not in GROUPS:
        raise ValueError(f"group must be one of {', '.join(GROUPS)}, got {group!r}")
    n = integer("n_draws", n_draws, 1)
    claims = [claim for claim in CLAIMS.values() if claim.group == group]
    drawn = {claim.instances: [claim.draw(seed) for seed in range(n)] for claim in claims}
    outside = {
        claim.instances: [claim.draw(seed, admissible=False) for seed in range(n)]
        for claim in claims
        if claim.outside is not None
    }
    return Survey(group, n, tuple(_row(claim, drawn, outside) for claim in claims))


def _row(
    claim: Claim, drawn: dict[object, list[object]], outside: dict[object, list[object]]
) -> Row:
    margins = [claim.margin(instance) for instance in drawn[claim.instances]]
    if claim.counterexample is not None:
        worst = claim.margin(claim.counterexample())
    else:
        worst = margins[int(np.nanargmin([margin.value for margin in margins]))]
    failures_outside = None
    if claim.outside is not None:
        beyond = [claim.margin(instance) for instance in outside[claim.instances]]
        failures_outside = sum(claim.fails(margin) for margin in beyond)
    return Row(claim, worst, sum(claim.fails(margin) for margin in margins), failures_outside)


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
    kind = claim.label.partition("-")[0]
    if kind in _ROLES:
        return f"{{doc}}`{claim.page}`, {{{_ROLES[kind]}}}`{claim.label}`"
    return f"{{doc}}`{claim.page}`, [](./{claim.page}.ipynb#{claim.label})"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
