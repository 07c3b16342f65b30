"""The book's exercises: `check` an answer, or ask for a `hint`."""

from mftutor.exercises.checking import Verdict, check, hint

__all__ = ["Verdict", "check", "hint"]
