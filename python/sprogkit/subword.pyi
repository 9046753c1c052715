"""Subwords: texts to the ids of a language model's vocabulary, and back.

The ids are those of the vocabulary's own reference (tiktoken, tokenizers, sentencepiece), whatever
the text.
"""

from collections.abc import Iterable, Sequence
from os import PathLike
from typing import Any, Literal, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from . import Array
from .corpus import Pack

__all__ = ["Tokenizer", "train"]

_Ids: TypeAlias = Sequence[int] | NDArray[Any]

@final
class Tokenizer:
    """A vocabulary, opened or trained. Any number of threads may use one; a pickled one is opened
    again by its path, so a trained one must be saved first.

    >>> import sprogkit as sk
    >>> tokenizer = sk.subword.train(["en ø", "to øer", "tre øer"], vocab_size=262)
    >>> ids = tokenizer.encode("øer på ø")
    >>> tokenizer.decode(ids)
    'øer på ø'
    >>> tokenizer.decode_batch(tokenizer.encode_batch(["en", None])).to_pylist()
    ['en', None]
    """

    @staticmethod
    def open(path: str | PathLike[str], *, pattern: str | None = None) -> Tokenizer:
        """Opens the vocabulary in a file:

        * `tokenizer.json` of Hugging Face; `tekken.json` of Mistral.
        * `*.tiktoken`, with `pattern`, which says how texts are cut: `"gpt2"`, `"cl100k"`,
          `"o200k"`, `"llama3"`, `"qwen2"`, `"tekken"`, or a regular expression.
        * `*.model` of sentencepiece, byte-pair encoding.
        * `vocab.txt` of BERT; texts are made small where no token has a capital letter.
        * `vocab.json` or `encoder.json` of GPT-2, with `merges.txt` or `vocab.bpe` beside it.

        Raises `FormatError` where the file is not what its name says, `ValueError` for a missing or
        wrong `pattern`.
        """
    @property
    def vocab_size(self) -> int:
        """How many tokens there are, added ones included."""
    @property
    def engine(self) -> Literal["bpe", "unigram", "wordpiece", "tokenizers"]:
        """What encodes: this package's byte-level byte-pair encoding, pieces with scores, or the
        longest piece first; or the `tokenizers` library, where none of these does what the file
        asks for."""
    def token_to_id(self, token: str) -> int | None:
        """The id of a token as its file writes it (`"Ġhej"`); None where it has none."""
    def id_to_token(self, id: int) -> str | None:
        """The token of an id as its file writes it; None where there is none."""
    def encode(self, text: str, *, add_special_tokens: bool = False) -> NDArray[np.uint32]:
        """The ids of a text. Added tokens inside it become their ids;
        `add_special_tokens` puts those around it that the vocabulary wants there."""
    def encode_batch(
        self,
        texts: Iterable[str | None] | Any,
        *,
        add_special_tokens: bool = False,
        threads: int | None = None,
    ) -> Array:
        """The ids of many texts, in parallel: `list<uint32>`, null for a null (`large_list` from
        2³¹ ids on)."""
    def encode_packed(
        self,
        texts: Iterable[str | None] | Any,
        length: int,
        *,
        end_token: str | int | None = None,
        pad_token: str | int | None = None,
        add_special_tokens: bool = False,
        threads: int | None = None,
    ) -> NDArray[np.uint32]:
        """The ids of many texts behind each other, cut into rows of `length` ids, for training:
        `[rows, length]`, the same for any `threads`. A null is left out.

        `end_token`, a token or its id, stands behind each text. The last row is filled with
        `pad_token`; without one, ids that fill no row are dropped.

        >>> import sprogkit as sk
        >>> tokenizer = sk.subword.train(["øl øl"], vocab_size=257, special_tokens=["<slut>"])
        >>> tokenizer.encode_packed(["ab", "c", "de"], 3, end_token="<slut>", pad_token=0)
        array([[65, 66,  0],
               [67,  0, 68],
               [69,  0,  0]], dtype=uint32)
        """
    def encode_offsets(
        self, text: str, *, add_special_tokens: bool = False
    ) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
        """The ids of a text, and the characters where each starts and ends.

        Tokens that share a character all have it whole; tokens that stand for no text are at 0."""
    def decode(self, ids: _Ids, *, skip_special_tokens: bool = False) -> str:
        """The text of ids. Bytes that are no character are U+FFFD. Raises `ValueError` for an id
        that the vocabulary has not."""
    def decode_batch(
        self,
        lists: Iterable[_Ids | None] | Any,
        *,
        skip_special_tokens: bool = False,
        threads: int | None = None,
    ) -> Array:
        """The texts of many lists of ids (or of Arrow lists), in parallel; null for a null."""
    def save(self, path: str | PathLike[str]) -> None:
        """Writes a trained vocabulary as a `tokenizer.json`, which Hugging Face opens too.

        Raises `ValueError` for one that was opened from a file."""
    def warm(self, texts: Iterable[str | None] | Any) -> int:
        """Learns the ids of the most frequent pieces of texts (196,000 at most), so that the first
        pass over texts like them is faster. Ids do not change. Returns how many are known.

        Raises `ValueError` where `engine` is not `"bpe"`."""
    def compile(self, path: str | PathLike[str]) -> None:
        """Writes the vocabulary, with what it learnt, as one file that `open` reads in
        milliseconds; all processes share its memory.

        >>> import sprogkit as sk, tempfile, pathlib
        >>> tokenizer = sk.subword.train(["en ø", "to øer", "tre øer"], vocab_size=262)
        >>> tokenizer.warm(["en ø", "ni øer"])
        4
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder) / "small.vocab"
        ...     tokenizer.compile(path)
        ...     opened = sk.subword.Tokenizer.open(path)
        >>> opened.encode("ni øer").tolist() == tokenizer.encode("ni øer").tolist()
        True

        Raises `ValueError` for a sentencepiece model, and where `engine` is `"tokenizers"`."""

def train(
    texts_or_pack: Iterable[str | None] | Pack | Any,
    *,
    kind: Literal["bpe", "unigram", "wordpiece"] = "bpe",
    vocab_size: int = 32_000,
    min_frequency: int = 0,
    special_tokens: Sequence[str] = ...,
    pattern: str = "gpt2",
    character_coverage: float = 1.0,
    threads: int | None = None,
) -> Tokenizer:
    """Trains a vocabulary on texts, or on the documents of a pack. The vocabulary is the same for
    any `threads`, in every run.

    `special_tokens` get the first ids. `min_frequency` is the fewest occurrences of a pair that is
    merged (not for unigram); `pattern` says how texts are cut before (byte-pair encoding alone).
    `character_coverage` is the share of the text that the characters of the vocabulary make out;
    rarer ones are unknown to it (unigram alone). Raises `ValueError` where `vocab_size` has no room
    for the special tokens and the bytes or the characters.

    >>> import sprogkit as sk
    >>> tokenizer = sk.subword.train(["øl øl øl"], vocab_size=259, special_tokens=["<slut>"])
    >>> tokenizer.token_to_id("<slut>"), tokenizer.vocab_size
    (0, 259)
    """
