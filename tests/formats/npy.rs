//! NumPy's `.npy` files.

use sprogkit::formats::npy::{Matrix, read_matrix, write_matrix};

/// A file of version `version` with this header and these values.
fn file(version: u8, header: &str, values: &[u8]) -> Vec<u8> {
    let mut file = b"\x93NUMPY".to_vec();
    file.extend([version, 0]);
    match version {
        1 => file.extend((header.len() as u16).to_le_bytes()),
        _ => file.extend((header.len() as u32).to_le_bytes()),
    }
    file.extend(header.as_bytes());
    file.extend(values);
    file
}

fn header(kind: &str, order: &str, shape: &str) -> String {
    format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}   \n")
}

#[test]
fn floats_of_every_width_and_version_are_read() {
    let want = Matrix { values: vec![1.5, -0.25, 0.0, f32::NEG_INFINITY], rows: 2, columns: 2 };
    let single: Vec<u8> = want.values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let double: Vec<u8> = want.values.iter().flat_map(|v| f64::from(*v).to_le_bytes()).collect();
    let half: Vec<u8> =
        [0x3e00u16, 0xb400, 0, 0xfc00].iter().flat_map(|v| v.to_le_bytes()).collect();
    for version in [1, 2, 3] {
        for (kind, values) in [("<f2", &half), ("<f4", &single), ("<f8", &double)] {
            let file = file(version, &header(kind, "False", "(2, 2)"), values);
            assert_eq!(read_matrix("a.npy", &file).unwrap(), want, "{kind} {version}");
        }
    }
    let smallest = file(1, &header("<f2", "False", "(1, 1)"), &[1, 0]);
    assert_eq!(read_matrix("a.npy", &smallest).unwrap().values, [2f32.powi(-24)]);
}

#[test]
fn what_is_written_is_read_again_and_lies_as_numpy_lays_it() {
    for (rows, columns) in [(0, 3), (1, 1), (2, 3), (80, 3000), (123_456, 1)] {
        let values: Vec<f32> = (0..rows * columns).map(|at| at as f32 / 7.0).collect();
        let file = write_matrix(&values, rows, columns).unwrap();
        assert!((file.len() - values.len() * 4).is_multiple_of(64));
        assert_eq!(file[file.len() - values.len() * 4 - 1], b'\n');
        assert_eq!(read_matrix("a.npy", &file).unwrap(), Matrix { values, rows, columns });
    }
    let wrong = write_matrix(&[1.0], 2, usize::MAX).unwrap_err().to_string();
    assert!(wrong.starts_with("values must be 2 x 18446744073709551615 of them, got 1"), "{wrong}");
}

#[test]
fn what_is_no_matrix_is_an_error_that_says_why() {
    let good = header("<f4", "False", "(1, 1)");
    for (bytes, says) in [
        (b"PK\x03\x04".to_vec(), "byte 0: no .npy file"),
        (file(9, &good, &[0; 4]), "byte 6: version 9"),
        (file(1, &header("<i4", "False", "(1, 1)"), &[0; 4]), "type \"<i4\""),
        (file(1, &header("<f4", "True", "(1, 1)"), &[0; 4]), "Fortran"),
        (file(1, &header("<f4", "False", "(4,)"), &[0; 16]), "two sizes"),
        (file(1, &header("<f4", "False", "(2, -2)"), &[0; 16]), "two sizes"),
        (file(1, &good, &[0; 3]), "3 bytes of values for shape (1, 1)"),
        (file(1, &good, &[0; 5]), "5 bytes of values"),
        (file(1, &header("<f4", "False", "(4294967296, 4294967296)"), &[]), "0 bytes"),
        (file(1, "{'descr': '<f4'}\n", &[]), "no fortran_order"),
    ] {
        let error = read_matrix("a.npy", &bytes).unwrap_err().to_string();
        assert!(error.starts_with("a.npy: byte ") && error.contains(says), "{says}: {error}");
    }
}

#[test]
fn no_file_cut_off_or_changed_in_a_byte_is_a_panic() {
    let whole = file(1, &header("<f4", "False", "(1, 2)"), &[0; 8]);
    for end in 0..whole.len() {
        assert!(read_matrix("a.npy", &whole[..end]).is_err(), "cut at {end}");
    }
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            let _ = read_matrix("a.npy", &changed);
        }
    }
}
