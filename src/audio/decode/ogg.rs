//! Ogg: pages found in the map, packets put together from them.
//!
//! # Source
//!
//! RFC 3533, *The Ogg Encapsulation Format Version 0*, section 6.

use std::ops::{ControlFlow, Range};

use super::crc::crc32;
use super::{Packets, Planes, Points, Spec, opus, vorbis};
use crate::{Error, Result};

/// Largest packet that is put together from pages.
const LARGEST: usize = 16 << 20;

/// A page of the stream that is read.
#[derive(Clone, Debug)]
struct Page {
    at: usize,
    is_continued: bool,
    is_first: bool,
    is_last: bool,
    /// Frames up to the end of the last packet that ends here; `None` where none does.
    granule: Option<i64>,
    serial: u32,
    /// The lengths of the pieces, and their bytes.
    lacing: Range<usize>,
    body: Range<usize>,
}

impl Page {
    /// The page at `at`, with a right checksum.
    fn of(origin: &str, bytes: &[u8], at: usize) -> Result<Self> {
        let wrong = |byte: usize, reason: &str| Err(Error::format(origin, byte as u64, reason));
        let cut =
            || wrong(bytes.len(), &format!("truncated: the file ends in the page at byte {at}"));
        let rest = &bytes[at..];
        if rest.len() < 4 && b"OggS".starts_with(rest) {
            return cut();
        }
        if !rest.starts_with(b"OggS") {
            return wrong(at, "expected a page of Ogg");
        }
        let Some(head) = rest.first_chunk::<27>() else { return cut() };
        if head[4] != 0 {
            return wrong(at, "a page of an unknown version of Ogg");
        }
        let lacing = at + 27..at + 27 + usize::from(head[26]);
        let Some(lengths) = bytes.get(lacing.clone()) else { return cut() };
        let length: usize = lengths.iter().map(|&length| usize::from(length)).sum();
        let body = lacing.end..lacing.end + length;
        if body.end > bytes.len() {
            return cut();
        }
        let said = u32::from_le_bytes([head[22], head[23], head[24], head[25]]);
        let sum = crc32(crc32(crc32(0, &head[..22]), &[0; 4]), &bytes[at + 26..body.end]);
        if sum != said {
            return wrong(at, "the checksum of this page of Ogg is wrong");
        }
        let granule = i64::from_le_bytes(head[6..14].try_into().expect("eight bytes"));
        Ok(Self {
            at,
            is_continued: head[5] & 1 != 0,
            is_first: head[5] & 2 != 0,
            is_last: head[5] & 4 != 0,
            granule: (granule != -1).then_some(granule),
            serial: u32::from_le_bytes([head[14], head[15], head[16], head[17]]),
            lacing,
            body,
        })
    }
}

/// Where the packets of one stream are read.
#[derive(Debug)]
pub(super) struct Packeter {
    serial: u32,
    /// The byte of the page that comes next.
    next: usize,
    page: Option<Page>,
    /// Of the page: pieces and bytes that were read.
    piece: usize,
    read: usize,
    /// A packet that began on an earlier page.
    begun: Vec<u8>,
    is_begun: bool,
    is_over: bool,
}

/// A packet of the stream.
pub(super) struct Packet<'p> {
    pub(super) data: &'p [u8],
    /// The byte of the page it ends on.
    pub(super) byte: usize,
    /// What the page says, where this is the last packet that ends on it: frames up to its end.
    pub(super) granule: Option<i64>,
    /// Whether the stream ends with it.
    pub(super) is_last: bool,
}

impl Packeter {
    fn new(serial: u32) -> Self {
        Self {
            serial,
            next: 0,
            page: None,
            piece: 0,
            read: 0,
            begun: Vec::new(),
            is_begun: false,
            is_over: false,
        }
    }

    pub(super) fn byte(&self) -> usize {
        self.next
    }

    /// Goes to the page at `byte`: packets that begin on it or later are read.
    pub(super) fn go(&mut self, byte: usize) {
        (self.next, self.page) = (byte, None);
        self.begun.clear();
        (self.is_begun, self.is_over) = (false, false);
    }

