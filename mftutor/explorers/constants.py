"""The numbers that the paper prints, for pages that compute with its bounds.

The library writes them in its formulas; a test holds the two together.
"""

from __future__ import annotations

# Of Section 2: the rate ``1 − ηΔ/3`` of (7), and its hypotheses ``ηλ₁ ≤ 1/12``, ``‖x‖² ≤ 2λ₁``.
RANK_ONE = {"rate": 3, "step_size": 12, "norm": 2}
# R, (10): ``σ₁²(X) ≤ 2λ₁``, ``σ_r²(U) ≥ Δ/4``, ``σ₁²(J) ≤ λ_r − Δ/2``.
BENIGN = {"norm": 2.0, "signal": 1 / 4, "noise": 1 / 2}
# S, (13): ``σ₁²(X) ≤ 2λ₁`` and ``σ₁²(K_k) ≤ λ_k − 3Δ/4``.
ABSORBING = {"norm": 2.0, "noise": 3 / 4}


def of_theorems(rank: int) -> dict[str, int]:
    """Those of Theorems 2 and 6, their lemmas and (14), as `mftutor.theory.bounds` has them."""
    return {
        "theorem_2_step_size": 36,
        "theorem_2_steps": 6,
        "theorem_2_logarithm": 200 * rank,
        "theorem_6_step_size": 100,
        "lemma_8_step_size": 12,
        "start_norm": 3,
        "shrinking": 6,
        "separating": 8,
        "growing": 4,
        "star_cubic": 8,
        "star_linear": 144 * rank**2,
        "sharp": 4 * rank,
        "decay": 6,
    }
