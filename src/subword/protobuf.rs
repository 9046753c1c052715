//! The little of protocol buffers that a sentencepiece model is made of.

/// A field's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'b> {
    Number(u64),
    Bytes(&'b [u8]),
    Float(f32),
    /// Eight bytes of any meaning.
    Wide,
}

/// The fields of a message, in order: byte offset in the message, number, value.
pub(super) struct Fields<'b> {
    bytes: &'b [u8],
    at: usize,
}

/// Where a message is broken, and how.
pub(super) type Broken = (usize, String);

impl<'b> Fields<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next field; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(usize, u64, Value<'b>)>, Broken> {
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        let start = self.at;
        let tag = self.number()?;
        let value = match tag & 7 {
            0 => Value::Number(self.number()?),
            1 => {
                self.take(8)?;
                Value::Wide
            }
            2 => {
                let length = self.number()?;
                let length = usize::try_from(length).map_err(|_| self.short(usize::MAX))?;
                Value::Bytes(self.take(length)?)
            }
            5 => {
                let four = self.take(4)?.try_into().expect("four bytes were taken");
                Value::Float(f32::from_le_bytes(four))
            }
            other => return Err((start, format!("wire type {other} is none of 0, 1, 2, 5"))),
        };
        Ok(Some((start, tag >> 3, value)))
    }

    fn short(&self, wanted: usize) -> Broken {
        let left = self.bytes.len() - self.at;
        (self.at, format!("cut off: {wanted} bytes were announced, {left} are left"))
    }

    fn take(&mut self, count: usize) -> Result<&'b [u8], Broken> {
        let rest = &self.bytes[self.at..];
        let Some(taken) = rest.get(..count) else { return Err(self.short(count)) };
        self.at += count;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u64, Broken> {
        let start = self.at;
        let mut number = 0u64;
        for shift in (0..70).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err((start, "a number of more than ten bytes".to_owned()))
    }
}
