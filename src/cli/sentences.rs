//! `sprogkit sentences`: text in, one sentence a line out.

use super::Done;
use super::bars::Bars;
use super::out::Out;
use super::segments::{self, Segments, Source};
use crate::Span;
use crate::annotate;
use crate::corpus::Pack;
use crate::text::Options;

/// Split text into sentences: one a line
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  echo 'Mødet er kl. 10. Husk kaffe!' | sprogkit sentences
  sprogkit sentences --json letter.txt
  sprogkit sentences --pack my-pack

A line break inside a sentence is written as a space; --json keeps the text as
it is. With --json a line is {\"text\", \"start\", \"end\"}, and \"file\" where
there are several. Files of any size are read as a stream; the memory stays
the same. A byte order mark at the start of a file is passed over; offsets
count it. With --pack the offsets count characters unless --unit says other.")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
}

/// Cuts text into sentences.
struct Sentences(Options);

impl Segments for Sentences {
    fn of<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (Span, Option<&'static str>)> + 't {
        self.0.sentences(text).map(|span| (span, None))
    }
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let Args { source } = args;
    let options = source.options();
    if let Some(pack) = &source.pack {
        let unit = source.unit().into();
        let annotate =
            |pack: &mut Pack, bars: &Bars| annotate::sentences(pack, &options, unit, bars);
        return segments::write_layer("sentences", pack, annotate, out);
    }
    segments::write(source, &Sentences(options), out)
}
