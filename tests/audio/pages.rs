//! Pages of Ogg, cut anew: packets that end on a page, begin on it, and do both.

use std::fs;

use sprogkit::audio::{ReadOptions, Reader, decode};

use super::data;

/// The checksum of a page, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0u32, |rest, &byte| {
        (0..8).fold(rest ^ u32::from(byte) << 24, |rest, _| {
            if rest >> 31 == 1 { rest << 1 ^ 0x04C1_1DB7 } else { rest << 1 }
        })
    })
}

/// The pages of a file: header and packets, of which none spans two pages.
fn pages(file: &[u8]) -> Vec<(&[u8], &[u8], &[u8])> {
    let mut rest = file;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (head, more) = rest.split_at(27);
        let (lacing, more) = more.split_at(usize::from(head[26]));
        let body = lacing.iter().map(|&length| usize::from(length)).sum();
        let (body, more) = more.split_at(body);
        found.push((head, lacing, body));
        rest = more;
    }
    found
}

/// A page like the one with this head, with other packets.
fn push(out: &mut Vec<u8>, head: &[u8], number: u32, flags: u8, lacing: &[u8], body: &[u8]) {
    let mut page = head[..26].to_vec();
    page[5] = flags;
    if lacing.iter().all(|&length| length == 255) {
        // No packet ends here.
        page[6..14].fill(0xFF);
    }
    page[18..22].copy_from_slice(&number.to_le_bytes());
    page[22..26].fill(0);
    page.push(lacing.len() as u8);
    page.extend(lacing);
    page.extend(body);
    let sum = crc32(&page);
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    out.extend(page);
}

/// The file with a long comment, and `count` pieces of 255 bytes on each page of the headers behind the first.
fn cut_anew(file: &[u8], comment: &[u8], count: usize) -> Vec<u8> {
    let pages = pages(file);
    let (mut out, mut number) = (Vec::new(), 0);
    for (index, &(head, lacing, body)) in pages.iter().enumerate() {
        if index != 1 {
            push(&mut out, head, number, head[5], lacing, body);
            number += 1;
            continue;
        }
        // The comment is the first packet of this page.
        let old = lacing.iter().position(|&length| length < 255).unwrap() + 1;
        let bytes: usize = lacing[..old].iter().map(|&length| usize::from(length)).sum();
        let mut all = vec![255; comment.len() / 255];
        all.push((comment.len() % 255) as u8);
        all.extend(&lacing[old..]);
        let body = [comment, &body[bytes..]].concat();
        let mut at = 0;
        let mut is_continued = false;
        for lacing in all.chunks(count) {
            let length: usize = lacing.iter().map(|&length| usize::from(length)).sum();
            let body = &body[at..at + length];
            push(&mut out, head, number, u8::from(is_continued), lacing, body);
            is_continued = lacing.last() == Some(&255);
            (at, number) = (at + length, number + 1);
        }
    }
    out
}

#[test]
fn packets_that_span_pages_are_put_together() {
    for (name, magic, end) in
        [("stereo.ogg", &b"\x03vorbis"[..], &[1][..]), ("stereo.opus", b"OpusTags", &[])]
    {
        let file = fs::read(data(name)).unwrap();
        let want = decode(name, file.clone(), &ReadOptions::default()).unwrap();
        // No vendor, and one comment of 700 bytes.
        let text = "T=".to_owned() + &"x".repeat(698);
        let comment =
            [magic, &[0; 4], &[1, 0, 0, 0], &700_u32.to_le_bytes(), text.as_bytes(), end].concat();
        for count in [1, 2, 3, 4, 5, 7, 200] {
            let anew = cut_anew(&file, &comment, count);
            let found = decode(name, anew, &ReadOptions::default());
            assert!(found.is_ok_and(|found| found == want), "{name}, {count} pieces a page");
        }
    }
}

#[test]
fn granules_that_cannot_be_are_borne() {
    let file = fs::read(data("stereo.opus")).unwrap();
    let pages = pages(&file);
    for granule in [0, 1, -2, i64::MAX, i64::MAX - 200, i64::MIN] {
        // One page of each packet of sound, each of which says that it is the last.
        let mut made = Vec::new();
        for (number, (head, lacing, body)) in pages[..2].iter().enumerate() {
            push(&mut made, head, number as u32, head[5], lacing, body);
        }
        for number in 2..1500_u32 {
            let mut head = pages[2].0.to_vec();
            head[6..14].copy_from_slice(&granule.to_le_bytes());
            push(&mut made, &head, number, 4 * u8::from(number > 3), &[1], &[0xF8]);
        }
        let Ok(mut reader) = Reader::new("made up", made) else { continue };
        let index = reader.index();
        let seek = |reader: &mut Reader| {
            for frame in [0, 1, 4000, 1 << 40] {
                let _ = reader.seek(frame).and_then(|()| reader.read(&mut [0.0; 100]));
            }
        };
        seek(&mut reader);
        if let Ok(index) = index {
            seek(&mut reader.with_index(&index).unwrap());
        }
    }
}
