//! `sprogkit spell`: numbers in words, and words as numbers.

use std::io::Write;

use clap::builder::PossibleValuesParser;
use serde_json::json;

use super::Done;
use super::failure::Failure;
use super::out::Out;
use super::stream::Input;
use crate::numbers::{Form, Gender, Number, parse, spell, variants};

/// Write numbers in words, and words as numbers
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sprogkit spell 95 1.234,50
  sprogkit spell --form year 1995
  sprogkit spell femoghalvfems
  sprogkit spell --variants 100

Numbers are read as Danish writes them: 1.234,50. What has no digits is read
as a number in words. Without arguments the standard input is read, one number
a line.")]
pub(super) struct Args {
    /// Numbers, in digits or in words
    #[arg(value_name = "NUMBER", allow_negative_numbers = true)]
    numbers: Vec<String>,
    /// What a number is said as
    #[arg(
        long,
        value_name = "FORM",
        default_value = "cardinal",
        value_parser = PossibleValuesParser::new(Form::NAMES)
    )]
    form: String,
    /// The gender of what is counted
    #[arg(
        long,
        value_name = "GENDER",
        default_value = "common",
        value_parser = PossibleValuesParser::new(Gender::NAMES)
    )]
    gender: String,
    /// Write every accepted form
    #[arg(long)]
    variants: bool,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Done {
    let (form, gender) = (Form::named(&args.form)?, Gender::named(&args.gender)?);
    for given in Input::words(&args.numbers, &mut String::new())? {
        let refused = |error: crate::Error| Failure::Said(format!("{given:?}: {error}"));
        if !given.contains(|c: char| c.is_ascii_digit() || !c.is_ascii() && c.is_numeric()) {
            let number = parse(given).map_err(refused)?;
            if out.json {
                out.object(&json!({ "words": given, "number": number.to_string() }))?;
            } else {
                writeln!(out, "{number}")?;
            }
            continue;
        }
        let number: Number = given.parse().map_err(refused)?;
        let words = spell(&number, form, gender).map_err(refused)?;
        let forms: Vec<String> = match args.variants {
            true => variants(&number, form).map_err(refused)?.collect(),
            false => Vec::new(),
        };
        if out.json {
            let mut object = json!({ "number": number.to_string(), "words": words });
            if args.variants {
                object["variants"] = forms.into();
            }
            out.object(&object)?;
        } else if args.variants {
            for form in forms {
                writeln!(out, "{form}")?;
            }
        } else {
            writeln!(out, "{words}")?;
        }
    }
    Ok(())
}
