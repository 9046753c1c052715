//! Text of any size through a function: in parallel, in order, in flat memory.
//!
//! The input is read in pieces of about [`PIECE`] bytes, each of which ends where the answer
//! cannot depend on what follows (the [`Cut`] of the command knows such places). Every thread of
//! the pool takes the next piece, works on it, and hands in what it gives; whoever hands in the
//! next one in order writes all that is ready. Nobody reads more than [`AHEAD`] pieces per
//! thread ahead of what is written.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::Done;
use super::failure::Failure;
use super::out::Out;
use crate::Error;
use crate::progress::Progress;

/// Bytes read at a time.
const PIECE: usize = 1 << 20;
/// A piece may grow to this many bytes in search of a place to cut; then [`Cut::anywhere`] is asked.
const LONGEST: usize = 8 * PIECE;
/// How many pieces per thread may wait for an earlier one to be written.
const AHEAD: u64 = 4;

/// What some programs write before UTF-8: no part of the text, but offsets count it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Where a text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Input {
    Stdin,
    File(PathBuf),
}

impl Input {
    /// The inputs that `files` name; none is the standard input, as is `-`.
    pub(super) fn all(files: &[PathBuf]) -> Vec<Self> {
        if files.is_empty() {
            return vec![Self::Stdin];
        }
        files
            .iter()
            .map(|file| if file == Path::new("-") { Self::Stdin } else { Self::File(file.clone()) })
            .collect()
    }

    /// Its name in errors and in JSON.
    pub(super) fn name(&self) -> PathBuf {
        match self {
            Self::Stdin => PathBuf::from("standard input"),
            Self::File(path) => path.clone(),
        }
    }

    /// How many bytes it has, where that is known.
    fn size(&self) -> Option<u64> {
        self.metadata().map(|data| data.len())
    }

    /// What the system says of it, where it is a file that can be read again.
    pub(super) fn metadata(&self) -> Option<std::fs::Metadata> {
        match self {
            Self::Stdin => None,
            Self::File(path) => path.metadata().ok().filter(std::fs::Metadata::is_file),
        }
    }

    /// All of it, as text.
    pub(super) fn read(&self) -> crate::Result<String> {
        let mut bytes = Vec::new();
        let failed = |source| Error::Io { path: self.name(), source };
        self.open_at(0)?.read_to_end(&mut bytes).map_err(failed)?;
        String::from_utf8(bytes).map_err(|e| {
            let at = e.utf8_error().valid_up_to();
            not_utf8(self, e.as_bytes(), 0, at)
        })
    }

    /// The arguments; where there are none, the lines of the standard input that are not blank,
    /// which `read` takes up.
    pub(super) fn words<'w>(
        arguments: &'w [String],
        read: &'w mut String,
    ) -> crate::Result<Vec<&'w str>> {
        if !arguments.is_empty() {
            return Ok(arguments.iter().map(String::as_str).collect());
        }
        *read = Self::Stdin.read()?;
        Ok(read.lines().map(str::trim).filter(|line| !line.is_empty()).collect())
    }

    /// Opens it for who reads on from `byte`, which is 0 where it is no file.
    pub(super) fn open_at(&self, byte: u64) -> crate::Result<Box<dyn Read + Send>> {
        match self {
            Self::Stdin => Ok(Box::new(io::stdin())),
            #[expect(clippy::disallowed_methods, reason = "read as a stream; the error names it")]
            Self::File(path) => std::fs::File::open(path)
                .and_then(|mut file| {
                    // Opening a folder succeeds on some systems, reading it does not.
                    if file.metadata()?.is_dir() {
                        Err(io::ErrorKind::IsADirectory.into())
                    } else {
                        if byte > 0 {
                            file.seek(SeekFrom::Start(byte))?;
                        }
                        Ok(file)
                    }
                })
                .map(|file| Box::new(file) as Box<dyn Read + Send>)
                .map_err(|source| Error::Io { path: path.clone(), source }),
        }
    }
}

/// Counts of a text's positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) bytes: u64,
    pub(super) chars: u64,
    pub(super) utf16: u64,
}

