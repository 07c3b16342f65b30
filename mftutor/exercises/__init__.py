"""The book's exercises: `check` an answer, or ask for a `hint`.

The answers stand one file a chapter, named like its notebook; `checking` lists the chapters.
"""

from mftutor.exercises.checking import Verdict, check, hint

__all__ = ["Verdict", "check", "hint"]
