"""Long computations beside the page: one at a time, reported after every part, cancelled between two parts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import marimo as mo

from figures.explorer.exploration import OnDemand, Progress


class Report(NamedTuple):
    """What a computation says of itself: for which positions, how far, whether it goes on, why it was refused."""

    label: str
    state: dict[str, Any]
    progress: Progress | None = None
    running: bool = True
    refused: str = ""


#: Before anything was asked for: it belongs to no position of the controls.
NOTHING = Report("", {}, running=False)


class Desk:
    """The place of one page's computation; starting one cancels the one before.

    Args:
        put: takes the newest report; the page shows it.
    """

    def __init__(self, put: Callable[[Report], None]) -> None:
        self.put, self.stop = put, threading.Event()

    def start(self, demand: OnDemand, state: dict[str, Any]) -> None:
        """Begin a computation in a thread of its own."""
        self.stop.set()
        self.stop = threading.Event()
        mo.Thread(target=self._run, args=(demand, state, self.stop), daemon=True).start()

    def cancel(self) -> None:
        """End the computation after its present part; what it has found stays."""
        self.stop.set()

    def _run(self, demand: OnDemand, state: dict[str, Any], stop: threading.Event) -> None:
        last = Report(demand.label, state)
        self.put(last)
        try:
            for progress in demand.run(**state):
                last = last._replace(progress=progress)
                if stop.is_set() or mo.current_thread().should_exit:
                    break
                self.put(last)
        except (ValueError, ArithmeticError) as error:
            last = last._replace(refused=str(error))
        except Exception as error:  # a fault of the code is reported as such, and the page does not wait for ever
            last = last._replace(refused=f"{type(error).__name__}: {error}")
        if self.stop is stop:  # otherwise another one has begun, whose reports must not be overwritten
            self.put(last._replace(running=False))
