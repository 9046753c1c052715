//! `sprogkit align`: lining things up.

mod bitext;
mod ctc;
mod edits;

use clap::Subcommand;

use super::Done;
use super::out::Out;

/// Line things up: words with words, frames with characters, sentences with sentences
#[derive(Debug, clap::Args)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
Examples:
  sprogkit align edits reference.txt hypothesis.txt
  sprogkit align ctc frames.npy said.txt --vocabulary tokens.txt
  sprogkit align bitext da.txt en.txt"
)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Edits(edits::Args),
    Ctc(ctc::Args),
    Bitext(bitext::Args),
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    match &args.what {
        What::Edits(args) => edits::run(args, out),
        What::Ctc(args) => ctc::run(args, out),
        What::Bitext(args) => bitext::run(args, out),
    }
}
