//! The table `src/da/spoken.tsv`: how what is written is spoken.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::hasher::{WordMap, WordSet};
use crate::da::Table;
use crate::numbers::Gender;

/// What is counted: a unit, a currency, a power of ten.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) written: &'static str,
    pub(super) one: &'static str,
    pub(super) several: &'static str,
    pub(super) gender: Gender,
}

type Forms = WordMap<&'static str, &'static str>;
type Set = WordSet<String>;

/// The words of the clock and of dates.
#[derive(Debug, Default)]
pub(super) struct Clock {
    pub(super) half: &'static str,
    pub(super) quarter: &'static str,
    pub(super) past: &'static str,
    pub(super) to: &'static str,
    pub(super) minute: &'static str,
    pub(super) minutes: &'static str,
    pub(super) range: &'static str,
    pub(super) from: &'static str,
    pub(super) the: &'static str,
    pub(super) oclock: &'static str,
}

#[derive(Debug, Default)]
pub(super) struct Readings {
    pub(super) units: HashMap<&'static str, Counted>,
    pub(super) currencies: HashMap<&'static str, Counted>,
    pub(super) coins: HashMap<&'static str, Counted>,
    pub(super) scales: HashMap<&'static str, Counted>,
    /// Written forms, in lower case.
    pub(super) months: HashMap<&'static str, u8>,
    /// By number; the first is empty.
    pub(super) month_names: Vec<&'static str>,
    pub(super) before: Forms,
    pub(super) abbreviations: Forms,
    pub(super) signs: Forms,
    pub(super) decades: [&'static str; 10],
    pub(super) decade_ending: &'static str,
    pub(super) compounds: Vec<&'static str>,
    pub(super) letters: HashMap<char, &'static str>,
    pub(super) address: HashMap<char, &'static str>,
    pub(super) phone: Set,
    pub(super) year: Set,
    pub(super) neuter: Set,
    /// Nouns that are counted and are no units.
    pub(super) counted: Set,
    /// Before two numbers that are not to be joined.
    pub(super) between: Set,
    pub(super) ruler: Set,
    pub(super) roman: Set,
    pub(super) clock: Clock,
    /// All rows, each with its class, in the order of the table.
    pub(super) rows: Vec<(&'static str, Counted)>,
    /// What `to_written` writes: spoken forms, each with class and written form.
    pub(super) back: Vec<(&'static str, &'static str, Counted)>,
}

pub(super) static READINGS: LazyLock<Readings> = LazyLock::new(|| {
    let name = "da/spoken.tsv";
    let mut readings = Readings::default();
    for row in Table::new(name, include_str!("../da/spoken.tsv")).rows::<8>() {
        let (line, [class, written, one, several, gender, back, ..]) =
            row.expect("tests read every embedded table");
        let gender = if gender == "n" { Gender::Neuter } else { Gender::Common };
        let several = if several.is_empty() { one } else { several };
        let counted = Counted { written, one, several, gender };
        assert!(readings.put(class, counted), "{name}:{line}: no class {class:?}");
        readings.rows.push((class, counted));
        if back == "y" {
            readings.back.push((class, several, counted));
        }
    }
    readings
});

impl Readings {
    fn put(&mut self, class: &str, row: Counted) -> bool {
        let (written, spoken) = (row.written, row.one);
        let sign = written.chars().next().unwrap_or(' ');
        match class {
            "unit" => drop(self.units.insert(written, row)),
            "currency" => drop(self.currencies.insert(written, row)),
            "coin" => drop(self.coins.insert(written, row)),
            "scale" => drop(self.scales.insert(written, row)),
            "month" => {
                let Ok(number) = spoken.parse() else { return false };
                self.months.insert(written, number);
                if !written.ends_with('.') {
                    self.month_names.resize(usize::from(number) + 1, "");
                    self.month_names[usize::from(number)] = written;
                }
            }
            "before" => drop(self.before.insert(written, spoken)),
            "abbreviation" => drop(self.abbreviations.insert(written, spoken)),
            "sign" => drop(self.signs.insert(written, spoken)),
            "decade" => {
                let Ok(decade) = written.parse::<usize>() else { return false };
                if self.decades[decade / 10].is_empty() {
                    self.decades[decade / 10] = spoken;
                }
            }
            "decade-ending" => self.decade_ending = written,
            "compound" => self.compounds.push(written),
            "letter" => drop(self.letters.insert(sign, spoken)),
            "address" => drop(self.address.insert(sign, spoken)),
            "phone" => drop(self.phone.insert(written.to_lowercase())),
            "year" => drop(self.year.insert(written.to_lowercase())),
            "neuter" => drop(self.neuter.insert(written.to_lowercase())),
            "counted" => drop(self.counted.insert(written.to_lowercase())),
            "between" => drop(self.between.insert(written.to_lowercase())),
            "ruler" => drop(self.ruler.insert(written.to_owned())),
            "roman" => drop(self.roman.insert(written.to_owned())),
            "clock-word" => {
                let clock = &mut self.clock;
                let slot = match written {
                    "half" => &mut clock.half,
                    "quarter" => &mut clock.quarter,
                    "past" => &mut clock.past,
                    "to" => &mut clock.to,
                    "minute" => &mut clock.minute,
                    "minutes" => &mut clock.minutes,
                    "range" => &mut clock.range,
                    "from" => &mut clock.from,
                    "the" => &mut clock.the,
                    "oclock" => &mut clock.oclock,
                    _ => return false,
                };
                *slot = spoken;
            }
            _ => return false,
        }
        true
    }
}
