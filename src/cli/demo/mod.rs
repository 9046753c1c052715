//! `sprogkit demo`: the main job on the built-in sample.

mod align;
mod text;
mod waveform;
mod workplace;

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Done;
use super::build::rows;
use super::failure::Failure;
use super::figures::{bytes, count, counted, time};
use super::out::Out;
use crate::annotate;
use crate::catalogue::{self, BuildOptions, Manifest, sample};
use crate::corpus::Pack;
use crate::text::Options;
use crate::text::offsets::Unit;
use crate::{Error, Result};

use workplace::Workplace;

/// Show the main job on the built-in sample: build, check, tokenize, align
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit demo
  sprogkit demo --out sample && sprogkit info sample

The sample is part of the program: Danish texts of many genres, a word list,
and synthetic speech with transcripts. Nothing is fetched. Without --out the
pack lies in a temporary folder, which is removed at the end.")]
pub(super) struct Args {
    /// Keep the pack here; a sample pack that is there already is built anew
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A step of the work: what was done, and how long it took.
struct Step {
    name: &'static str,
    result: String,
    took: Duration,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let started = Instant::now();
    let workplace = Workplace::new()?;
    let path = args.out.clone().unwrap_or_else(|| workplace.path().join("smagsproeve"));
    let mut steps = Vec::new();
    let (pack, found) = match work(&path, &workplace, out, &mut steps) {
        Err(Error::Cancelled) => {
            return Err(Failure::Stopped("stopped: nothing was left".to_owned()));
        }
        Err(Error::Argument { name: "out", .. }) => {
            return Err(Failure::Said(format!(
                "{}: is there already and is not the sample's pack: not replaced",
                path.display()
            )));
        }
        done => done?,
    };
    if out.json {
        return Ok(out.object(&object(&pack, &found, &steps, started.elapsed(), args)?)?);
    }
    let paint = out.paint;
    let title = pack.info().title.clone();
    out.heading(&format!("{} ({})", title.en.unwrap_or_default(), title.da.unwrap_or_default()))?;
    for Step { name, result, took } in &steps {
        let took = paint.faint(&format!("{:>7}", time(*took)));
        let name = paint.faint(&format!("{name:<10}"));
        writeln!(out, "  {name} {result:<58} {took}")?;
    }
    writeln!(out)?;
    text::show_frequent(&found.frequent, out)?;
    text::show_sentence(&found.sentence, out)?;
    align::show(&found.aligned, out)?;
    waveform::show(&pack, out)?;
    next(args, out)
}

/// What the demo found in the pack.
struct Found {
    words: annotate::Summary,
    sentences: annotate::Summary,
    frequent: Vec<(String, u64)>,
    sentence: text::Sentence,
    aligned: align::Aligned,
}

fn work(
    path: &std::path::Path,
    workplace: &Workplace,
    out: &Out,
    steps: &mut Vec<Step>,
) -> Result<(Pack, Found)> {
    let bars = out.bars();
    let mut clock = Instant::now();
    let mut step = |name, result| {
        let took = std::mem::replace(&mut clock, Instant::now()).elapsed();
        steps.push(Step { name, result, took });
    };
    let manifest = Manifest::read(sample::write(&workplace.path().join("files"))?)?;
    let files = sample::files().count() as u64;
    let size = sample::files().map(|(_, bytes)| bytes.len() as u64).sum();
    step("files", format!("{}, {}, out of this program", counted(files, "file"), bytes(size)));

    let old = Pack::open(path).is_ok_and(|pack| pack.info().id == manifest.id);
    let options = BuildOptions { overwrite: old, ..BuildOptions::default() };
    let mut pack = catalogue::build(&manifest, path, &options, &bars)?;
    step("build", rows(&pack));

    let report = pack.verify(&bars)?.into_result()?;
    let size = bytes(report.bytes);
    step("verify", format!("{}, {size}, every byte as written", counted(report.files, "file")));

    let options = Options::default();
    let words = annotate::words(&mut pack, &options, Unit::Char, &bars)?;
    let threads = counted(rayon::current_num_threads() as u64, "thread");
    step("words", format!("{} by {threads}, as a layer of the pack", count(words.items)));
    let sentences = annotate::sentences(&mut pack, &options, Unit::Char, &bars)?;
    step("sentences", format!("{} by {threads}, as a layer of the pack", count(sentences.items)));

    let (frequent, sentence) = (text::frequent(&pack)?, text::sentence(&pack)?);
    let aligned = align::align(&pack)?;
    let pairs = counted(aligned.pairs.len() as u64, "transcript");
    step("align", format!("{pairs} with what a machine might have heard"));
    bars.finish();
    Ok((pack, Found { words, sentences, frequent, sentence, aligned }))
}

/// What to type next.
fn next(args: &Args, out: &mut Out) -> Done {
    out.heading("Next")?;
    let pack = args.out.as_ref().map(|path| path.display().to_string());
    let mut lines = Vec::new();
    match &pack {
        Some(pack) => {
            lines.push((format!("sprogkit info {pack}"), "what is in the pack"));
            lines.push((
                format!("python -c \"import sprogkit as sk; print(sk.open('{pack}').documents[0].text)\""),
                "",
            ));
        }
        None => lines.push(("sprogkit demo --out sample".to_owned(), "keep the pack")),
    }
    lines.push(("echo 'Mødet er kl. 10.30.' | sprogkit words --json".to_owned(), "your own text"));
    lines.push(("sprogkit build my.toml --out my-pack".to_owned(), "your own corpus"));
    lines.push(("sprogkit list".to_owned(), "Danish corpora"));
    for (command, why) in lines {
        let why = out.paint.faint(why);
        writeln!(out, "  {} {why}", out.paint.bright(&format!("{command:<52}")))?;
    }
    Ok(())
}

fn object(
    pack: &Pack,
    found: &Found,
    steps: &[Step],
    took: Duration,
    args: &Args,
) -> Result<Value> {
    let steps: serde_json::Map<_, _> =
        steps.iter().map(|step| (step.name.to_owned(), json!(step.took.as_secs_f64()))).collect();
    let frequent: Vec<_> =
        found.frequent.iter().map(|(word, n)| json!({ "word": word, "count": n })).collect();
    let counts = found.aligned.counts;
    Ok(json!({
        "pack": args.out,
        "documents": pack.documents().len(),
        "recordings": pack.recordings().len(),
        "utterances": pack.utterances().len(),
        "lexicon": pack.lexicon().len(),
        "bytes": pack.bytes(),
        "words": found.words.items,
        "sentences": found.sentences.items,
        "frequent": frequent,
        "sentence": text::object(&found.sentence),
        "word_error_rate": counts.rate(),
        "seconds": steps,
        "total_seconds": took.as_secs_f64(),
    }))
}
