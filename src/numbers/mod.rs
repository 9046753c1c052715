//! Danish numbers in words: written, in all accepted forms, and read back.
//!
//! [`spell`] writes one plain form, [`variants`] all forms that Danish accepts, and [`parse`] reads
//! them, also in the older and the rarer forms. All words stand in `src/da/numbers.tsv`; this
//! module knows how they are put together.
//!
//! # Example
//!
//! ```
//! use sprogkit::numbers::{Form, Gender, Number, parse, spell, variants};
//!
//! let number = Number::from(1995);
//! assert_eq!(
//!     spell(&number, Form::Cardinal, Gender::Common)?,
//!     "et tusind ni hundrede og femoghalvfems"
//! );
//! assert_eq!(
//!     spell(&number, Form::Year, Gender::Common)?,
//!     "nitten hundrede og femoghalvfems"
//! );
//! assert!(variants(&number, Form::Year)?.any(|form| form == "nittenhundredefemoghalvfems"));
//! assert_eq!(parse("nitten femoghalvfems")?, number);
//! # Ok::<(), sprogkit::Error>(())
//! ```

mod atoms;
mod batch;
mod grammar;
mod number;
mod parse;
mod spell;
mod trie;
mod variants;
mod words;

pub(crate) use atoms::{Atoms, Rank, Reading};
pub use batch::{parse_batch, spell_batch};
pub use number::Number;
pub(crate) use parse::lower;
pub use parse::{parse, parse_as};
pub use variants::{Variants, variants};
pub(crate) use words::{Atom, Joints, multiplier, number_words, scale};

use crate::{Error, Result};
use spell::{One, Speller, Style};

/// What a number is said as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// How many: *femoghalvtreds*.
    #[default]
    Cardinal,
    /// Which in a row: *femoghalvtredsindstyvende*. Whole numbers from 0.
    Ordinal,
    /// A year: *nitten hundrede og femoghalvtreds*. Whole numbers from 0.
    Year,
}

impl Form {
    /// The forms' names, as Python and the command line take them.
    pub const NAMES: [&'static str; 3] = ["cardinal", "ordinal", "year"];

    /// The form of that name.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for a name that is none.
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "cardinal" => Ok(Self::Cardinal),
            "ordinal" => Ok(Self::Ordinal),
            "year" => Ok(Self::Year),
            _ => Err(Error::argument("form", format!("one of {:?}", Self::NAMES), name)),
        }
    }

    /// Refuses numbers that have no such form.
    fn check(self, number: &Number) -> Result<()> {
        if self != Self::Cardinal && (number.is_negative() || !number.is_whole()) {
            let requirement = "a whole number from 0, to be an ordinal or a year";
            return Err(Error::argument("number", requirement, number));
        }
        Ok(())
    }
}

/// The gender of what is counted; it shows in *en* and *et*, *anden* and *andet*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Gender {
    /// *en krone*
    #[default]
    Common,
    /// *et hus*
    Neuter,
}

impl Gender {
    /// The genders' names, as Python and the command line take them.
    pub const NAMES: [&'static str; 2] = ["common", "neuter"];

    /// The gender of that name.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for a name that is none.
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "common" => Ok(Self::Common),
            "neuter" => Ok(Self::Neuter),
            _ => Err(Error::argument("gender", format!("one of {:?}", Self::NAMES), name)),
        }
    }
}

/// The number in words, in one plain form: spaces between the parts, *og* before the last part
/// where it is less than a hundred, *et hundrede*, *et tusind*.
///
/// Decimals are said digit by digit. The hundredth is *hundrede*, the thousandth *tusinde*, the
/// millionth *millionte*. Years from 1100 to 1999 are said in hundreds.
///
/// # Errors
///
/// [`Error::Argument`] for ordinals and years that are negative or not whole.
///
/// # Source
///
/// Retskrivningsordbogen (5th edition, 2024); Dansk Sprognævn's pages on number words, and *Den
/// 101. dalmatiner* (2008) on ordinals.
///
/// # Example
///
/// ```
/// use sprogkit::numbers::{Form, Gender, spell};
///
/// let spoken = |text: &str, form| spell(&text.parse()?, form, Gender::Neuter);
/// assert_eq!(spoken("101", Form::Cardinal)?, "et hundrede og et");
/// assert_eq!(spoken("75", Form::Ordinal)?, "femoghalvfjerdsindstyvende");
/// assert_eq!(spoken("-12,50", Form::Cardinal)?, "minus tolv komma fem nul");
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn spell(number: &Number, form: Form, gender: Gender) -> Result<String> {
    form.check(number)?;
    let one = if form == Form::Ordinal && matches!(number.whole, 100 | 1000) {
        One::None
    } else {
        One::All
    };
    Ok(Speller::new(Style { gender, one, ..Style::PLAIN }).spell(number, form))
}
