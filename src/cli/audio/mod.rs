//! `sprogkit audio`: what sound files hold.

mod convert;
mod features;
mod info;
mod letters;
mod picture;
mod speech;

use clap::Subcommand;

use super::Done;
use super::out::Out;

/// Look at sound files, convert them, find speech, make features
#[derive(Debug, clap::Args)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
Examples:
  sprogkit audio info *.flac
  sprogkit audio convert call.mp3 --rate 16000 --channel 0 --out caller.wav
  sprogkit audio speech call.mp3 --margin 0.1
  sprogkit audio features call.mp3 --out call.npy --picture call.png"
)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Info(info::Args),
    Convert(convert::Args),
    Speech(speech::Args),
    Features(features::Args),
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    match &args.what {
        What::Info(args) => info::run(args, out),
        What::Convert(args) => convert::run(args, out),
        What::Speech(args) => speech::run(args, out),
        What::Features(args) => features::run(args, out),
    }
}
