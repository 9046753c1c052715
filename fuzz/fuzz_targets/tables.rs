//! JSON Lines, delimited tables and plain text of any bytes, in each encoding.
#![no_main]
use libfuzzer_sys::fuzz_target;
use sprogkit::formats::{Encoding, delimited, jsonl, plain};

fuzz_target!(|bytes: &[u8]| {
    for encoding in [Encoding::Utf8, Encoding::Latin1] {
        jsonl::objects("fuzz", bytes, encoding).for_each(drop);
        plain::lines("fuzz", bytes, encoding).for_each(drop);
        plain::blocks("fuzz", bytes, encoding).for_each(drop);
        for delimiter in [b',', b'\t'] {
            let options = delimited::Options { delimiter, encoding, ..Default::default() };
            if let Ok(reader) = delimited::Reader::new("fuzz", bytes, options) {
                reader.for_each(drop);
            }
        }
    }
});
