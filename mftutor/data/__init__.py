"""What was measured once and comes with the library, and a photograph.

`hitting_times`, how times grow with dimension and rank, up to ten million rows; `timings`, what a
step of descent costs; `photograph`, a real matrix; `tables`, runs that explorers show.
"""

from mftutor.data.hitting_times import RecordedHittingTimes, recorded_hitting_times
from mftutor.data.photograph import patch_covariance, portrait
from mftutor.data.timings import Timings, recorded_timings

__all__ = [
    "RecordedHittingTimes",
    "Timings",
    "patch_covariance",
    "portrait",
    "recorded_hitting_times",
    "recorded_timings",
]
