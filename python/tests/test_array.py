"""`sk.Array`: the same rows as pyarrow's, and the same memory."""

import gc

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

import sprogkit as sk

WORDS = pa.struct([("start", pa.uint32()), ("end", pa.uint32()), ("kind", pa.uint8())])
ARRAYS = [
    pa.array([1, 2, None], pa.int32()),
    pa.array([1.5, -2.0], pa.float64()),
    pa.array([True, None, False]),
    pa.array(["rød", "grød", None, ""]),
    pa.array(["rød"], pa.large_string()),
    pa.array([b"\x00\xff"], pa.large_binary()),
    pa.array([[1, 2], [], None, [3]], pa.list_(pa.uint32())),
    pa.array([["a", None]], pa.large_list(pa.string())),
    pa.array([[{"start": 0, "end": 3, "kind": 1}], None, []], pa.list_(WORDS)),
    pa.array([None, None], pa.null()),
    pa.array([], pa.string()),
]


@pytest.mark.parametrize("rows", ARRAYS, ids=lambda rows: str(rows.type))
def test_rows_are_those_of_pyarrow(rows):
    array = sk.Array(rows)
    assert len(array) == len(rows)
    assert array.to_pylist() == rows.to_pylist()
    assert list(array) == rows.to_pylist()
    assert [array[i] for i in range(-len(rows), 0)] == rows.to_pylist()
    assert pa.array(array).equals(rows)
    for part in (slice(1, None), slice(None, -1), slice(None, None, -1), slice(5, 2)):
        assert array[part].to_pylist() == rows.to_pylist()[part]


def test_chunked_arrays_are_joined():
    chunks = pa.chunked_array([["a"], [], ["b", None]])
    assert sk.Array(chunks).to_pylist() == ["a", "b", None]
    assert sk.Array(pa.chunked_array([], pa.int8())).to_pylist() == []


def test_a_row_behind_the_end_is_an_index_error():
    array = sk.Array(pa.array([1, 2]))
    for index in (2, -3):
        with pytest.raises(IndexError, match=rf"row {index} of 2"):
            array[index]


def test_numbers_become_a_view_that_outlives_the_array():
    rows = pa.array(np.arange(1000, dtype=np.int16))
    view = sk.Array(rows).to_numpy()
    assert view.ctypes.data == rows.buffers()[1].address
    assert not view.flags.writeable
    del rows
    gc.collect()
    assert view.sum() == np.arange(1000).sum()


def test_a_slice_copies_nothing():
    rows = pa.array(np.arange(10, dtype=np.int64))
    assert sk.Array(rows)[3:].to_numpy().ctypes.data == rows.buffers()[1].address + 24


def test_numbers_with_nulls_have_no_numpy_form():
    with pytest.raises(ValueError, match="nulls"):
        sk.Array(pa.array([1, None])).to_numpy()


def test_numpy_asks_for_an_array_without_going_through_its_rows():
    rows = pa.array([1, 2, 3], pa.int32())
    array = sk.Array(rows)
    assert np.asarray(array).ctypes.data == rows.buffers()[1].address
    assert np.array(array).ctypes.data != rows.buffers()[1].address
    assert np.asarray(array, dtype=np.float64).tolist() == [1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match=r"Int32 have to be copied to become .*float64"):
        np.array(array, dtype=np.float64, copy=False)
    assert np.array(array, copy=False).ctypes.data == rows.buffers()[1].address
    with pytest.raises(ValueError, match="Utf8 have to be copied"):
        np.array(sk.Array(pa.array(["a"])), copy=False)


def test_lists_of_structs_become_structured_rows():
    rows = [[{"start": 0, "end": 3, "kind": 1}, {"start": 4, "end": 5, "kind": 2}], [], None]
    found = sk.Array(pa.array(rows, pa.list_(WORDS))).to_numpy()
    assert found[0]["end"].tolist() == [3, 5]
    assert found[0].dtype.names == ("start", "end", "kind")
    assert len(found[1]) == 0
    assert found[2] is None


def test_fields_and_offsets_of_lists():
    rows = [[{"start": 0, "end": 3, "kind": 1}], [], [{"start": 4, "end": 5, "kind": 2}]]
    array = sk.Array(pa.array(rows, pa.list_(WORDS)))
    assert array.offsets.tolist() == [0, 1, 1, 2]
    assert array.field("end").to_numpy().tolist() == [3, 5]
    with pytest.raises(KeyError, match="length"):
        array.field("length")
    with pytest.raises(TypeError, match="only lists"):
        array.field("end").offsets  # noqa: B018


def test_other_libraries_read_it():
    array = sk.Array(pa.array(["rød", None]))
    assert pl.Series(array).to_list() == ["rød", None]
    assert sk.Array(pl.Series(["blå"])).to_pylist() == ["blå"]


def test_equality_and_repr():
    one, other = sk.Array(pa.array([1, 2])), sk.Array(pa.array([1, 2]))
    assert one == other
    assert one != sk.Array(pa.array([1, 3]))
    assert one != [1, 2]
    assert "1,\n 2" in repr(one)
    assert "1000 rows" in repr(sk.Array(pa.array(range(1000))))


def test_what_is_no_arrow_is_refused():
    with pytest.raises(TypeError, match="expected an Arrow array, got list"):
        sk.Array([1, 2])
