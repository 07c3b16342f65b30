"""Every test run draws the same random cases."""

from hypothesis import settings

settings.register_profile(
    "mftutor", derandomize=True, deadline=None, database=None, max_examples=60
)
settings.load_profile("mftutor")
