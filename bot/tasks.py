"""Background tasks that are held, named and logged: a bare task is lost when it fails."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

PATIENCE = 1.0
"""Seconds until a task that swallowed its cancellation is cancelled again."""
log = structlog.get_logger(__name__)


class Tasks:
    """A set of running tasks; `aclose` cancels and awaits them all."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Start a task; a failure is logged with its name."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def aclose(self) -> None:
        """Stop everything."""
        while running := set(self._running):
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=PATIENCE)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception():
            log.error("task failed", task=task.get_name(), error=type(task.exception()).__name__)
