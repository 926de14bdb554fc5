"""Many workbooks, each read in a process of its own, so that no file harms another or the run.

The parent never parses. A worker that dies, hangs or wants too much memory costs one file, which
is named; a new worker takes its place. This package is given functions and knows no stage.
"""

from kam_reports.batch.cache import Cache, cache_folder
from kam_reports.batch.pool import Item, Progress, each

__all__ = ["Cache", "Item", "Progress", "cache_folder", "each"]