impl Position {
    /// The position behind `bytes`, which need not be valid UTF-8.
    fn after(self, bytes: &[u8]) -> Self {
        let (mut chars, mut pairs) = (0u64, 0u64);
        // Short blocks keep the counters in bytes, which the compiler turns into wide adds.
        for block in bytes.chunks(192) {
            let (mut starts, mut wide) = (0u8, 0u8);
            for &byte in block {
                starts += u8::from(byte & 0xC0 != 0x80);
                wide += u8::from(byte >= 0xF0);
            }
            chars += u64::from(starts);
            pairs += u64::from(wide);
        }
        Self {
            bytes: self.bytes + bytes.len() as u64,
            chars: self.chars + chars,
            utf16: self.utf16 + chars + pairs,
        }
    }
}

/// A part of an input: whole lines as a rule.
pub(super) struct Piece<'p> {
    pub(super) text: &'p str,
    /// Which of the inputs.
    pub(super) input: usize,
    /// Where it begins in its input.
    pub(super) at: Position,
}

/// Where a text may be cut without changing the answer for either side.
pub(super) trait Cut: Sync {
    /// The last such place in `bytes` (0 < place <= len), which go on. `from` bytes of it were
    /// looked at before, in vain.
    fn last(&self, bytes: &[u8], from: usize) -> Option<usize>;

    /// The best place, where there is no good one in [`LONGEST`] bytes.
    fn anywhere(&self, bytes: &[u8]) -> usize;
}

/// Runs `work` over the text of `inputs` and writes to `out` what it appends to its buffer.
///
/// # Errors
///
/// The first, in the order of the input: a file that cannot be read, bytes that are not UTF-8
/// (with the byte's offset in its file). What stands before has been written.
pub(super) fn stream(
    inputs: &[Input],
    cut: &impl Cut,
    work: impl Fn(&Piece<'_>, &mut Vec<u8>) + Sync,
    out: &mut Out,
    progress: &dyn Progress,
) -> Done {
    let work = |piece: &Piece<'_>| {
        let mut buffer = Vec::with_capacity(piece.text.len() * 5 / 4);
        work(piece, &mut buffer);
        Ok(buffer)
    };
    stream_to(inputs, Start::default(), cut, work, &mut flushed(out), progress)
}

/// Writes to `out` what comes, so that whoever reads a slow pipe sees it at once.
pub(super) fn flushed(out: &mut (impl Write + Send)) -> impl FnMut(Vec<u8>) -> Done + Send {
    |buffer| {
        out.write_all(&buffer)?;
        Ok(out.flush()?)
    }
}

/// Where a stream begins: in which input, and before which of its bytes, where a piece ended before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Start {
    pub(super) input: usize,
    pub(super) byte: u64,
}

/// The text of `inputs`, one part after the other, each of whole lines: flat memory for who reads it once.
///
/// # Errors
///
/// As [`stream`].
pub(super) fn parts(inputs: &[Input]) -> impl Iterator<Item = crate::Result<String>> + '_ {
    let mut reader = Reader::new(inputs, Start::default(), PIECE);
    std::iter::from_fn(move || reader.next(&BehindLines).transpose()).map(|raw| {
        let Raw { bytes, input, at } = raw?;
        String::from_utf8(bytes).map_err(|e| {
            let valid = e.utf8_error().valid_up_to();
            not_utf8(&inputs[input], e.as_bytes(), at.bytes, valid)
        })
    })
}

/// Runs `work` over the text of `inputs` from `start` on, and `write` on what it gives, in order.
///
/// # Errors
///
/// As [`stream`], and what `work` and `write` give. [`Error::Cancelled`] where `progress` wants it to end. All that stands before
/// was given to `write`.
pub(super) fn stream_to<T: Send>(
    inputs: &[Input],
    start: Start,
    cut: &impl Cut,
    work: impl Fn(&Piece<'_>) -> crate::Result<T> + Sync,
    write: &mut (impl FnMut(T) -> Done + Send),
    progress: &dyn Progress,
) -> Done {
    let total = inputs.iter().map(Input::size).sum::<Option<u64>>();
    progress.start("reading", total, "bytes");
    let before: Option<u64> = inputs[..start.input].iter().map(Input::size).sum();
    progress.advance(before.unwrap_or(0) + start.byte);
    pieces(inputs, start, PIECE, cut, work, write, progress)
}

/// Cuts behind a line.
pub(super) struct BehindLines;

impl Cut for BehindLines {
    fn last(&self, bytes: &[u8], from: usize) -> Option<usize> {
        memchr::memrchr(b'\n', &bytes[from..]).map(|at| from + at + 1)
    }

    fn anywhere(&self, bytes: &[u8]) -> usize {
        let space = memchr::memrchr(b' ', bytes).map(|at| at + 1);
        let boundary = || bytes.iter().rposition(|&byte| byte & 0xC0 != 0x80).filter(|&at| at > 0);
        space.or_else(boundary).unwrap_or(bytes.len())
    }
}

/// The lines of `text` without their ends.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n').map(|line| {
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line)
    })
}

