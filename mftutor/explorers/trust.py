"""How far the runs of explorers are shown, and how they end."""

from __future__ import annotations

import math

# Up to this ηλ₁ two roundings of one run stay together; beyond, only a few steps are shown.
TRUSTED_LIMIT, UNTRUSTED_STEPS = 0.9, 24


def trust_data() -> dict[str, float]:
    """Return the limits above, as the page of an explorer of runs needs them."""
    return {"trusted_limit": TRUSTED_LIMIT, "untrusted_steps": UNTRUSTED_STEPS}


def is_trusted(step_size: float, largest_eigenvalue: float) -> bool:
    """Whether ``ηλ₁ ≤ 0.9``, where rounding does not change the picture."""
    return step_size * largest_eigenvalue <= TRUSTED_LIMIT


def steps_to(flow_time: float, step_size: float) -> int:
    """Return the number of steps that reach a flow time, rounded as the page does."""
    return math.floor(flow_time / step_size + 0.5)


def run_verdict(diverged_at: int | None, *, trusted: bool) -> str:
    """Return "diverged at t", "not settled" or "computed": how a run ends."""
    if diverged_at is not None:
        return f"diverged at {diverged_at}"
    return "computed" if trusted else "not settled"
