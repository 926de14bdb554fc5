"""Python's search for rings of dead objects, kept from going through all that was read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = 50_000  # new objects between two searches: a few pages


@contextmanager
def unsearched() -> Iterator[None]:
    """No search at all: millions of small values and no rings take a third longer with it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def settled() -> Iterator[None]:
    """Search only what is made from now on: pages leave rings behind, what was read does not."""
    was_settled, was_every = gc.get_freeze_count() > 0, gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_SELDOM, *was_every[1:])
    try:
        yield
    finally:
        gc.set_threshold(*was_every)
        if not was_settled:
            gc.unfreeze()
