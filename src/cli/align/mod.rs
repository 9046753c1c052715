//! `sprogkit align`: lining things up.

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
Example:
  sprogkit align edits reference.txt hypothesis.txt"
)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Edits(edits::Args),
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    match &args.what {
        What::Edits(args) => edits::run(args, out),
    }
}
