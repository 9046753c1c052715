//! Files of any format, as streams and as slices of samples.

use std::path::Path;
use std::sync::Arc;

use super::decode::{Bytes, Planes, Source, Spec, open};
use super::index::SeekIndex;
use crate::io::{Mapped, zeros};
use crate::{Error, Result};

/// Sound in memory: one channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audio {
    /// The samples, full scale is -1 to 1; lossy codecs may go beyond. Shape `[frames]`.
    pub samples: Vec<f32>,
    /// Frames a second.
    pub rate: u32,
}

/// Which channel is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Channel {
    /// The mean of all channels.
    #[default]
    Mix,
    /// One channel, counted from 0.
    Only(u16),
}

/// How a file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// RIFF WAVE, RF64 or Sony Wave64: PCM or float.
    Wav,
    /// FLAC in its own frames.
    Flac,
    /// MPEG-1, -2 or -2.5 audio, layer III.
    Mp3,
    /// Vorbis in Ogg.
    Vorbis,
    /// Opus in Ogg; always 48 kHz.
    Opus,
    /// AAC in MP4 or in ADTS frames.
    Aac,
}

impl Format {
    /// The name of the format, in small letters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Flac => "flac",
            Self::Mp3 => "mp3",
            Self::Vorbis => "vorbis",
            Self::Opus => "opus",
            Self::Aac => "aac",
        }
    }
}

/// What of a file is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The first frame. Default: 0.
    pub offset: u64,
    /// How many frames at most; `None` reads to the end. Default: `None`.
    pub frames: Option<u64>,
    /// Which channel. Default: the mean of all.
    pub channel: Channel,
}

/// Reads sound from the file at `path`, whatever its format and name.
///
/// A slice decodes only what it needs: WAV is sliced in the map, FLAC is searched, MP3 and Ogg begin a few
/// packets earlier, and all give the samples that reading the whole file gives: bit by bit, but for AAC, which fills
/// in noise of its own, and Opus, which predicts from all that came before (differences below 0.005).
///
/// # Errors
///
/// [`Error::Io`] where the file cannot be opened; [`Error::Format`] with the byte where it is
/// no sound, truncated or damaged; [`Error::Argument`] where the channel is not there or the offset is
/// behind the end.
///
/// # Complexity
///
/// `O(frames)` and the search for the offset; memory is the frames that are returned.
///
/// # Example
///
/// ```
/// use sprogkit::audio::{ReadOptions, read};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("two.wav");
/// # let mut bytes = b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\x00\x7d\0\0\x02\0\x10\0data\x04\0\0\0".to_vec();
/// # bytes.extend([0, 0, 0, 0x40]);
/// # std::fs::write(&path, bytes).unwrap();
/// let sound = read(&path, &ReadOptions { offset: 1, ..ReadOptions::default() })?;
/// assert_eq!((sound.rate, &sound.samples[..]), (16_000, &[0.5][..]));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn read(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Audio> {
    slice(Reader::open(path)?, options)
}

/// Reads sound from `bytes`; errors call them `origin`. See [`read`].
///
/// # Errors
///
/// Those of [`read`].
pub fn decode(origin: &str, bytes: Vec<u8>, options: &ReadOptions) -> Result<Audio> {
    slice(Reader::new(origin, bytes)?, options)
}

fn slice(mut reader: Reader, options: &ReadOptions) -> Result<Audio> {
    reader.select(options.channel)?;
    let limit = options.frames.unwrap_or(u64::MAX);
    if options.offset > 0 {
        reader.seek(options.offset)?;
    }
    let rate = reader.rate();
    let samples = reader.read_to_end(limit)?;
    Ok(Audio { samples, rate })
}

/// A stream of samples from one file.
///
/// The file is mapped and decoded packet by packet; memory does not grow with its length.
#[derive(Debug)]
pub struct Reader {
    bytes: Arc<Bytes>,
    origin: String,
    spec: Spec,
    source: Source,
    channel: Channel,
    /// Decoded and not yet handed out: from `used` on.
    block: Planes,
    used: usize,
    /// The frame that comes next.
    position: u64,
    /// Frames before it that the source gives first.
    skip: u64,
    /// Frames that were read since the last seek: who has read so many likely wants as many more.
    run: u64,
    /// Bytes whose memory was given back.
    released: usize,
}

/// Bytes read before their memory is given back.
const RELEASE: usize = 8 << 20;

/// Samples a fresh buffer is made for at once, whatever a header promises.
const STEP: u64 = 1 << 22;

