//! Sound of any format, from any bytes, is decoded or refused; the last byte says from where.
#![no_main]
use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use sprogkit::audio::{Channel, Reader};

static QUIET: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    // What a decoder panics on is caught inside; libFuzzer's hook would end the process.
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let Some((&place, bytes)) = bytes.split_last() else { return };
    let Ok(mut reader) = Reader::new("fuzz", bytes.to_vec()) else { return };
    let mut out = [0.0; 4096];
    let _ = reader.select(Channel::Only(u16::from(place) % reader.channels()));
    let _ = reader.read(&mut out);
    let _ = reader.index();
    if reader.seek(u64::from(place) * 100).is_ok() {
        let _ = reader.read(&mut out);
    }
});