    /// The next packet; `None` where the stream has ended.
    pub(super) fn packet<'p>(
        &'p mut self,
        origin: &str,
        bytes: &'p [u8],
    ) -> Result<Option<Packet<'p>>> {
        loop {
            if self.page.is_none() && !self.turn(origin, bytes)? {
                return Ok(None);
            }
            let Some(page) = &self.page else { continue };
            let lengths = &bytes[page.lacing.clone()];
            let start = self.read;
            let mut is_whole = false;
            while self.piece < lengths.len() && !is_whole {
                is_whole = lengths[self.piece] < 255;
                self.read += usize::from(lengths[self.piece]);
                self.piece += 1;
            }
            let body = &bytes[page.body.clone()];
            let piece = &body[start..self.read];
            if !is_whole {
                // The rest comes on another page. What was handed out before is over.
                if !self.is_begun {
                    self.begun.clear();
                }
                self.begun.extend_from_slice(piece);
                self.is_begun |= start < self.read;
                if self.begun.len() > LARGEST {
                    let reason = format!("a packet of Ogg has more than {LARGEST} bytes");
                    return Err(Error::format(origin, page.at as u64, reason));
                }
                if page.is_last {
                    self.is_over = true;
                }
                self.page = None;
                continue;
            }
            let ends_here = lengths[self.piece..].iter().all(|&length| length == 255);
            let (byte, is_last) = (page.at, page.is_last && self.piece == lengths.len());
            let granule = page.granule.filter(|_| ends_here);
            self.is_over |= is_last;
            if self.is_begun {
                self.is_begun = false;
                self.begun.extend_from_slice(piece);
                return Ok(Some(Packet { data: &self.begun, byte, granule, is_last }));
            }
            return Ok(Some(Packet { data: piece, byte, granule, is_last }));
        }
    }

    /// Goes to the next page of the stream; `false` at its end.
    fn turn(&mut self, origin: &str, bytes: &[u8]) -> Result<bool> {
        if self.is_over {
            return Ok(false);
        }
        loop {
            if self.next == bytes.len() {
                let reason = "truncated: the file ends before the last page of its stream";
                return Err(Error::format(origin, bytes.len() as u64, reason));
            }
            let page = Page::of(origin, bytes, self.next)?;
            self.next = page.body.end;
            if page.serial != self.serial {
                continue;
            }
            (self.piece, self.read) = (0, 0);
            if !self.is_begun {
                self.begun.clear();
                if page.is_continued {
                    // The end of a packet whose beginning was not read.
                    for &length in &bytes[page.lacing.clone()] {
                        self.piece += 1;
                        self.read += usize::from(length);
                        if length < 255 {
                            break;
                        }
                    }
                }
            }
            if self.piece == page.lacing.len() && page.is_last {
                self.is_over = true;
                return Ok(false);
            }
            self.page = (self.piece < page.lacing.len()).then_some(page);
            return Ok(true);
        }
    }
}

/// A codec in Ogg.
pub(super) trait Codec: std::fmt::Debug + Send + Sync {
    /// Appends the sound of one packet.
    fn decode(&mut self, origin: &str, byte: usize, data: &[u8], out: &mut Planes) -> Result<()>;
    /// Forgets what came before.
    fn reset(&mut self);
    /// Frames to decode before a place, for the sound there to be as if all had been.
    fn preroll(&self) -> u64;
    /// Frames at the beginning that are no sound.
    fn delay(&self) -> u64;
}

/// A stream of packets, and the codec that decodes them.
#[derive(Debug)]
struct Stream {
    packets: Packeter,
    codec: Box<dyn Codec>,
    channels: usize,
    rate: u32,
    /// The byte of the first page of sound.
    first: usize,
    /// The granule of the first frame.
    base: Option<i64>,
    /// The granule at which the next block begins; `None` until a page says.
    position: Option<i64>,
    /// The granule at which sound is handed out from.
    from: i64,
    is_over: bool,
    points: Points,
}

