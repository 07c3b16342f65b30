"""Runs a submission so that a bad answer costs only itself.

nbgrader's own executor gives up a whole notebook when an answer ends the kernel or prints more
than can be read in time, and after a loop that cannot be interrupted every later cell waits in
vain. Here such a cell gets an error instead, and the next one a new kernel in which the locked
cells have run: numbers of the class and imports, on which alone the other answers rely.
"""

from __future__ import annotations

import copy
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from traitlets import Integer, default


class AnswerByAnswer(Execute):  # type: ignore[misc]
    """nbgrader's executor, with a new kernel after a cell that ran too long or ended it."""

    max_bytes = Integer(100_000, help="how much of a cell's output is kept").tag(config=True)

    @default("interrupt_on_timeout")
    def _a_loop_may_not_hear_an_interrupt(self) -> bool:
        return False

    @default("shutdown_kernel")
    def _nor_a_request_to_end(self) -> str:
        return "immediate"

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Execute one cell."""
        self._kept = 0
        try:
            return super().preprocess_cell(cell, resources, index)
        except (CellTimeoutError, DeadKernelError) as problem:
            about = "The kernel ended" if isinstance(problem, DeadKernelError) else "Out of time"
            self.log.warning("Cell %d: %s; going on with a new kernel", index, about)
            name = type(problem).__name__
            line = f"{name}: {about}"
            error = {"ename": name, "evalue": about, "traceback": [line]}
            cell.outputs.append(NotebookNode(output_type="error", **error))
            self._renew(index)
        return cell, self.resources

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """Take in one message of the kernel, unless it is output and there has been enough."""
        if msg["msg_type"] in ("stream", "display_data", "execute_result"):
            content = msg["content"]
            self._kept += len(content.get("text") or str(content.get("data", "")))
            if self._kept > self.max_bytes:
                return None
        return super().process_message(msg, cell, cell_index)

    def _renew(self, index: int) -> None:
        """Start a new kernel and run the locked cells before this one that are not tests."""
        self._cleanup_kernel()
        self.create_kernel_manager()
        self.start_new_kernel()
        self.start_new_kernel_client()
        for position, cell in enumerate(self.nb.cells[:index]):
            about = cell.metadata.get("nbgrader", {})
            if cell.cell_type == "code" and about.get("locked") and not about.get("grade"):
                self.execute_cell(copy.deepcopy(cell), position)
