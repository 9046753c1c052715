//! Sound of any format, from any bytes, is decoded or refused; the beginning of the bytes says how.
#![no_main]
use libfuzzer_sys::fuzz_target;
use sprogkit::audio::{Channel, Reader};

fuzz_target!(|bytes: &[u8]| {
    let Some((&place, bytes)) = bytes.split_first() else { return };
    let Ok(mut reader) = Reader::new("fuzz", bytes.to_vec()) else { return };
    let mut out = [0.0; 4096];
    let _ = reader.select(Channel::Only(u16::from(place) % reader.channels()));
    let _ = reader.read(&mut out);
    let _ = reader.index();
    if reader.seek(u64::from(place) * 100).is_ok() {
        let _ = reader.read(&mut out);
    }
});