/// Opens the stream of the first codec that is known.
pub(super) fn open(origin: &str, bytes: &[u8]) -> Result<(Spec, Box<dyn Packets>)> {
    let mut at = 0;
    while at < bytes.len() {
        let page = Page::of(origin, bytes, at)?;
        if !page.is_first {
            break;
        }
        at = page.body.end;
        let body = &bytes[page.body.clone()];
        let (is_vorbis, is_opus) = (body.starts_with(b"\x01vorbis"), body.starts_with(b"OpusHead"));
        if !is_vorbis && !is_opus {
            continue;
        }
        let mut packets = Packeter::new(page.serial);
        packets.go(page.at);
        let (mut spec, codec) = if is_vorbis {
            vorbis::open(origin, bytes, &mut packets)?
        } else {
            opus::open(origin, bytes, &mut packets)?
        };
        let first = packets.byte();
        let mut stream = Stream {
            packets,
            codec,
            channels: usize::from(spec.channels),
            rate: spec.rate,
            first,
            base: None,
            position: None,
            from: i64::MIN,
            is_over: false,
            points: Points::default(),
        };
        stream.start(origin, bytes)?;
        spec.frames = stream.total(bytes);
        return Ok((spec, Box::new(stream)));
    }
    Err(Error::format(origin, 0, "Ogg without Vorbis or Opus is not read"))
}

impl Stream {
    /// Goes to the first packet of sound, and learns which granule it begins with.
    fn start(&mut self, origin: &str, bytes: &[u8]) -> Result<()> {
        self.rewind(self.first);
        if self.base.is_none() {
            let mut first = Planes::default();
            let base = self.page(origin, bytes, &mut first)?;
            // A stream may begin late; one that begins before 0 has that much cut off.
            self.base = Some(base.max(0).saturating_add(self.codec.delay() as i64));
            self.rewind(self.first);
        }
        self.from = self.base.unwrap_or(0);
        Ok(())
    }

    fn rewind(&mut self, byte: usize) {
        self.packets.go(byte);
        self.codec.reset();
        (self.position, self.is_over) = (None, false);
    }

    /// Appends the sound up to the end of the next page that says where it ends; the granule that
    /// the first appended frame has.
    fn page(&mut self, origin: &str, bytes: &[u8], out: &mut Planes) -> Result<i64> {
        let start = out.frames();
        loop {
            let Some(packet) = self.packets.packet(origin, bytes)? else {
                self.is_over = true;
                return Ok(self.position.unwrap_or(0));
            };
            let (granule, is_last) = (packet.granule, packet.is_last);
            self.codec.decode(origin, packet.byte, packet.data, out)?;
            let decoded = (out.frames() - start) as i64;
            self.is_over |= is_last;
            let Some(granule) = granule else { continue };
            let begin = match self.position {
                Some(position) => position,
                // The only page of a stream may end early, not begin late.
                None if is_last && self.base.is_none() => 0.max(granule.saturating_sub(decoded)),
                None if is_last => self.base.unwrap_or(0) - self.codec.delay() as i64,
                None => granule.saturating_sub(decoded),
            };
            if is_last {
                // Frames behind the last are padding.
                let kept = granule.saturating_sub(begin).clamp(0, decoded);
                out.keep(0..start + kept as usize);
            }
            self.position = Some(begin.saturating_add(decoded));
            return Ok(begin);
        }
    }

    /// Frames of the stream, from its last page.
    fn total(&self, bytes: &[u8]) -> Option<u64> {
        let mut end = bytes.len();
        while let Some(at) = memchr::memmem::rfind(&bytes[..end], b"OggS") {
            if let Ok(page) = Page::of("", bytes, at)
                && page.serial == self.packets.serial
            {
                let granule = page.granule.filter(|_| page.is_last)?;
                return u64::try_from(granule.checked_sub(self.base?)?).ok();
            }
            end = at;
        }
        None
    }

    /// The byte after the last page that ends at or before `granule` and is not the last but one.
    fn before(&self, origin: &str, bytes: &[u8], mut granule: i64) -> Result<usize> {
        loop {
            match self.look(origin, bytes, granule)? {
                ControlFlow::Break(byte) => return Ok(byte),
                ControlFlow::Continue(earlier) => granule = earlier,
            }
        }
    }

