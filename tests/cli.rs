//! The command as its users meet it: arguments in; output, errors and exit status out.

mod aligning;
mod building;
mod packs;
mod rules;
mod scoring;
mod sound;
mod streaming;
mod vocabularies;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The command, with `args`, without colours from the environment.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sprogkit"));
    command.args(args).env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

pub(crate) fn run(args: &[&str]) -> Output {
    command(args).output().unwrap()
}

/// Runs it with `text` on the standard input.
pub(crate) fn run_on(text: &[u8], args: &[&str]) -> Output {
    let mut child = command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text = text.to_owned();
    let writer = std::thread::spawn(move || {
        // It may end before it has read everything.
        let _ = stdin.write_all(&text);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

pub(crate) fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

pub(crate) fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// What it printed, where it succeeded.
#[track_caller]
pub(crate) fn printed(output: &Output) -> &str {
    assert_eq!(output.status.code(), Some(0), "{}", err(output));
    out(output)
}

/// The error it printed, where it failed with `status`.
#[track_caller]
pub(crate) fn error(output: &Output, status: i32) -> &str {
    assert_eq!(output.status.code(), Some(status), "{}{}", out(output), err(output));
    assert!(err(output).starts_with("sprogkit: "), "{}", err(output));
    err(output)
}

pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    std::fs::write(path, bytes).unwrap();
}

/// The commands that `sprogkit --help` lists.
fn commands() -> Vec<String> {
    printed(&run(&["--help"]))
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .filter(|name| name != "help")
        .collect()
}

#[test]
fn every_command_has_help_with_an_example_within_eighty_columns() {
    let commands = commands();
    assert!(commands.len() >= 2, "{commands:?}");
    let commands = commands.iter().map(|name| vec![name.as_str()]);
    let aligners = ["edits", "ctc", "bitext"].map(|name| vec!["align", name]);
    let sound = ["info", "convert", "speech", "features"].map(|name| vec!["audio", name]);
    for name in commands.chain(aligners).chain(sound) {
        let output = run(&[&name[..], &["--help"]].concat());
        let name = name.join(" ");
        let help = printed(&output);
        let example = help.find("Example").unwrap_or_else(|| panic!("{name} has no example"));
        assert!(help[example..].contains(&format!("sprogkit {name}")), "{help}");
        for line in help.lines() {
            assert!(line.chars().count() <= 100, "{name}: {line}");
        }
        // What is broken by hand is not broken again on a terminal of eighty columns.
        for line in help[example..].lines() {
            assert!(line.chars().count() <= 80, "{name}: {line}");
        }
    }
}

#[test]
fn no_command_prints_the_help_and_is_wrong_use() {
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("Usage: sprogkit"), "{}", err(&output));
}

#[test]
fn the_version_is_the_crates() {
    assert_eq!(
        printed(&run(&["--version"])),
        concat!("sprogkit ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn wrong_use_is_status_two_and_says_what_is_wrong() {
    for (args, says) in [
        (&["wrods"][..], "wrods"),
        (&["words", "--treads", "2"], "--threads"),
        (&["words", "--threads", "0"], "'--threads <N>': it must be a whole number from 1 to"),
        (&["words", "--threads", "-1"], "'--threads <N>': it must be a whole number from 1 to"),
        (&["score", "a", "b", "--bootstrap", "-3"], "a whole number from 0 to 1,000,000"),
        (&["score", "a", "b", "--bootstrap", "1000000000000"], "from 0 to 1,000,000"),
        (&["score", "a", "b", "--level", "1"], "it must be a number between 0 and 1"),
        (&["score", "a", "b", "--ties", "nist"], "[possible values: jiwer, kaldi, sclite]"),
        (&["align", "ctc", "a", "b", "--wildcard", "-1"], "it must be a number, 0 or above"),
        (&["align", "ctc", "a", "b", "--hop", "-1"], "it must be a number above 0"),
        (&["align", "ctc", "a", "b", "--blank", "-1"], "a whole number from 0 to"),
        (&["align", "bitext", "a", "b", "--min-score", "nan"], "it must be a number"),
        (&["words", "--unit", "rune"], "rune"),
        (&["words", "--color", "blue"], "blue"),
    ] {
        let output = run(args);
        let text = error(&output, 2);
        assert!(text.contains(says), "{args:?}: {text}");
    }
}

#[test]
fn errors_are_coloured_only_where_it_is_asked_for() {
    let red = "\x1b[1;31m";
    assert!(!err(&run(&["words", "nowhere.txt"])).contains('\x1b'));
    assert!(!err(&run(&["words", "nowhere.txt", "--color", "never"])).contains('\x1b'));
    assert!(err(&run(&["words", "nowhere.txt", "--color", "always"])).contains(red));
    assert!(err(&run(&["wrods", "--color=always"])).contains(red));
}