fn pieces<T: Send>(
    inputs: &[Input],
    start: Start,
    size: usize,
    cut: &impl Cut,
    work: impl Fn(&Piece<'_>) -> crate::Result<T> + Sync,
    write: &mut (impl FnMut(T) -> Done + Send),
    progress: &dyn Progress,
) -> Done {
    let mut reader = Reader::new(inputs, start, size);
    let work = |raw: crate::Result<Raw>| {
        let raw = raw?;
        let text = std::str::from_utf8(&raw.bytes)
            .map_err(|e| not_utf8(&inputs[raw.input], &raw.bytes, raw.at.bytes, e.valid_up_to()))?;
        let given = work(&Piece { text, input: raw.input, at: raw.at })?;
        Ok((given, raw.bytes.len() as u64))
    };
    in_order(|| reader.next(cut).transpose(), work, write, progress)
}

/// Runs `work` on what `next` gives, in parallel, and `write` on what that gives, in order; `work` says how much it has
/// done, too. Few are in hand at a time.
///
/// # Errors
///
/// The first, in order, of `work` and `write`; [`Error::Cancelled`] where `progress` wants it to end.
pub(super) fn in_order<R, T: Send>(
    next: impl FnMut() -> Option<R> + Send,
    work: impl Fn(R) -> crate::Result<(T, u64)> + Sync,
    write: &mut (impl FnMut(T) -> Done + Send),
    progress: &dyn Progress,
) -> Done {
    let next = Mutex::new((0, next));
    let line = Line::new(write, AHEAD * rayon::current_num_threads() as u64);
    rayon::broadcast(|_| {
        let _guard = StopOnPanic(&line);
        loop {
            let (turn, raw) = {
                let (turn, next) = &mut *lock(&next);
                if !line.wait_for_room(*turn) {
                    return;
                }
                let Some(raw) = next() else { return };
                *turn += 1;
                (*turn - 1, raw)
            };
            line.hand_in(turn, work(raw), progress);
        }
    });
    line.end()
}

/// That `bytes`, which begin at byte `at` of `input`, are text only up to `valid`, and the way out.
fn not_utf8(input: &Input, bytes: &[u8], at: u64, valid: usize) -> Error {
    let byte = bytes.get(valid).copied().unwrap_or_default();
    let (found, encoding) = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] if at == 0 => {
            (format!("UTF-16 (0x{:02X} 0x{:02X}), not UTF-8:", bytes[0], bytes[1]), "utf-16")
        }
        _ => (format!("not UTF-8 (0x{byte:02X}); if it is Latin-1:"), "latin1"),
    };
    let reason = format!("{found} iconv -f {encoding} -t utf-8 FILE | sprogkit ...");
    Error::Format { origin: input.name().display().to_string(), offset: at + valid as u64, reason }
}

/// Bytes of an input, not yet known to be text.
struct Raw {
    bytes: Vec<u8>,
    input: usize,
    at: Position,
}

/// Reads the inputs one after the other and cuts them.
struct Reader<'i> {
    inputs: &'i [Input],
    size: usize,
    input: usize,
    open: Option<Box<dyn Read + Send>>,
    /// Read, but behind the last cut.
    rest: Vec<u8>,
    at: Position,
    failed: bool,
}

impl<'i> Reader<'i> {
    fn new(inputs: &'i [Input], start: Start, size: usize) -> Self {
        let at = Position { bytes: start.byte, ..Position::default() };
        let (input, rest) = (start.input, Vec::new());
        Self { inputs, size, input, open: None, rest, at, failed: false }
    }

    /// The next piece; nothing behind the last one and behind an error.
    fn next(&mut self, cut: &impl Cut) -> crate::Result<Option<Raw>> {
        if self.failed {
            return Ok(None);
        }
        let next = self.read(cut);
        self.failed = next.is_err();
        next
    }

