//! How the bytes of a text file stand for characters.

use std::borrow::Cow;

use crate::{Error, Result};

/// How the bytes of a text file stand for characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8; a mark at the beginning (BOM) is no part of the text.
    #[default]
    Utf8,
    /// ISO 8859-1: every byte is the character of its number.
    Latin1,
    /// ISO 8859-15: ISO 8859-1 with the euro sign and seven more letters.
    Latin9,
    /// Windows' code page 1252: ISO 8859-1 with signs at 0x80 to 0x9F.
    Windows1252,
}

/// What windows-1252 has at 0x80 to 0x9F; 0 where it has nothing.
///
/// # Source
///
/// Unicode Consortium, `VENDORS/MICSFT/WINDOWS/CP1252.TXT`.
const WINDOWS_1252: [u16; 32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC,
    0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
];

impl Encoding {
    /// Every encoding with its name.
    pub const ALL: [(&str, Self); 4] = [
        ("utf-8", Self::Utf8),
        ("latin-1", Self::Latin1),
        ("latin-9", Self::Latin9),
        ("windows-1252", Self::Windows1252),
    ];

    /// The encoding's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, encoding)| *encoding == self).map_or("", |(name, _)| name)
    }

    /// The encoding that a file calls `label`: its name here, or another usual one, such as
    /// `ISO8859-1`, `iso-8859-15`, `cp1252`, `UTF8`.
    #[must_use]
    pub fn of_label(label: &str) -> Option<Self> {
        let plain: String =
            label.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        Some(match plain.as_str() {
            "utf8" => Self::Utf8,
            "latin1" | "iso88591" => Self::Latin1,
            "latin9" | "iso885915" => Self::Latin9,
            "windows1252" | "cp1252" | "microsoftcp1252" => Self::Windows1252,
            _ => return None,
        })
    }

    /// The text that `bytes` stand for. UTF-8 is borrowed, a mark at its beginning left out.
    ///
    /// `start` is where `bytes` begin in the file `origin`.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] at the first byte that stands for nothing.
    ///
    /// # Example
    ///
    /// ```
    /// use sprogkit::formats::Encoding;
    ///
    /// assert_eq!(Encoding::Latin1.decode("a.txt", 0, b"bl\xe5")?, "blå");
    /// assert!(Encoding::Utf8.decode("a.txt", 0, b"bl\xe5").is_err());
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    pub fn decode<'b>(self, origin: &str, start: u64, bytes: &'b [u8]) -> Result<Cow<'b, str>> {
        match self {
            Self::Utf8 => utf8(origin, start, bytes).map(Cow::Borrowed),
            Self::Latin1 => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
            Self::Latin9 => Ok(bytes.iter().map(|&byte| latin9(byte)).collect()),
            Self::Windows1252 => {
                let text: Option<String> = bytes.iter().map(|&byte| windows_1252(byte)).collect();
                text.map(Cow::Owned).ok_or_else(|| {
                    let at = bytes.iter().position(|&b| windows_1252(b).is_none()).unwrap_or(0);
                    let reason = format!("0x{:02X} stands for nothing in windows-1252", bytes[at]);
                    Error::format(origin, start + at as u64, reason)
                })
            }
        }
    }
}

fn utf8<'b>(origin: &str, start: u64, bytes: &'b [u8]) -> Result<&'b str> {
    let text = std::str::from_utf8(bytes).map_err(|wrong| {
        let at = wrong.valid_up_to();
        let reason = match wrong.error_len() {
            _ if start == 0
                && (bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")) =>
            {
                "this is UTF-16, which is not read; save the file as UTF-8".to_owned()
            }
            None => "the text ends inside a UTF-8 character".to_owned(),
            Some(_) => format!(
                "0x{:02X} is not UTF-8 here; where the file is older, say `encoding = \"latin-1\"` \
                 or \"windows-1252\"",
                bytes[at]
            ),
        };
        Error::format(origin, start + at as u64, reason)
    })?;
    Ok(if start == 0 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text })
}

fn latin9(byte: u8) -> char {
    match byte {
        0xA4 => '€',
        0xA6 => 'Š',
        0xA8 => 'š',
        0xB4 => 'Ž',
        0xB8 => 'ž',
        0xBC => 'Œ',
        0xBD => 'œ',
        0xBE => 'Ÿ',
        other => char::from(other),
    }
}

fn windows_1252(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9F => match WINDOWS_1252[usize::from(byte - 0x80)] {
            0 => None,
            code => char::from_u32(u32::from(code)),
        },
        other => Some(char::from(other)),
    }
}
