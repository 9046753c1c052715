"""Danish numbers in words, and read back.

Whole numbers up to 10³⁶, decimals and fractions. The words and their forms are those of
Retskrivningsordbogen (2024) and Dansk Sprognævn.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias

from . import Array

__all__ = ["FORMS", "GENDERS", "parse", "parse_batch", "spell", "spell_batch", "variants"]

_Form: TypeAlias = Literal["cardinal", "ordinal", "year"]
_Gender: TypeAlias = Literal["common", "neuter"]
_Number: TypeAlias = int | Decimal | Fraction | str

FORMS: Final[tuple[str, ...]]
"""What a number can be said as."""

GENDERS: Final[tuple[str, ...]]
"""The genders of what is counted: *en krone*, *et hus*."""

def spell(n: _Number, *, form: _Form = "cardinal", gender: _Gender = "common") -> str:
    """The number in words, in one plain form.

    A `str` is read as Danish writes numbers: `"1.234,50"`, `"½"`, `"1 3/4"`. A `Decimal` keeps its
    digits, so `Decimal("12.50")` is *tolv komma fem nul*.

    Raises `ValueError` for a number above 10³⁶, a `str` that is no number, and ordinals and years
    that are negative or not whole; `TypeError` for a float, whose decimals are not exact.

    >>> import sprogkit as sk
    >>> sk.numbers.spell(95)
    'femoghalvfems'
    >>> sk.numbers.spell(50, form="ordinal")
    'halvtredsindstyvende'
    >>> sk.numbers.spell("1,5")
    'en komma fem'
    """

def spell_batch(
    numbers: Iterable[_Number | None] | Any,
    *,
    form: _Form = "cardinal",
    gender: _Gender = "common",
    threads: int | None = None,
) -> Array:
    """Many numbers in words, in parallel: a list, or an Arrow array of integers or strings.

    Null in, null out.

    Raises as `spell`, with the number's row.
    """

def variants(n: _Number, *, form: _Form = "cardinal") -> list[str]:
    """Every accepted form of the number, each once, at most 1,000; first what `spell` gives.

    With and without *og*, *hundrede* and *hundred*, *tusind* and *tusinde*, in one word and in
    several, both genders. Raises as `spell`.

    >>> import sprogkit as sk
    >>> sk.numbers.variants(100)[:3]
    ['et hundrede', 'hundrede', 'ethundrede']
    """

def parse(text: str, *, form: _Form | None = None) -> int | Decimal | Fraction:
    """The number that a text says in words; all of it must be one number.

    Reads all `variants` and mixtures of them, the old long forms (*halvtredsindstyve*), the forms
    of the banks (*femti*) and capitals. Decimals are a `Decimal`, fractions a `Fraction`. With
    `form` only numbers of that form are read.

    Raises `ValueError` for anything else.

    >>> import sprogkit as sk
    >>> sk.numbers.parse("femoghalvfems")
    95
    >>> sk.numbers.parse("halvanden")
    Fraction(3, 2)
    """

def parse_batch(
    texts: Iterable[str | None] | Any,
    *,
    form: _Form | None = None,
    threads: int | None = None,
) -> Array:
    """The numbers that many texts say, in parallel, as floats (the nearest); null for a null and
    for a text that is no number."""
