"""Danish numbers in words, and read back."""

from ._native.numbers import (
    FORMS,
    GENDERS,
    parse,
    parse_batch,
    spell,
    spell_batch,
    variants,
)

__all__ = ["FORMS", "GENDERS", "parse", "parse_batch", "spell", "spell_batch", "variants"]
