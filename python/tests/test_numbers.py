"""Numbers in words: the golden files through the bindings, types both ways, batches."""

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pyarrow as pa
import pytest
from golden import rows
from hypothesis import given
from hypothesis import strategies as st

import sprogkit as sk


def test_spelled_as_the_table_says():
    for where, (number, form, words, _, _) in rows("numbers/spelled.tsv", 5):
        gender = "common"
        if form == "neuter":
            form, gender = "cardinal", "neuter"
        assert sk.numbers.spell(number, form=form, gender=gender) == words, where
        assert words in sk.numbers.variants(number, form=form), where


def test_variants_hold_what_the_table_says():
    for where, (number, form, words, _, _) in rows("numbers/variants.tsv", 5):
        assert words in sk.numbers.variants(number, form=form), where


@given(st.integers(-(10**36), 10**36))
def test_whole_numbers_come_back(n):
    assert sk.numbers.parse(sk.numbers.spell(n)) == n


@given(st.decimals(-(10**12), 10**12, places=3))
def test_decimals_come_back_with_their_digits(n):
    spoken = sk.numbers.spell(n)
    back = sk.numbers.parse(spoken)
    assert isinstance(back, Decimal)
    assert (back, sk.numbers.spell(back)) == (n, spoken)


@given(st.fractions(0, 1000, max_denominator=20))
def test_fractions_come_back(n):
    back = sk.numbers.parse(sk.numbers.spell(n))
    assert back == n
    assert isinstance(back, int if n.denominator == 1 else Fraction)


def test_what_is_no_number_is_refused():
    for wrong in ["", "12.50", "1,", "en", "1/0", "9" * 80]:
        with pytest.raises(ValueError, match="must be"):
            sk.numbers.spell(wrong)
    for wrong in [10**36 + 1, 10**5000, Decimal("NaN"), Decimal("Infinity"), Fraction(1, 2**40)]:
        with pytest.raises(ValueError, match="must be"):
            sk.numbers.spell(wrong)
    for wrong in [1.5, None, b"1", [1]]:
        with pytest.raises(TypeError, match="n must be int, Decimal, Fraction or str, got"):
            sk.numbers.spell(wrong)
    with pytest.raises(ValueError, match="ordinal"):
        sk.numbers.spell(-1, form="ordinal")
    with pytest.raises(ValueError, match="form"):
        sk.numbers.spell(1, form="roman")
    with pytest.raises(ValueError, match="gender"):
        sk.numbers.spell(1, gender="x")
    for wrong in ["", "hus", "en to tre", "en\x00"]:
        with pytest.raises(ValueError, match="number in words"):
            sk.numbers.parse(wrong)


def test_a_form_can_be_asked_for():
    assert sk.numbers.parse("tredivte", form="ordinal") == 30
    with pytest.raises(ValueError, match="ordinal"):
        sk.numbers.parse("tredive", form="ordinal")


def test_batches_are_single_calls():
    numbers = [0, 21, None, 1995, -3, Decimal("2.50"), Fraction(3, 4), "1.234,5"]
    one = [None if n is None else sk.numbers.spell(n, gender="neuter") for n in numbers]
    for threads in (None, 1, 2):
        batch = sk.numbers.spell_batch(numbers, gender="neuter", threads=threads)
        assert batch.to_pylist() == one
    words = [*one, "hus"]
    worth = [None if n is None else float(sk.numbers.parse(n)) for n in one]
    assert sk.numbers.parse_batch(words).to_pylist() == [*worth, None]
    ordinals = sk.numbers.parse_batch(["tredivte", "tredive"], form="ordinal")
    assert ordinals.to_pylist() == [30.0, None]


def test_arrow_integers_and_strings_are_numbers():
    wanted = ["syv", None, "halvtreds"]
    for kind in [pa.int8(), pa.int16(), pa.int64(), pa.uint8(), pa.uint32(), pa.uint64()]:
        array = pa.array([7, None, 50], kind)
        assert sk.numbers.spell_batch(array).to_pylist() == wanted
        assert sk.numbers.spell_batch(pa.chunked_array([array, array])).to_pylist() == wanted * 2
        assert sk.numbers.spell_batch(array[1:]).to_pylist() == wanted[1:]
    assert sk.numbers.spell_batch(pl.Series([7, None, 50])).to_pylist() == wanted
    assert sk.numbers.spell_batch(pl.Series(["7", None, "50"])).to_pylist() == wanted
    assert sk.numbers.spell_batch(pa.array([], pa.int64())).to_pylist() == []
    with pytest.raises(TypeError, match="Arrow integers or strings"):
        sk.numbers.spell_batch(pa.array([1.5]))
    with pytest.raises(ValueError, match="row 1"):
        sk.numbers.spell_batch(["1", "hus"])
    with pytest.raises(ValueError, match="row 1"):
        sk.numbers.spell_batch([1, -1], form="ordinal")
