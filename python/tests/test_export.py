"""Marks of time as the files of other programs."""

import json

import pytest

import sprogkit as sk

MARKS = [(0.5, 0.75, "på", 0.9), (0.75, 1.25, "øen", None), (1.5, 2, "nu")]
FORMATS = ["textgrid", "ctm", "srt", "vtt", "audacity", "whisperx"]


def test_each_format_is_what_its_program_reads():
    assert sk.align.export(MARKS, format="ctm", recording="a") == (
        "a 1 0.5 0.25 på 0.9\na 1 0.75 0.5 øen\na 1 1.5 0.5 nu\n"
    )
    assert sk.align.export(MARKS[:1], format="srt") == "1\n00:00:00,500 --> 00:00:00,750\npå\n\n"
    assert sk.align.export(MARKS[:1], format="vtt") == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:00.750\npå\n\n"
    )
    assert sk.align.export(MARKS[:1], format="audacity") == "0.5\t0.75\tpå\n"
    grid = sk.align.export(MARKS, format="textgrid", end=3)
    assert grid.startswith('File type = "ooTextFile"\nObject class = "TextGrid"\n')
    assert 'name = "words"' in grid
    assert "xmax = 3 \n" in grid
    assert 'text = "øen"' in grid


def test_json_has_segments_with_their_words():
    whole = json.loads(sk.align.export(MARKS, format="whisperx"))
    assert whole["language"] == "da"
    assert [segment["text"] for segment in whole["segments"]] == ["på øen nu"]
    assert whole["segments"][0]["words"][0] == {
        "word": "på",
        "start": 0.5,
        "end": 0.75,
        "score": 0.9,
    }
    tiers = {"segments": [(0.5, 1.25, "på øen"), (1.5, 2, "nu")], "words": iter(MARKS)}
    parts = json.loads(sk.align.export(tiers, format="whisperx", language="da-DK"))
    assert [len(segment["words"]) for segment in parts["segments"]] == [2, 1]
    assert len(parts["word_segments"]) == 3


def test_a_textgrid_has_several_tiers():
    tiers = {"ord": MARKS, "lyde": [(0.5, 0.6, "p"), (0.6, 0.75, "ɔ")]}
    grid = sk.align.export(tiers, format="textgrid")
    assert grid.index('name = "ord"') < grid.index('name = "lyde"')
    with pytest.raises(ValueError, match="one tier"):
        sk.align.export(tiers, format="srt")


def test_a_path_says_the_format(tmp_path):
    for name, format in [
        ("a.TextGrid", "textgrid"),
        ("a.ctm", "ctm"),
        ("a.SRT", "srt"),
        ("a.vtt", "vtt"),
        ("a.txt", "audacity"),
        ("a.json", "whisperx"),
    ]:
        path = tmp_path / name
        assert sk.align.export(MARKS, path) is None
        assert path.read_text("utf-8") == sk.align.export(MARKS, format=format)
    sk.align.export(MARKS, str(tmp_path / "a.wav"), format="ctm")
    with pytest.raises(ValueError, match="names no format: give format="):
        sk.align.export(MARKS, tmp_path / "a.wav")
    with pytest.raises(ValueError, match="without a path the format must be given"):
        sk.align.export(MARKS)
    with pytest.raises(FileNotFoundError):
        sk.align.export(MARKS, tmp_path / "nowhere" / "a.ctm")


@pytest.mark.parametrize(
    ("marks", "error", "says"),
    [
        ([(0, 1)], TypeError, r"marks\[0\] must be \(start, end, text\) or .*, got 2 values"),
        ([(0, 1, "a"), "b"], TypeError, r"marks\[1\] must be .*, got str"),
        ([(0, "1", "a")], TypeError, r"the end of marks\[0\] must be a number, got str"),
        ([(0, 1, None)], TypeError, r"the text of marks\[0\] must be str, got None"),
        ([(0, 1, "a", "b")], TypeError, r"the score of marks\[0\] must be a number"),
        ({"ord": [3]}, TypeError, r'marks\["ord"\]\[0\] must be'),
        ({3: []}, TypeError, "the name of a tier must be str, got int"),
        (3, TypeError, "marks must be a list of marks, got int"),
        ([(1, 0, "a")], ValueError, "not ending before it starts"),
        ([(float("nan"), 1, "a")], ValueError, "from 0 seconds on"),
        ([(0, 1, "a b")], ValueError, "words and names without blanks"),
    ],
)
def test_what_is_no_mark_is_refused(marks, error, says):
    with pytest.raises(error, match=says):
        sk.align.export(marks, format="ctm")


def test_unknown_formats_are_named():
    with pytest.raises(ValueError, match=r"textgrid.*got elan"):
        sk.align.export(MARKS, format="elan")


@pytest.mark.parametrize("format", FORMATS)
def test_no_marks_are_an_empty_file(format):
    assert isinstance(sk.align.export([], format=format, end=1), str)