impl Reader {
    /// Opens the file at `path`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the file cannot be opened; [`Error::Format`] where its header is no
    /// sound's.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::over(path.display().to_string(), Bytes::Mapped(Mapped::open(path)?))
    }

    /// Reads from `bytes`; errors call them `origin`.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] where the header is no sound's.
    pub fn new(origin: &str, bytes: Vec<u8>) -> Result<Self> {
        Self::over(origin.to_owned(), Bytes::Owned(bytes))
    }

    fn over(origin: String, bytes: Bytes) -> Result<Self> {
        let bytes = Arc::new(bytes);
        let (spec, source) = open(&origin, &bytes)?;
        Ok(Self {
            bytes,
            origin,
            spec,
            source,
            channel: Channel::Mix,
            block: Planes::default(),
            used: 0,
            position: 0,
            skip: 0,
            run: 0,
            released: 0,
        })
    }

    /// How the file is encoded.
    #[must_use]
    pub fn format(&self) -> Format {
        self.spec.format
    }

    /// Frames a second.
    #[must_use]
    pub fn rate(&self) -> u32 {
        self.spec.rate
    }

    /// Channels of the file.
    #[must_use]
    pub fn channels(&self) -> u16 {
        self.spec.channels
    }

    /// Bits of a sample in the file; `None` for codecs that have none.
    #[must_use]
    pub fn bits(&self) -> Option<u16> {
        self.spec.bits
    }

    /// The frame that is read next.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// How many frames the file has.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] where a file that does not say it is damaged.
    ///
    /// # Complexity
    ///
    /// `O(1)` where the header says it; else the packets are counted, not decoded.
    pub fn frames(&mut self) -> Result<u64> {
        if let Some(frames) = self.spec.frames {
            return Ok(frames);
        }
        let frames = self.source.count(&self.origin, &self.bytes)?;
        self.spec.frames = Some(frames);
        Ok(frames)
    }

    /// Reads `channel` from now on.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the file does not have it.
    pub fn select(&mut self, channel: Channel) -> Result<()> {
        if let Channel::Only(number) = channel
            && number >= self.spec.channels
        {
            let requirement = format!("below the {} of {}", self.spec.channels, self.origin);
            return Err(Error::argument("channel", requirement, number));
        }
        self.channel = channel;
        Ok(())
    }

    /// Walks the file, without decoding it, and notes where sound is found: about each second.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] where the file is damaged.
    ///
    /// # Complexity
    ///
    /// `O(bytes)`; 16 bytes of memory a second. Nothing for WAV, which needs none, and MP4, which has its own.
    pub fn index(&mut self) -> Result<SeekIndex> {
        let points = self.source.points(&self.origin, &self.bytes)?;
        Ok(SeekIndex::new(&self.bytes, points))
    }

    /// Seeks by way of `index` from now on: in an MP3 no frame before is looked at.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where the index is that of another file.
    pub fn with_index(mut self, index: &SeekIndex) -> Result<Self> {
        self.source.guide(index.points(&self.origin, &self.bytes)?);
        Ok(self)
    }

    /// Goes to `frame`, which may be the end.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] where it is behind the end, [`Error::Format`] where the file is damaged.
    pub fn seek(&mut self, frame: u64) -> Result<()> {
        let behind = |frames| {
            Err(Error::argument(
                "offset",
                format!("at most the {frames} frames of the file"),
                frame,
            ))
        };
        if let Some(frames) = self.spec.frames
            && frame > frames
        {
            return behind(frames);
        }
        self.block.clear();
        self.used = 0;
        let at = self.source.seek(&self.origin, &self.bytes, frame)?;
        self.position = frame;
        self.skip = frame - at;
        self.run = 0;
        // What lies before was not read.
        self.released = self.source.byte();
        // Where the header does not say it, only decoding shows whether the file has so many.
        if self.spec.frames.is_none() && self.skip > 0 {
            self.fill(1)?;
            if self.skip > 0 {
                return behind(frame - self.skip);
            }
        }
        Ok(())
    }

    /// Decodes the next packets, for `wanted` frames; whether there were any.
    fn fill(&mut self, wanted: u64) -> Result<bool> {
        loop {
            self.block.clear();
            self.used = 0;
            self.source.want(wanted.max(self.run).saturating_add(self.skip));
            if !self.source.next(&self.origin, &self.bytes, &mut self.block)? {
                return Ok(false);
            }
            self.release();
            let frames = self.block.frames();
            self.used = frames.min(usize::try_from(self.skip).unwrap_or(usize::MAX));
            self.skip -= self.used as u64;
            if self.used < frames {
                return Ok(true);
            }
        }
    }

    /// Has the source write to `out` what it can, without blocks in between; how many frames.
    fn write(&mut self, out: &mut [f32]) -> Result<usize> {
        self.block.clear();
        self.used = 0;
        self.source.want((out.len() as u64).max(self.run).saturating_add(self.skip));
        let Self { source, origin, bytes, block, .. } = self;
        let got = source.write(origin, bytes, self.skip, out, block)?;
        if got > 0 {
            self.skip = 0;
            self.pass(got);
            self.release();
        }
        Ok(got)
    }

    /// Goes on by so many frames.
    fn pass(&mut self, frames: usize) {
        self.position += frames as u64;
        self.run += frames as u64;
    }

    /// Gives back the memory of what was read.
    fn release(&mut self) {
        let at = self.source.byte();
        if at < self.released {
            self.released = at;
        }
        if let Bytes::Mapped(map) = &*self.bytes
            && at >= self.released + RELEASE
        {
            let start = self.released / RELEASE * RELEASE;
            let end = at / RELEASE * RELEASE;
            map.release(start..end);
            self.released = end;
        }
    }

    /// Fills `out` with the next samples of the channel; how many there were. Fewer than asked
    /// for means the end. Allocates nothing for WAV.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] with the byte where the file is damaged.
    pub fn read(&mut self, out: &mut [f32]) -> Result<usize> {
        let mut done = 0;
        while done < out.len() {
            if let Source::Wav(wav) = &mut self.source {
                // A step at a time, so that memory is given back on the way.
                let end = out.len().min(done + STEP as usize);
                let got = wav.read(&self.origin, &self.bytes, self.channel, &mut out[done..end])?;
                self.release();
                done += got;
                self.pass(got);
                if got == 0 {
                    break;
                }
                continue;
            }
            if self.used == self.block.frames() {
                let got = self.write(&mut out[done..])?;
                done += got;
                if got > 0 {
                    continue;
                }
                if !self.fill((out.len() - done) as u64)? {
                    break;
                }
            }
            let count = (out.len() - done).min(self.block.frames() - self.used);
            self.block.mix(self.channel, self.used, &mut out[done..done + count]);
            self.used += count;
            done += count;
            self.pass(count);
        }
        Ok(done)
    }

    /// The next samples of the channel, to the end or `limit` of them.
    ///
    /// # Errors
    ///
    /// Those of [`read`](Self::read).
    pub fn read_to_end(&mut self, limit: u64) -> Result<Vec<f32>> {
        let likely = self.likely(limit).min(STEP * 64);
        let mut samples = zeros(usize::try_from(likely).unwrap_or(0));
        let got = self.read(&mut samples)?;
        samples.truncate(got);
        if (got as u64) < likely {
            return Ok(samples);
        }
        while (samples.len() as u64) < limit {
            let start = samples.len();
            let room = match samples.capacity() - start {
                0 => STEP,
                room => room as u64,
            };
            let step = room.min(limit - start as u64).min(STEP) as usize;
            samples.resize(start + step, 0.0);
            let got = self.read(&mut samples[start..])?;
            samples.truncate(start + got);
            if got < step {
                break;
            }
        }
        Ok(samples)
    }

    /// How many samples may come, up to `limit`: what a header promises, as far as the bytes could hold it.
    #[must_use]
    pub fn likely(&self, limit: u64) -> u64 {
        let known = self.spec.frames.map(|frames| frames.saturating_sub(self.position));
        known.unwrap_or(limit).min(limit).min(self.source.most(&self.bytes))
    }

    /// Appends up to `frames` more frames of every channel to `channels`, which gets one vector
    /// for each; how many there were.
    ///
    /// # Errors
    ///
    /// Those of [`read`](Self::read).
    pub fn read_channels(&mut self, channels: &mut Vec<Vec<f32>>, frames: u64) -> Result<u64> {
        channels.resize_with(usize::from(self.spec.channels), Vec::new);
        let mut done = 0;
        while done < frames {
            if self.used == self.block.frames() && !self.fill(frames - done)? {
                break;
            }
            let left = usize::try_from(frames - done).unwrap_or(usize::MAX);
            let count = left.min(self.block.frames() - self.used);
            for (to, from) in channels.iter_mut().zip(self.block.planes()) {
                to.extend_from_slice(&from[self.used..self.used + count]);
            }
            self.used += count;
            done += count as u64;
            self.pass(count);
        }
        Ok(done)
    }
}
