"""What a claim is, and the list of all of them.

A claim is a function that returns a `Margin` for one random instance. The decorator `claim`
adds what a reader wants to know beside it (who says it, whether it is proved, where the book
shows it) and puts it on the list `CLAIMS`, from which tests and the page of claims are made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from mftutor._validation import typed
from mftutor.exercises.checking import CHAPTERS
from mftutor.theory.margin import Margin

Standing = Literal["proved in the paper", "proved here", "checked", "refuted here"]
# Draws an instance: of a seed and, where the claim has hypotheses that a draw may miss, of
# whether it meets them.
Draw = Callable[..., Any]

# The groups, one module each, with the headings that the page gives them.
GROUPS = {
    "method": "The method",
    "rank_one": "One column",
    "regions": "The benign region",
    "small_start": "Small starts",
    "divergence": "Divergence",
    "theorem_6": "Theorem 6 and its lemmas",
    "transition": "From one row to the next",
    "flow": "The gradient flow",
    "compression": "The compression",
    "sensing": "Beyond: sensing",
    "deep": "Beyond: depth",
}
# Below this a margin is rounding. A run of T steps on d rows rounds each entry at most
# 2(d + r + 4) times a step, by half of 2.2e-16 each, relative to terms that are at most ten
# times the result: less than this for d ≤ 16 and T ≤ 20,000, more than which no instance needs
# in which two sides are equal.
ROUNDING = 1e-9

CLAIMS: dict[str, Claim] = {}


@dataclass(frozen=True)
class Claim:
    """A statement that can be true or false of an instance, and by how much.

    Attributes
    ----------
    slug : str
        The stable name; ``claim-<slug>`` is the anchor on the page of claims.
    group : str
        One of `GROUPS`: the module that it is in.
    statement : str
        One sentence, as MyST text with formulas between dollar signs.
    source : str
        Where the paper says it, such as ``"(7)"``, or ``"beyond the paper"``; in the second
        part, whose statement it is.
    standing : str
        *proved in the paper*, *proved here*, *checked* (only measured), or *refuted here*
        (there is a counterexample to what the paper says, or seems to say).
    compares : str
        What is compared with what, so that the margin can be read.
    page : str
        The chapter that shows it, a file name without suffix.
    label : str
        The label there, of a proposition, an exercise, an equation or a section.
    instances : callable
        Draws a random instance from a seed; with ``admissible=False``, where `outside` is
        given, one that misses the hypotheses.
    margin : callable
        The claim itself: the `Margin` of an instance.
    outside : {"fails", "holds", None}
        What is measured where the hypotheses do not hold: that the claim fails in some draws,
        or in none that we tried. None if it has no hypothesis on sizes.
    counterexample : callable, optional
        Returns the instance that refutes the claim; needed if it is *refuted here*.
    strict : bool, default False
        Whether equality is a failure too.
    """

    slug: str
    group: str
    statement: str
    source: str
    standing: Standing
    compares: str
    page: str
    label: str
    instances: Draw
    margin: Callable[[Any], Margin]
    outside: Literal["fails", "holds"] | None = None
    counterexample: Callable[[], Any] | None = None
    strict: bool = False

    def __repr__(self) -> str:
        return f"Claim({self.slug!r}, {self.source}, {self.standing})"

    @property
    def number(self) -> str:
        """The number of its chapter, and its place among those shown there, such as ``"2.4"``."""
        near = [claim.slug for claim in CLAIMS.values() if claim.page == self.page]
        return f"{CHAPTERS.index(self.page) + 1}.{near.index(self.slug) + 1}"

    @typed
    def fails(self, margin: Margin) -> bool:
        """Whether a margin means that the claim is false.

        Parameters
        ----------
        margin : Margin
            What the claim has returned; if nothing could be compared, it fails.

        Returns
        -------
        bool
        """
        return not (margin.value > 0 if self.strict else margin.holds(ROUNDING))

    def draw(self, seed: int, *, admissible: bool = True) -> Any:
        """Draw an instance.

        Parameters
        ----------
        seed : int
            A fixed draw for each.
        admissible : bool, default True
            Whether it meets the hypotheses; False only where the claim has an `outside`.

        Returns
        -------
        object
            What the claim's `margin` takes.

        Raises
        ------
        ValueError
            If `admissible` is False for a claim without an `outside`.
        """
        if self.outside is None:
            if not admissible:
                raise ValueError(
                    f"admissible must be True, {self.slug!r} has no hypothesis to miss"
                )
            return self.instances(seed)
        return self.instances(seed, admissible=admissible)


def in_group(group: str) -> list[Claim]:
    """The claims of one group, in their order."""
    return [claim for claim in CLAIMS.values() if claim.group == group]


def claim(
    *,
    statement: str,
    source: str,
    standing: Standing,
    compares: str,
    shown: str,
    instances: Draw,
    outside: Literal["fails", "holds"] | None = None,
    counterexample: Callable[[], Any] | None = None,
    strict: bool = False,
) -> Callable[[Callable[[Any], Margin]], Claim]:
    """Put the decorated function on the list `CLAIMS`, and return the `Claim`.

    Its slug is the function's name, its group the name of the module; `shown` is
    ``"page#label"``. For the rest see `Claim`.

    Raises
    ------
    ValueError
        If the slug is taken, the module is not one of `GROUPS`, the standing is unknown,
        `shown` has another form, or a claim is refuted without a counterexample or has one
        without being refuted.
    """
    page, _, label = shown.partition("#")

    def register(margin: Callable[[Any], Margin]) -> Claim:
        slug = margin.__name__.replace("_", "-")
        group = margin.__module__.rpartition(".")[2]
        if slug in CLAIMS:
            raise ValueError(f"slug must be new, got {slug!r} twice")
        if group not in GROUPS:
            raise ValueError(f"group must be one of {', '.join(GROUPS)}, got {group!r}")
        if standing not in get_args(Standing):
            raise ValueError(f"standing must be one of {get_args(Standing)}, got {standing!r}")
        if page not in CHAPTERS or not label:
            raise ValueError(f"shown must be 'page#label' of a chapter, got {shown!r}")
        if (counterexample is None) == (standing == "refuted here"):
            raise ValueError(f"counterexample must be given if and only if refuted: {slug!r}")
        CLAIMS[slug] = Claim(
            slug=slug,
            group=group,
            statement=statement,
            source=source,
            standing=standing,
            compares=compares,
            page=page,
            label=label,
            instances=instances,
            margin=margin,
            outside=outside,
            counterexample=counterexample,
            strict=strict,
        )
        return CLAIMS[slug]

    return register