    /// The byte that [`before`](Self::before) gives, or an earlier granule with which to look again.
    fn look(&self, origin: &str, bytes: &[u8], granule: i64) -> Result<ControlFlow<usize, i64>> {
        let wanted = granule.max(0).cast_unsigned();
        let (mut low, mut high) = (self.first, bytes.len());
        let mut known = i64::MIN;
        // A place behind the granule would be looked at again without end.
        if granule >= 0
            && let Some((point, byte)) = self.points.before(wanted)
        {
            (low, known) = (byte, point.cast_signed());
        }
        if granule == i64::MIN {
            return Ok(ControlFlow::Break(self.first));
        }
        if let Some((_, byte)) = self.points.after(wanted) {
            high = byte;
        }
        let (mut found, mut reached) = (low, known);
        // Halve the bytes, then go page by page.
        while high.saturating_sub(low) > 1 << 15 {
            let middle = low + (high - low) / 2;
            let mut search = middle;
            let mut page = None;
            while let Some(at) = memchr::memmem::find(&bytes[search..high], b"OggS") {
                search += at + 1;
                if let Ok(there) = Page::of(origin, bytes, search - 1)
                    && there.serial == self.packets.serial
                    && there.granule.is_some()
                {
                    page = Some(there);
                    break;
                }
            }
            match page {
                Some(page) if page.granule.is_some_and(|end| end <= granule) => {
                    low = page.body.end;
                    (found, reached) = (low, page.granule.unwrap_or(reached));
                }
                _ => high = middle,
            }
        }
        let mut at = found;
        while at < bytes.len() {
            let page = Page::of(origin, bytes, at)?;
            at = page.body.end;
            if page.serial != self.packets.serial {
                continue;
            }
            if page.is_last && found > self.first {
                // The last page says where sound ends, not where its packets do: begin earlier.
                return Ok(ControlFlow::Continue(reached.saturating_sub(1)));
            }
            match page.granule {
                Some(end) if end > granule => break,
                Some(end) => (found, reached) = (at, end),
                None => {}
            }
        }
        Ok(ControlFlow::Break(found))
    }
}

impl Packets for Stream {
    fn next(&mut self, origin: &str, bytes: &[u8], out: &mut Planes) -> Result<bool> {
        if self.is_over {
            return Ok(false);
        }
        out.of(self.channels);
        let begin = self.page(origin, bytes, out)?;
        let cut = self.from.saturating_sub(begin).clamp(0, out.frames() as i64);
        if cut > 0 {
            out.keep(cut as usize..out.frames());
        }
        Ok(true)
    }

    fn seek(&mut self, origin: &str, bytes: &[u8], frame: u64) -> Result<u64> {
        let base = self.base.unwrap_or(0);
        let wanted = i64::try_from(frame).unwrap_or(i64::MAX).saturating_add(base);
        let early = wanted.saturating_sub(self.codec.preroll() as i64);
        // The page after the one found is the first whose packets are decoded, and the first of
        // these only fills the decoder.
        let byte = self.before(origin, bytes, early)?;
        if byte == self.first || early <= base {
            self.start(origin, bytes)?;
        } else {
            self.rewind(byte);
        }
        self.from = wanted;
        Ok(frame)
    }

    fn count(&mut self, origin: &str, bytes: &[u8]) -> Result<u64> {
        self.start(origin, bytes)?;
        let (mut block, mut frames) = (Planes::default(), 0);
        while self.next(origin, bytes, &mut block)? {
            frames += block.frames() as u64;
            block.clear();
        }
        self.start(origin, bytes)?;
        Ok(frames)
    }

    fn byte(&self) -> usize {
        self.packets.byte()
    }

    fn points(&mut self, origin: &str, bytes: &[u8]) -> Result<Points> {
        let (mut points, mut at, mut due) = (Points::default(), self.first, 0);
        while at < bytes.len() {
            let page = Page::of(origin, bytes, at)?;
            at = page.body.end;
            if page.serial != self.packets.serial || page.is_last {
                continue;
            }
            if let Some(Ok(granule)) = page.granule.map(u64::try_from)
                && granule >= due
            {
                points.list.push((granule, at as u64));
                due = granule + u64::from(self.rate);
            }
        }
        Ok(points)
    }

    fn guide(&mut self, points: Points) {
        self.points = points;
    }
}
