//! `sprogkit encode`: text in, the ids of a language model's vocabulary out.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Done;
use super::figures::{bytes, counted};
use super::ids::{Form, Job, Source};
use super::numbers;
use super::out::Out;
use super::segments::write_layer;
use super::stream::{BehindLines, Input, Piece, Start, flushed, lines, parts, stream_to};
use crate::annotate;
use crate::corpus::Pack;
use crate::io;
use crate::progress::Progress;
use crate::subword::{Batch, Packing, Tokenizer, files};

/// The vocabulary of a command.
#[derive(Debug, clap::Args)]
pub(super) struct Vocabulary {
    /// tokenizer.json, *.tiktoken, *.model, vocab.txt, or a compiled one
    #[arg(value_name = "VOCABULARY")]
    pub(super) path: PathBuf,
    /// How a .tiktoken file's texts are cut: gpt2, cl100k, o200k, llama3, qwen2,
    /// tekken, or a regular expression
    #[arg(long, value_name = "PATTERN")]
    pub(super) pattern: Option<String>,
}

impl Vocabulary {
    pub(super) fn open(&self) -> crate::Result<Tokenizer> {
        Tokenizer::open(&self.path, self.pattern.as_deref())
    }

    /// What its files hold, as a number, and how their texts are cut.
    pub(super) fn fingerprint(&self) -> crate::Result<String> {
        let mut print = self.pattern.clone().unwrap_or_default();
        for file in files(&self.path) {
            print.push(' ');
            print.push_str(&io::sha256_of(&file)?.0);
        }
        Ok(print.trim_start().to_owned())
    }

    /// What it is called: the file's name up to its first dot.
    fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let name = name.split('.').next().unwrap_or_default();
        let is_good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        name.chars().map(|c| if is_good(c) { c } else { '-' }).collect()
    }
}

/// Turn text into the ids of a vocabulary: a line of text in, a line of ids out
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  echo 'Rødgrød med fløde' | sprogkit encode tokenizer.json
  sprogkit encode tokenizer.json corpus.txt --out corpus
  sprogkit encode tokenizer.json --pack my-pack
  sprogkit encode tokenizer.json --pack my-pack --out rows \\
      --seq-length 4096 --end-token '<|endoftext|>'
  sprogkit encode cl100k_base.tiktoken --pattern cl100k \\
      --warm corpus.txt --compile cl100k.vocab

--out writes PREFIX.bin and PREFIX.idx, as Megatron reads them: a document a
line, 16 bits an id where that is enough, else 32. --seq-length writes one
NumPy array instead, of shape [rows, N]: documents are cut where a row is full.
Stopped by Ctrl-C or killed, --out leaves what is done as *.part files, and the
same command with --resume goes on. --pack alone writes the layer
ids-VOCABULARY. A compiled vocabulary opens in milliseconds; with --warm it
knows the words of that text from the start. The ids are always the same.")]
pub(super) struct Args {
    #[command(flatten)]
    vocabulary: Vocabulary,
    /// Text files, UTF-8; none or `-` is the standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Put the special tokens of the vocabulary around each text
    #[arg(long)]
    special: bool,
    /// Write PREFIX.bin and PREFIX.idx, or PREFIX.npy with --seq-length
    #[arg(long, value_name = "PREFIX")]
    out: Option<PathBuf>,
    /// Take the documents of this pack; without --out their ids become a layer of it
    #[arg(long, value_name = "PACK", conflicts_with = "files")]
    pack: Option<PathBuf>,
    /// Write this token behind each document; an id where it is all digits
    #[arg(long, value_name = "TOKEN", requires = "out")]
    end_token: Option<String>,
    /// Write rows of N ids, one document behind the other, as PREFIX.npy
    #[arg(long, value_name = "N", requires = "out", value_parser = numbers::whole(1..=1 << 24))]
    seq_length: Option<u64>,
    /// Fill the last row with this token, instead of dropping it
    #[arg(long, value_name = "TOKEN", requires = "seq_length")]
    pad_token: Option<String>,
    /// Go on where the same command was stopped
    #[arg(long, requires = "out")]
    resume: bool,
    /// Write the vocabulary itself as one file that opens at once
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "out", "pack", "special"])]
    compile: Option<PathBuf>,
    /// Learn the words of this text, or of this pack, first
    #[arg(long, value_name = "TEXT|PACK", requires = "compile")]
    warm: Vec<PathBuf>,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let tokenizer = args.vocabulary.open()?;
    if let Some(path) = &args.compile {
        return compile(&tokenizer, &args.warm, path, out);
    }
    if let Some(prefix) = &args.out {
        let source = match &args.pack {
            Some(pack) => Source::Pack(Box::new(Pack::open(pack)?), pack.clone()),
            None => Source::Files(Input::all(&args.files)),
        };
        let token = |token: &Option<String>| {
            token.as_deref().map(|token| self::token(&tokenizer, token)).transpose()
        };
        let (end, pad) = (token(&args.end_token)?, token(&args.pad_token)?);
        let form = match args.seq_length {
            Some(length) => Form::Rows(Packing { length: length as usize, end, pad }),
            None => Form::Documents { end },
        };
        let special = args.special;
        let job = Job { tokenizer: &tokenizer, vocabulary: &args.vocabulary, special, form };
        return job.write(&source, prefix, args.resume, out);
    }
    if let Some(pack) = &args.pack {
        let (vocabulary, special) = (args.vocabulary.name(), args.special);
        let layer = format!("ids-{vocabulary}");
        return write_layer(
            &layer,
            pack,
            |pack, bars| annotate::ids(pack, &layer, &tokenizer, &vocabulary, special, bars),
            out,
        );
    }
    let inputs = Input::all(&args.files);
    let json = out.json;
    let work = |piece: &Piece<'_>| {
        let texts: Vec<&str> = lines(piece.text).collect();
        let mut buffer = Vec::with_capacity(piece.text.len() * 2);
        for ids in encoded(&tokenizer, &texts, args.special, &inputs, piece)?.iter() {
            if json {
                serde_json::to_writer(&mut buffer, &json!({ "ids": ids }))
                    .expect("numbers are written to memory");
            } else {
                for (at, id) in ids.iter().enumerate() {
                    if at > 0 {
                        buffer.push(b' ');
                    }
                    write!(buffer, "{id}").expect("numbers are written to memory");
                }
            }
            buffer.push(b'\n');
        }
        Ok(buffer)
    };
    let bars = out.bars_beside();
    let progress = bars.as_ref().map_or(&() as &dyn Progress, |bars| bars);
    stream_to(&inputs, Start::default(), &BehindLines, work, &mut flushed(out), progress)
}

