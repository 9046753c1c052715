//! `sprogkit encode`: text in, the ids of a language model's vocabulary out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde_json::json;

use super::Done;
use super::failure::Failure;
use super::figures::{bytes, count, counted, time};
use super::out::Out;
use super::segments::write_layer;
use super::stream::{BehindLines, Input, Piece, lines, parts, stream, stream_to};
use crate::annotate;
use crate::io::{self, Growing};
use crate::subword::Tokenizer;

/// The vocabulary of a command.
#[derive(Debug, clap::Args)]
pub(super) struct Vocabulary {
    /// tokenizer.json, *.tiktoken, *.model, vocab.txt, or a compiled one
    #[arg(value_name = "VOCABULARY")]
    path: PathBuf,
    /// How a .tiktoken file's texts are cut: gpt2, cl100k, o200k, llama3, qwen2,
    /// tekken, or a regular expression
    #[arg(long, value_name = "PATTERN")]
    pattern: Option<String>,
}

impl Vocabulary {
    pub(super) fn open(&self) -> crate::Result<Tokenizer> {
        Tokenizer::open(&self.path, self.pattern.as_deref())
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
  sprogkit encode cl100k_base.tiktoken --pattern cl100k \\
      --warm corpus.txt --compile cl100k.vocab

--out writes PREFIX.bin and PREFIX.idx, as Megatron reads them: a document a
line, 16 bits an id where that is enough, else 32. --pack writes the layer
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
    /// Write PREFIX.bin and PREFIX.idx
    #[arg(long, value_name = "PREFIX", conflicts_with = "pack")]
    out: Option<PathBuf>,
    /// Take the documents of this pack, and write their ids into it as a layer
    #[arg(long, value_name = "PACK", conflicts_with = "files")]
    pack: Option<PathBuf>,
    /// Write the vocabulary itself as one file that opens at once
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "out", "pack", "special"])]
    compile: Option<PathBuf>,
    /// Learn the words of this text first
    #[arg(long, value_name = "TEXT", requires = "compile")]
    warm: Vec<PathBuf>,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let tokenizer = args.vocabulary.open()?;
    if let Some(path) = &args.compile {
        return compile(&tokenizer, &args.warm, path, out);
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
    let failed = Mutex::new(None);
    let encode = |piece: &Piece<'_>, line: &str| match tokenizer.encode(line, args.special) {
        Ok(ids) => ids,
        Err(error) => {
            // The line lies in the piece.
            let at = line.as_ptr().addr() - piece.text.as_ptr().addr();
            let origin = inputs[piece.input].name().display().to_string();
            let error = crate::Error::format(origin, piece.at.bytes + at as u64, error);
            failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            Vec::new()
        }
    };
    match &args.out {
        Some(prefix) => megatron(&tokenizer, &inputs, prefix, encode, out)?,
        None => {
            let json = out.json;
            let work = |piece: &Piece<'_>, buffer: &mut Vec<u8>| {
                for line in lines(piece.text) {
                    let ids = encode(piece, line);
                    if json {
                        serde_json::to_writer(&mut *buffer, &json!({ "ids": ids }))
                            .expect("numbers are written to memory");
                    } else {
                        for (at, id) in ids.into_iter().enumerate() {
                            if at > 0 {
                                buffer.push(b' ');
                            }
                            write!(buffer, "{id}").expect("numbers are written to memory");
                        }
                    }
                    buffer.push(b'\n');
                }
            };
            match out.bars_beside() {
                Some(bars) => stream(&inputs, &BehindLines, work, out, &bars),
                None => stream(&inputs, &BehindLines, work, out, &()),
            }?;
        }
    }
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.map_or(Ok(()), |error| Err(error.into()))
}

