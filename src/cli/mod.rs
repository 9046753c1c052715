//! Roof: the `sprogkit` command. One file per command; each has its arguments and a
//! `run(args, out)`, and uses only what the crate offers to everybody.
//!
//! Results go to the standard output, as text or, with `--json`, as one JSON object (or one a
//! line) for machines. Progress and errors go to the standard error. The exit status is 0 where the
//! work was done, 1 where it failed, 2 where the command was called wrongly.

mod align;
mod audio;
mod bars;
mod build;
mod check;
mod compact;
mod decode;
mod demo;
mod diff;
mod encode;
mod erase;
mod failure;
mod figures;
mod ids;
mod info;
mod interrupt;
mod lexicon;
mod licenses;
mod list;
mod lookup;
mod normalise;
mod numbers;
mod out;
mod pairs;
mod pronounce;
mod record;
mod report;
mod score;
mod segments;
mod sentences;
mod show;
mod spell;
mod stream;
mod train;
mod verify;
mod words;

use std::ffi::OsString;
use std::io::Write;

use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use failure::Failure;
use out::Out;

/// What a command gives back.
type Done = Result<(), Failure>;

/// Danish sound, rules and text: opened straight from disk, tokenized and aligned.
#[derive(Debug, Parser)]
#[command(
    name = "sprogkit",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Start with `sprogkit demo`. `sprogkit COMMAND --help` shows an example of each command."
)]
struct Cli {
    #[command(flatten)]
    general: General,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Debug, clap::Args)]
struct General {
    /// Write JSON for machines: one object, or one object a line
    #[arg(long, global = true, help_heading = "General options")]
    json: bool,
    /// Use N cores [default: all]
    #[arg(
        long,
        global = true,
        value_name = "N",
        help_heading = "General options",
        allow_negative_numbers = true,
        value_parser = numbers::whole(1..=crate::threads::MOST as u64)
    )]
    threads: Option<u64>,
    /// Colour the output
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "General options"
    )]
    color: When,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum When {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Also into files and pipes
    Always,
    /// Not at all
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Args),
    List(list::Args),
    Show(show::Args),
    Build(build::Args),
    Verify(verify::Args),
    Info(info::Args),
    Words(words::Args),
    Sentences(sentences::Args),
    Normalise(normalise::Args),
    Spell(spell::Args),
    Lexicon(lexicon::Args),
    Lookup(lookup::Args),
    Check(check::Args),
    Pronounce(pronounce::Args),
    Encode(encode::Args),
    Decode(decode::Args),
    Train(train::Args),
    Align(align::Args),
    Audio(audio::Args),
    Score(score::Args),
    Licenses(licenses::Args),
    Erase(erase::Args),
    Compact(compact::Args),
}

/// Runs the command with `args` (the program's name first) and returns the exit status.
///
/// # Example
///
/// ```no_run
/// let status = sprogkit::cli::run(["sprogkit", "demo"]);
/// assert_eq!(status, 0);
/// ```
pub fn run<I, A>(args: I) -> u8
where
    I: IntoIterator<Item = A>,
    A: Into<OsString> + Clone,
{
    let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
    let color = wanted_color(&args);
    let help = match color {
        When::Always => ColorChoice::Always,
        When::Never => ColorChoice::Never,
        When::Auto => ColorChoice::Auto,
    };
    let cli = match Cli::command()
        .color(help)
        .try_get_matches_from(args)
        .and_then(|found| Cli::from_arg_matches(&found))
    {
        Ok(cli) => cli,
        Err(e) => return called_wrongly(&e, color),
    };
    let mut out = Out::new(cli.general.json, color);
    let threads = cli.general.threads.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    let command = cli.command;
    let done = crate::threads::install(threads, || command.run(&mut out))
        .unwrap_or_else(|e| Err(e.into()))
        .and_then(|()| out.flush().map_err(Failure::from));
    match done {
        Ok(()) => 0,
        Err(failure) => failure.report(color),
    }
}

impl Command {
    fn run(self, out: &mut Out) -> Done {
        match self {
            Self::Demo(args) => demo::run(&args, out),
            Self::List(args) => list::run(&args, out),
            Self::Show(args) => show::run(&args, out),
            Self::Build(args) => build::run(&args, out),
            Self::Verify(args) => verify::run(&args, out),
            Self::Info(args) => info::run(&args, out),
            Self::Words(args) => words::run(&args, out),
            Self::Sentences(args) => sentences::run(&args, out),
            Self::Normalise(args) => normalise::run(&args, out),
            Self::Spell(args) => spell::run(&args, out),
            Self::Lexicon(args) => lexicon::run(&args, out),
            Self::Lookup(args) => lookup::run(&args, out),
            Self::Check(args) => check::run(&args, out),
            Self::Pronounce(args) => pronounce::run(&args, out),
            Self::Encode(args) => encode::run(&args, out),
            Self::Decode(args) => decode::run(&args, out),
            Self::Train(args) => train::run(&args, out),
            Self::Align(args) => align::run(&args, out),
            Self::Audio(args) => audio::run(&args, out),
            Self::Score(args) => score::run(&args, out),
            Self::Licenses(args) => licenses::run(&args, out),
            Self::Erase(args) => erase::run(&args, out),
            Self::Compact(args) => compact::run(&args, out),
        }
    }
}

/// What `--color` says, also where the rest of the arguments cannot be understood.
fn wanted_color(args: &[OsString]) -> When {
    let mut found = When::Auto;
    let mut args = args.iter().map(|arg| arg.to_str().unwrap_or("")).skip(1);
    while let Some(arg) = args.next() {
        let value = match arg {
            "--" => break,
            "--color" => args.next(),
            _ => arg.strip_prefix("--color="),
        };
        found = match value {
            Some("always") => When::Always,
            Some("never") => When::Never,
            Some("auto") => When::Auto,
            _ => found,
        };
    }
    found
}

/// Prints help and version (status 0), or what is wrong with the arguments (status 2).
fn called_wrongly(error: &clap::Error, color: When) -> u8 {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Help that nobody reads to the end is no failure.
        let _ = error.print();
        return 0;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return 2;
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text).trim_end().to_owned();
    Failure::Usage(text).report(color)
}
