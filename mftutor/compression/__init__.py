"""The rows after the first r + 1 replaced by a few, which is why the dimension hardly matters.

In reading order: `quadrature`, a few rows with the moments of many; `reduction`, a smaller problem
on which descent shows the same trajectory, verified; `agreement`, what the same means.
"""

from mftutor.compression.quadrature import block_quadrature
from mftutor.compression.reduction import compress, estimated_blocks, replace_tail

__all__ = ["block_quadrature", "compress", "estimated_blocks", "replace_tail"]