fn compile(tokenizer: &Tokenizer, warm: &[PathBuf], path: &Path, out: &mut Out) -> Done {
    let mut known = 0;
    if !warm.is_empty() {
        let inputs: Vec<Input> = warm.iter().cloned().map(Input::File).collect();
        let mut failed = Ok(());
        let texts = parts(&inputs).map_while(|part| match part {
            Ok(text) => Some(text),
            Err(error) => {
                failed = Err(error);
                None
            }
        });
        known = tokenizer.warm(texts)?;
        failed?;
    }
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

/// Where a piece of the input begins, and how many ids each of its documents has.
type Sizes = ((usize, u64), Vec<i32>);

/// Documents behind one another, and where each of them begins. Source: the `.bin` and `.idx` of Megatron-LM's indexed
/// dataset, version 1.
fn megatron(
    tokenizer: &Tokenizer,
    inputs: &[Input],
    prefix: &Path,
    encode: impl Fn(&Piece<'_>, &str) -> Vec<u32> + Sync,
    out: &mut Out,
) -> Done {
    /// How the format numbers the types of ids: 32 bits signed, 16 bits unsigned.
    const I32: u8 = 4;
    const U16: u8 = 8;
    let started = Instant::now();
    let with = |end: &str| {
        let mut name = prefix.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let (path, index_path) = (with(".bin"), with(".idx"));
    let is_narrow = tokenizer.end() <= 1 << 16;
    // By input and place in it: how many ids each document has.
    let sizes: Mutex<Vec<Sizes>> = Mutex::default();
    let work = |piece: &Piece<'_>, buffer: &mut Vec<u8>| {
        let mut counts = Vec::new();
        for line in lines(piece.text) {
            let ids = encode(piece, line);
            counts.push(ids.len() as i32);
            if is_narrow {
                buffer.extend(ids.iter().flat_map(|&id| (id as u16).to_le_bytes()));
            } else {
                buffer.extend(ids.iter().flat_map(|id| id.to_le_bytes()));
            }
        }
        let place = (piece.input, piece.at.bytes);
        sizes.lock().unwrap_or_else(PoisonError::into_inner).push((place, counts));
    };
    let mut file = Growing::create(&path)?;
    let bars = out.bars();
    match stream_to(inputs, &BehindLines, work, &mut file, &bars) {
        Err(Failure::Failed(crate::Error::Cancelled)) => {
            let path = path.display();
            return Err(Failure::Stopped(format!("stopped: {path} is as it was")));
        }
        done => done?,
    }
    bars.finish();
    let mut sizes = sizes.into_inner().unwrap_or_else(PoisonError::into_inner);
    sizes.sort_unstable_by_key(|(place, _)| *place);
    let sizes: Vec<i32> = sizes.into_iter().flat_map(|(_, counts)| counts).collect();
    let documents = sizes.len() as u64;
    let mut index = Growing::create(&index_path)?;
    let width = if is_narrow { 2 } else { 4 };
    let failed = |e| crate::Error::Io { path: index_path.clone(), source: e };
    let mut write = |bytes: &[u8]| index.write_all(bytes).map_err(failed);
    write(b"MMIDIDX\0\0")?;
    write(&1_u64.to_le_bytes())?;
    write(&[if is_narrow { U16 } else { I32 }])?;
    write(&documents.to_le_bytes())?;
    write(&(documents + 1).to_le_bytes())?;
    for size in &sizes {
        write(&size.to_le_bytes())?;
    }
    let mut ids = 0_u64;
    for &size in &sizes {
        write(&(ids * width).to_le_bytes())?;
        ids += size as u64;
    }
    for document in 0..=documents {
        write(&document.to_le_bytes())?;
    }
    file.finish()?;
    index.finish()?;
    let took = started.elapsed();
    if out.json {
        return Ok(out.object(&json!({
            "bin": path, "idx": index_path, "documents": documents, "ids": ids,
            "bits": width * 8, "seconds": took.as_secs_f64(),
        }))?);
    }
    let name = out.paint.bright(&path.display().to_string());
    let documents = counted(documents, "document");
    Ok(writeln!(out, "{name}: {} ids of {documents} in {}", count(ids), time(took))?)
}