    fn read(&mut self, cut: &impl Cut) -> crate::Result<Option<Raw>> {
        while let Some(input) = self.inputs.get(self.input) {
            let file = match &mut self.open {
                Some(file) => file,
                closed => closed.insert(input.open_at(self.at.bytes)?),
            };
            let before = self.rest.len();
            // Up to a multiple of the size, so that where a long line is cut depends on nothing before it.
            let most = self.size - before % self.size;
            self.rest.reserve(most);
            let got = loop {
                // One read, so that what comes slowly through a pipe is answered as it comes.
                match file.by_ref().take(most as u64).read_to_vec(&mut self.rest) {
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    got => {
                        break got.map_err(|source| Error::Io { path: input.name(), source })?;
                    }
                }
            };
            let end = if got == 0 {
                self.rest.len()
            } else if let Some(place) = cut.last(&self.rest, before) {
                place
            } else if self.rest.len() >= LONGEST.max(self.size) {
                cut.anywhere(&self.rest)
            } else {
                continue;
            };
            let behind = self.rest.split_off(end);
            let mut bytes = std::mem::replace(&mut self.rest, behind);
            if self.at == Position::default() && bytes.starts_with(BYTE_ORDER_MARK) {
                self.at = self.at.after(BYTE_ORDER_MARK);
                bytes.drain(..BYTE_ORDER_MARK.len());
            }
            let raw = Raw { input: self.input, at: self.at, bytes };
            if got == 0 {
                self.open = None;
                self.input += 1;
                self.at = Position::default();
            } else {
                self.at = self.at.after(&raw.bytes);
            }
            if !raw.bytes.is_empty() {
                return Ok(Some(raw));
            }
        }
        Ok(None)
    }
}

/// One read into the free end of a buffer.
trait ReadToVec {
    fn read_to_vec(self, buffer: &mut Vec<u8>) -> io::Result<usize>;
}

impl<R: Read> ReadToVec for io::Take<R> {
    fn read_to_vec(mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        let before = buffer.len();
        let most = usize::try_from(self.limit()).unwrap_or(usize::MAX);
        buffer.resize(before + most, 0);
        let got = self.read(&mut buffer[before..]);
        buffer.truncate(before + got.as_ref().copied().unwrap_or(0));
        got
    }
}

/// What a piece gave, and how many bytes of input it stands for.
type Answer<T> = crate::Result<(T, u64)>;

/// Those who wait to write, in the order of the input.
struct Line<'w, T, W> {
    state: Mutex<State<'w, T, W>>,
    moved: Condvar,
    room: u64,
}

struct State<'w, T, W> {
    /// Taken out by whoever is writing.
    write: Option<&'w mut W>,
    next: u64,
    waiting: BTreeMap<u64, Answer<T>>,
    ended: Option<Failure>,
    stopped: bool,
}

impl<'w, T, W: FnMut(T) -> Done> Line<'w, T, W> {
    fn new(write: &'w mut W, room: u64) -> Self {
        let waiting = BTreeMap::new();
        let state = State { write: Some(write), next: 0, waiting, ended: None, stopped: false };
        Self { state: Mutex::new(state), moved: Condvar::new(), room }
    }

    /// Waits until `turn` is near enough; `false` where nothing more is wanted.
    fn wait_for_room(&self, turn: u64) -> bool {
        let mut state = lock(&self.state);
        while !state.stopped && turn >= state.next + self.room {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.stopped
    }

    /// Hands in the answer of `turn`, and writes what is next in order.
    fn hand_in(&self, turn: u64, answer: Answer<T>, progress: &dyn Progress) {
        let mut state = lock(&self.state);
        state.waiting.insert(turn, answer);
        let Some(write) = state.write.take() else { return };
        loop {
            let next = state.next;
            let Some(answer) = state.waiting.remove(&next) else { break };
            drop(state);
            let written = answer.map_err(Failure::from).and_then(|(given, read)| {
                write(given)?;
                progress.advance(read);
                progress.check()?;
                Ok(())
            });
            state = lock(&self.state);
            state.next += 1;
            if let Err(failure) = written {
                state.ended = Some(failure);
                state.stopped = true;
                // Nobody writes behind a failure: `write` is not put back.
                self.moved.notify_all();
                return;
            }
            self.moved.notify_all();
        }
        state.write = Some(write);
    }

    fn stop(&self) {
        lock(&self.state).stopped = true;
        self.moved.notify_all();
    }

    fn end(self) -> Done {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.ended.map_or(Ok(()), Err)
    }
}

/// Lets the others end where one panics, so that the panic is heard.
struct StopOnPanic<'l, 'w, T, W: FnMut(T) -> Done>(&'l Line<'w, T, W>);

impl<T, W: FnMut(T) -> Done> Drop for StopOnPanic<'_, '_, T, W> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Span;
    use crate::cli::segments::BetweenSentences;
    use crate::text::{self, Options};

