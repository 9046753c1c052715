//! NumPy's `.npy`: one array with its shape.

use crate::{Error, Result};

/// A matrix of 32-bit floats, row after row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// The values. `[rows, columns]`
    pub values: Vec<f32>,
    /// How many rows there are.
    pub rows: usize,
    /// How many columns there are.
    pub columns: usize,
}

const MAGIC: &[u8] = b"\x93NUMPY";
/// The longest header that is read: NumPy's own are below 200 bytes.
const HEADER: usize = 1 << 16;

/// Reads the matrix in the file `bytes`; errors call it `origin`. Floats of 16 and 64 bits are turned
/// into floats of 32.
///
/// # Errors
///
/// [`Error::Format`] where it is no `.npy` file, not a matrix in C order, of another type, or shorter or
/// longer than its shape says.
///
/// # Source
///
/// NumPy, *numpy.lib.format*, versions 1.0 to 3.0.
///
/// # Example
///
/// ```
/// use sprogkit::formats::npy;
///
/// let file = npy::write_matrix(&[0.5, -1.0], 1, 2)?;
/// let matrix = npy::read_matrix("a.npy", &file)?;
/// assert_eq!((matrix.rows, matrix.columns, matrix.values), (1, 2, vec![0.5, -1.0]));
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn read_matrix(origin: &str, bytes: &[u8]) -> Result<Matrix> {
    let wrong = |at: usize, reason: String| Error::format(origin, at as u64, reason);
    let cut = |at: usize| wrong(at, "the file ends within its header".to_owned());
    if bytes.get(..MAGIC.len()) != Some(MAGIC) {
        return Err(wrong(0, "no .npy file: it must begin with \\x93NUMPY".to_owned()));
    }
    let (length, start) = match bytes.get(6..12) {
        Some(&[1, _, a, b, ..]) => (usize::from(u16::from_le_bytes([a, b])), 10),
        Some(&[2 | 3, _, a, b, c, d]) => (u32::from_le_bytes([a, b, c, d]) as usize, 12),
        Some(&[version, ..]) => {
            return Err(wrong(6, format!("version {version} of .npy; 1, 2 and 3 are read")));
        }
        _ => return Err(cut(bytes.len())),
    };
    if length > HEADER {
        return Err(wrong(8, format!("a header of {length} bytes; the most is {HEADER}")));
    }
    let header = bytes.get(start..start + length).ok_or_else(|| cut(bytes.len()))?;
    let header = String::from_utf8_lossy(header);
    let field = |name: &str| {
        let at = header.find(&format!("'{name}'"))?;
        header[at..].split_once(':').map(|(_, rest)| rest.trim_start())
    };
    let missing = |name: &str| wrong(start, format!("the header has no {name}"));
    let order = field("fortran_order").ok_or_else(|| missing("fortran_order"))?;
    if !order.starts_with("False") {
        let reason = "in Fortran order; save numpy.ascontiguousarray of it";
        return Err(wrong(start, reason.to_owned()));
    }
    let shape = field("shape").ok_or_else(|| missing("shape"))?;
    let shape = shape.strip_prefix('(').and_then(|s| s.split_once(')')).map_or("", |(s, _)| s);
    let sizes: Vec<Option<usize>> =
        shape.split(',').map(str::trim).filter(|s| !s.is_empty()).map(|s| s.parse().ok()).collect();
    let &[Some(rows), Some(columns)] = sizes.as_slice() else {
        return Err(wrong(start, format!("shape ({shape}); a matrix has two sizes")));
    };
    let kind = field("descr").ok_or_else(|| missing("descr"))?;
    let kind = kind.split(['\'', '"']).nth(1).unwrap_or_default();
    let width = match kind {
        "<f2" => 2,
        "<f4" => 4,
        "<f8" => 8,
        _ => return Err(wrong(start, format!("type {kind:?}; read are '<f2', '<f4', '<f8'"))),
    };
    let data = &bytes[start + length..];
    let count = rows.checked_mul(columns);
    if count.and_then(|count| count.checked_mul(width)) != Some(data.len()) {
        let reason = format!("{} bytes of values for shape ({rows}, {columns})", data.len());
        return Err(wrong(start + length, reason));
    }
    let values = match width {
        2 => data.as_chunks().0.iter().map(|&b| half(u16::from_le_bytes(b))).collect(),
        4 => data.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect(),
        _ => data.as_chunks().0.iter().map(|&b| f64::from_le_bytes(b) as f32).collect(),
    };
    Ok(Matrix { values, rows, columns })
}

/// The file of a matrix of `rows` times `columns` floats of 32 bits, row after row: version 1.0.
///
/// # Errors
///
/// [`Error::Argument`] where there are not as many values as that.
pub fn write_matrix(values: &[f32], rows: usize, columns: usize) -> Result<Vec<u8>> {
    if rows.checked_mul(columns) != Some(values.len()) {
        let requirement = format!("{rows} x {columns} of them");
        return Err(Error::argument("values", requirement, values.len()));
    }
    let mut file = header("<f4", rows as u64, columns as u64, 64);
    file.reserve_exact(values.len() * 4);
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    Ok(file)
}

/// Bytes before the values of a matrix of ids, whatever its shape.
#[cfg(feature = "cli")]
pub(crate) const IDS_HEADER: u64 = 128;

/// What stands before the values of a matrix of ids, unsigned numbers of 16 or 32 bits: version 1.0.
#[cfg(feature = "cli")]
pub(crate) fn ids_header(rows: u64, columns: u64, is_narrow: bool) -> Vec<u8> {
    header(if is_narrow { "<u2" } else { "<u4" }, rows, columns, IDS_HEADER as usize)
}

/// What stands before the values of a matrix of this type, which begin at a multiple of `align` bytes.
fn header(kind: &str, rows: u64, columns: u64, align: usize) -> Vec<u8> {
    let mut header =
        format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    // A line feed ends the header.
    let start = (MAGIC.len() + 4 + header.len() + 1).next_multiple_of(align);
    let length = start - MAGIC.len() - 4;
    header.extend(std::iter::repeat_n(' ', length - header.len() - 1));
    header.push('\n');
    let mut file = MAGIC.to_vec();
    file.extend([1, 0]);
    file.extend((length as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file
}

/// The value of a float of 16 bits (IEEE 754 binary16): exact.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + fraction) * 2f32.powi(exponent - 25),
    }
}
