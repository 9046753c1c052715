"""The catalogue: what corpora there are, and on what terms."""

from ._native.catalogue import Entry, entries, entry, write_sample

__all__ = ["Entry", "entries", "entry", "write_sample"]