    /// A text without end in four forms: paragraphs, a sentence a line, wrapped lines, one line.
    fn texts() -> [(&'static str, String); 4] {
        let sentences: Vec<String> = (0..6000)
            .map(|i| match i % 5 {
                0 => format!("Sag nr. {i} blev afgjort den {}. marts kl. 10.", i % 28 + 1),
                1 => format!("Åse og Bjørn fik {i} kr. i tilskud, jf. § {}, stk. 2.", i % 90 + 1),
                2 => "»Kommer du?« spurgte hun.".to_owned(),
                3 => format!("Det kostede {i},50 kr. i alt 😀!"),
                _ => "Ja.".to_owned(),
            })
            .collect();
        let paragraphs = sentences.chunks(7).map(|p| p.join(" ")).collect::<Vec<_>>().join("\n\n");
        let joined = sentences.join(" ");
        let wrapped = joined.split(' ').collect::<Vec<_>>();
        let wrapped = wrapped.chunks(9).map(|l| l.join(" ")).collect::<Vec<_>>().join("\r\n");
        [
            ("paragraphs", paragraphs),
            ("lines", sentences.join("\n")),
            ("wrapped", wrapped),
            ("one line", sentences.join(" ")),
        ]
    }

    /// The segments with their starts in bytes, characters and UTF-16 code units, a line each.
    fn found(text: &str, segments: Vec<Span>, mut at: Position) -> String {
        let mut lines = String::new();
        let mut before = 0;
        for span in segments {
            at = at.after(&text.as_bytes()[before..span.start()]);
            before = span.start();
            let Position { bytes, chars, utf16 } = at;
            lines.push_str(&format!("{bytes} {chars} {utf16} {}\n", span.of(text)));
        }
        lines
    }

    /// What `segments` finds in `text`, read `size` bytes at a time by `threads` threads.
    fn streamed(
        text: &str,
        size: usize,
        threads: usize,
        segments: impl Fn(&str) -> Vec<Span> + Sync,
    ) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text.txt");
        let mut file = std::fs::File::create(&path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let work =
            |piece: &Piece<'_>| Ok(found(piece.text, segments(piece.text), piece.at).into_bytes());
        let cut = BetweenSentences(Options::default());
        let inputs = [Input::File(path)];
        let mut out = Vec::new();
        let start = Start::default();
        crate::threads::install(Some(threads), || {
            pieces(&inputs, start, size, &cut, work, &mut flushed(&mut out), &())
        })
        .unwrap()
        .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_text_gives_the_same_in_pieces_as_at_once() {
        let words = |text: &str| text::words(text).map(|word| word.span).collect::<Vec<_>>();
        let sentences = |text: &str| text::sentences(text).collect::<Vec<_>>();
        for (name, text) in texts() {
            for segments in [&words as &(dyn Fn(&str) -> Vec<Span> + Sync), &sentences] {
                let whole = found(&text, segments(&text), Position::default());
                for (size, threads) in [(700, 4), (5000, 2), (40_000, 3), (1 << 20, 1)] {
                    let pieces = streamed(&text, size, threads, segments);
                    let first = whole.lines().zip(pieces.lines()).find(|(a, b)| a != b);
                    assert_eq!(first, None, "{name} in pieces of {size}");
                    assert_eq!(whole.len(), pieces.len(), "{name} in pieces of {size}");
                }
            }
        }
    }

    #[test]
    fn a_panic_ends_the_stream_and_is_heard() {
        let text = "Ja.\n\n".repeat(10_000);
        let heard = std::panic::catch_unwind(|| {
            streamed(&text, 100, 4, |piece| {
                assert!(piece.len() % 2 == 1, "on purpose");
                Vec::new()
            })
        });
        assert!(heard.is_err());
    }

    #[test]
    fn an_empty_text_has_no_pieces() {
        assert_eq!(streamed("", 100, 2, |_| vec![Span::new(0, 0)]), "");
    }

    #[test]
    fn a_text_without_any_space_ends() {
        let text = "å".repeat(9 << 19);
        let sizes = streamed(&text, 1 << 20, 2, |piece| vec![Span::new(0, piece.len())]);
        assert!(sizes.lines().count() > 1, "it is cut: memory stays flat");
        let length: usize = sizes.lines().map(|line| line.rsplit(' ').next().unwrap().len()).sum();
        assert_eq!(length, text.len());
    }
}
