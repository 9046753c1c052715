//! Files, hashes, and the mapped, checked Arrow table.
