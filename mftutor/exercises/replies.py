"""What is said of an answer, number by number: right, in another order, or how far off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import permutations

from mftutor.exercises.question import Question, Remark


@dataclass(frozen=True)
class Part:
    """One number of an answer, beside the right one."""

    question: Question
    place: int
    got: float
    want: float

    @property
    def label(self) -> str:
        """What the number is called."""
        return self.question.labels[self.place]

    @property
    def is_yes_or_no(self) -> bool:
        """Whether 1 and 0 stand for yes and no."""
        return self.label.endswith("?")

    @property
    def exact(self) -> str:
        """The right number in words, if it is known exactly."""
        return self.question.exact[self.place] if self.question.exact else ""

    @property
    def tolerance(self) -> float:
        """How far off still counts as right."""
        tolerances = self.question.relative_tolerance
        return tolerances[self.place] if isinstance(tolerances, tuple) else tolerances

    def accepts(self, value: float) -> bool:
        """Whether a number would be right in this place."""
        return math.isclose(value, self.want, rel_tol=self.tolerance)

    @property
    def is_right(self) -> bool:
        """Whether the number is right as it stands."""
        return self.accepts(self.got)

    @property
    def alternative(self) -> str:
        """Why it counts as right although it is another number; or nothing."""
        return self._nearest(self.question.accepted, self.tolerance)

    @property
    def mistake(self) -> str:
        """What may have gone wrong; or nothing."""
        return self._nearest(self.question.mistakes, 2 * self.tolerance)

    def _nearest(self, remarks: tuple[Remark, ...], tolerance: float) -> str:
        known = [remark for remark in remarks if remark.place == self.place]
        near = [r for r in known if math.isclose(self.got, r.value, rel_tol=tolerance)]
        return min(near, key=lambda r: abs(r.value - self.got)).said if near else ""


def said_of_right(parts: list[Part]) -> str:
    """Give the right numbers, and say either that they are exact or how near they came."""
    within, values = _within(parts), [_right_value(part) for part in parts]
    if len(parts) > 1:
        labels = [part.label if part.is_yes_or_no else f"{part.label}:" for part in parts]
        pairs = zip(labels, values, strict=True)
        said = f"Right{within}. {_capital('; '.join(map(' '.join, pairs)))}."
    else:
        said = f"Right ({values[0]})." if parts[0].exact else f"Right{within}: {values[0]}."
    return " ".join([said, *(part.alternative for part in parts if not part.is_right)])


def is_swapped(parts: list[Part]) -> bool:
    """Whether the right numbers were given in another order."""
    return not all(part.is_yes_or_no for part in parts) and any(
        all(part.accepts(other.got) for part, other in zip(parts, order, strict=True))
        for order in permutations(parts)
    )


def judged(part: Part) -> str:
    """Say of one number of a wrong answer whether it is right, or how far off."""
    name = _capital(part.label)
    if part.is_right or part.alternative:
        return f"{name} Right." if part.is_yes_or_no else f"{name} is right."
    return f"{name} Think again." if part.is_yes_or_no else _difference(name, part)


def _capital(label: str) -> str:
    return label[0].upper() + label[1:]


def _right_value(part: Part) -> str:
    """The right number, in words if it is exact, and to four digits."""
    if part.is_yes_or_no:
        return "yes" if part.want else "no"
    text = f"{part.want:.4g}"
    if not part.exact:
        return text
    sign = "=" if math.isclose(float(text), part.want) else "≈"
    return f"exactly {text if part.exact == text else f'{part.exact} {sign} {text}'}"


def _within(parts: list[Part]) -> str:
    """How near the answer is where it need not be exact; nothing if four digits agree."""
    near = [part for part in parts if part.is_right and not part.exact and part.got != part.want]
    worst = 100 * max((abs(part.got / part.want - 1) for part in near), default=0.0)
    limits = (limit for limit in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if worst <= limit)
    return f", within {next(limits)} %" if worst > 0.005 else ""


def _difference(name: str, part: Part) -> str:
    """Say how far off one number is, as a factor where that tells more."""
    got, want = part.got, part.want
    if not math.isfinite(got):
        return f"{name} should be a finite number, got {got}."
    if want == 0 or not math.isfinite(want):
        return f"{name} is not {got:.4g}."
    if got == 0:
        return f"{name} should not be zero."
    if (got < 0) != (want < 0):
        size = "right" if part.accepts(-got) else "wrong, too"
        return f"{name} has the wrong sign (its size is {size})."
    ratio = got / want
    direction = "large" if ratio > 1 else "small"
    if 2 / 3 < ratio < 1.5:
        return f"{name} is {100 * abs(ratio - 1):.2g} % too {direction}."
    factor = f"{ratio if ratio > 1 else want / got:.3g}"
    return f"{name} is off by a factor of {factor} (too {direction})."
