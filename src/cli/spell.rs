//! `sprogkit spell`: numbers in words, and words as numbers.

use std::io::{self, Write};

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
a line. What cannot be read is told at the end; the rest is done.")]
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
    let mut refused = Vec::new();
    for given in Input::words(&args.numbers, &mut String::new())? {
        match said(given, form, gender, args.variants) {
            Ok(said) => said.write(given, out)?,
            Err(error) => refused.push(format!("{given:?}: {error}")),
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(Failure::Each(refused)) }
}

/// A number in the other way of saying it.
enum Said {
    /// What was given in words.
    Number(Number),
    /// What was given in digits, in words; all its forms, where they were asked for.
    Words(Number, String, Option<Vec<String>>),
}

fn said(given: &str, form: Form, gender: Gender, all: bool) -> crate::Result<Said> {
    if !given.contains(|c: char| c.is_ascii_digit() || !c.is_ascii() && c.is_numeric()) {
        return parse(given).map(Said::Number);
    }
    let number: Number = given.parse()?;
    let words = spell(&number, form, gender)?;
    let forms = all.then(|| variants(&number, form)).transpose()?;
    Ok(Said::Words(number, words, forms.map(Iterator::collect)))
}

impl Said {
    fn write(self, given: &str, out: &mut Out) -> io::Result<()> {
        match self {
            Self::Number(number) if out.json => {
                out.object(&json!({ "words": given, "number": number.to_string() }))
            }
            Self::Number(number) => writeln!(out, "{number}"),
            Self::Words(number, words, forms) if out.json => {
                let mut object = json!({ "number": number.to_string(), "words": words });
                if let Some(forms) = forms {
                    object["variants"] = forms.into();
                }
                out.object(&object)
            }
            Self::Words(.., Some(forms)) => {
                forms.iter().try_for_each(|form| writeln!(out, "{form}"))
            }
            Self::Words(_, words, None) => writeln!(out, "{words}"),
        }
    }
}
