//! `sprogkit words`: text in, one token a line out.

use super::Done;
use super::bars::Bars;
use super::out::Out;
use super::segments::{self, Segments, Source};
use crate::Span;
use crate::annotate;
use crate::corpus::Pack;
use crate::text::Options;

/// Split text into words: one token a line
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  echo 'Det koster kr. 1.234,50 pr. stk.' | sprogkit words
  sprogkit words --json --unit char *.txt > tokens.jsonl
  sprogkit words --pack my-pack

With --json a line is {\"text\", \"start\", \"end\", \"kind\"}, and \"file\" where
there are several. Files of any size are read as a stream; the memory stays
the same. A byte order mark at the start of a file is passed over; offsets
count it. With --pack the offsets count characters unless --unit says other.")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Cut at slashes too: Bus/tog/metro
    #[arg(long)]
    slashes: bool,
    /// Cut off what follows an apostrophe: EU's, 80'erne
    #[arg(long)]
    endings: bool,
    /// Write white space too, so that the tokens cover the text
    #[arg(long)]
    spaces: bool,
}

/// Cuts text into words.
struct Words(Options);

impl Segments for Words {
    fn of<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (Span, Option<&'static str>)> + 't {
        self.0.words(text).map(|word| (word.span, Some(word.kind.name())))
    }
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let Args { source, slashes, endings, spaces } = args;
    let options =
        Options { slashes: *slashes, endings: *endings, spaces: *spaces, ..source.options() };
    if let Some(pack) = &source.pack {
        let unit = source.unit().into();
        let annotate = |pack: &mut Pack, bars: &Bars| annotate::words(pack, &options, unit, bars);
        return segments::write_layer("words", pack, annotate, out);
    }
    segments::write(source, &Words(options), out)
}
