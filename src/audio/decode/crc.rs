//! The checksums of FLAC and Ogg: most significant bit first, eight bytes at a time.

/// Eight tables for a polynomial of `BITS` bits, held in the high bits of a `u32`.
const fn tables(polynomial: u32) -> [[u32; 256]; 8] {
    let mut tables = [[0u32; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut rest = (byte as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            rest = if rest & 1 << 31 != 0 { rest << 1 ^ polynomial } else { rest << 1 };
            bit += 1;
        }
        tables[0][byte] = rest;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = before << 8 ^ tables[0][(before >> 24) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

static CRC8: [[u32; 256]; 8] = tables(0x0700_0000);
static CRC16: [[u32; 256]; 8] = tables(0x8005_0000);
static CRC32: [[u32; 256]; 8] = tables(0x04C1_1DB7);

fn update(tables: &[[u32; 256]; 8], mut rest: u32, bytes: &[u8]) -> u32 {
    let (eights, tail) = bytes.as_chunks::<8>();
    for b in eights {
        let first = rest ^ u32::from_be_bytes([b[0], b[1], b[2], b[3]]);
        rest = tables[7][(first >> 24) as usize]
            ^ tables[6][(first >> 16 & 255) as usize]
            ^ tables[5][(first >> 8 & 255) as usize]
            ^ tables[4][(first & 255) as usize]
            ^ tables[3][usize::from(b[4])]
            ^ tables[2][usize::from(b[5])]
            ^ tables[1][usize::from(b[6])]
            ^ tables[0][usize::from(b[7])];
    }
    for &byte in tail {
        rest = rest << 8 ^ tables[0][(rest >> 24) as usize ^ usize::from(byte)];
    }
    rest
}

/// FLAC's checksum of a frame header.
pub(super) fn crc8(bytes: &[u8]) -> u8 {
    (update(&CRC8, 0, bytes) >> 24) as u8
}

/// FLAC's checksum of a frame, going on from `rest`; 0 over a whole frame and its checksum.
pub(super) fn crc16(rest: u16, bytes: &[u8]) -> u16 {
    (update(&CRC16, u32::from(rest) << 16, bytes) >> 16) as u16
}

/// Ogg's checksum of a page, going on from `rest`.
pub(in crate::audio) fn crc32(rest: u32, bytes: &[u8]) -> u32 {
    update(&CRC32, rest, bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn checksums_are_those_of_the_catalogues() {
        // The check values of CRC-8/SMBUS, CRC-16/UMTS and CRC-32 without reflection.
        let digits = b"123456789";
        assert_eq!(super::crc8(digits), 0xF4);
        assert_eq!(super::crc16(0, digits), 0xFEE8);
        assert_eq!(super::crc16(super::crc16(0, &digits[..3]), &digits[3..]), 0xFEE8);
        assert_eq!(super::crc32(0, digits), 0x89A1_897F);
    }
}