/// The ids of the lines of a piece. An error says where in its input the line is that has none.
pub(super) fn encoded(
    tokenizer: &Tokenizer,
    lines: &[&str],
    special: bool,
    inputs: &[Input],
    piece: &Piece<'_>,
) -> crate::Result<Batch> {
    tokenizer.encode_each(lines, special).map_err(|error| {
        let Some(line) = lines.iter().find(|line| tokenizer.encode(line, special).is_err()) else {
            return error;
        };
        // The line lies in the piece.
        let at = line.as_ptr().addr() - piece.text.as_ptr().addr();
        let origin = inputs[piece.input].name().display().to_string();
        crate::Error::format(origin, piece.at.bytes + at as u64, error)
    })
}

/// The id of a token of the command line.
fn token(tokenizer: &Tokenizer, token: &str) -> crate::Result<u32> {
    let is_id = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    // Tokens that stand for no text need not be in the file.
    let id = if is_id { token.parse().ok() } else { tokenizer.token_to_id(token) };
    id.filter(|&id| id < 1 << 24)
        .ok_or_else(|| crate::Error::argument("a token", "one of the vocabulary, or an id", token))
}

fn compile(tokenizer: &Tokenizer, warm: &[PathBuf], path: &Path, out: &mut Out) -> Done {
    let known = if warm.is_empty() { 0 } else { learn(tokenizer, warm)? };
    tokenizer.compile(path)?;
    let size = io::length(path)?;
    if out.json {
        return Ok(out.object(&json!({ "vocabulary": path, "known": known, "bytes": size }))?);
    }
    let name = out.paint.bright(&path.display().to_string());
    let known = counted(known as u64, "known piece");
    Ok(writeln!(
        out,
        "{name}: {}, {known}, {}",
        counted(tokenizer.vocab_size() as u64, "token"),
        bytes(size)
    )?)
}

/// Learns the words of these texts, each line a text, and of the documents of these packs, as they will be encoded. Returns
/// how many are known.
fn learn(tokenizer: &Tokenizer, warm: &[PathBuf]) -> crate::Result<usize> {
    let (packs, files): (Vec<_>, Vec<_>) = warm.iter().cloned().partition(|path| path.is_dir());
    let inputs: Vec<Input> = files.into_iter().map(Input::File).collect();
    let packs: crate::Result<Vec<Pack>> = packs.iter().map(Pack::open).collect();
    let packs = packs?;
    let documents = packs.iter().flat_map(|pack| pack.documents().iter());
    let documents = documents.map(|document| Ok(vec![document?.text()?.to_owned()]));
    let of_files = parts(&inputs).map(|part| Ok(lines(&part?).map(str::to_owned).collect()));
    let mut failed = Ok(());
    let texts = of_files.chain(documents).map_while(|texts: crate::Result<Vec<String>>| {
        let texts = texts.map_err(|error| failed = Err(error));
        texts.ok()
    });
    let known = tokenizer.warm(texts.flatten())?;
    failed.map(|()| known)
}
