use sprogkit::formats::delimited::{Options, Reader};

use super::told;

type Rows = &'static [(u64, &'static [&'static str])];

/// File (delimiter `;`, with header), columns and rows.
const GOOD: &[(&str, &[&str], Rows)] = &[
    ("a;b\n", &["a", "b"], &[]),
    ("a;b\n1;2", &["a", "b"], &[(2, &["1", "2"])]),
    ("\u{feff}a;b\r\n1;2\r\n", &["a", "b"], &[(2, &["1", "2"])]),
    ("\u{feff}\"a\";b\n", &["a", "b"], &[]),
    ("\n\na;b\n\n1;2\n\n", &["a", "b"], &[(5, &["1", "2"])]),
    ("a;b\n;\n", &["a", "b"], &[(2, &["", ""])]),
    ("a;b\n\"\";\"\"\"\"\n", &["a", "b"], &[(2, &["", "\""])]),
    ("a;b\n\"x;y\";z\n", &["a", "b"], &[(2, &["x;y", "z"])]),
    ("a;b\n\"x\ny\";z\n3;4", &["a", "b"], &[(2, &["x\ny", "z"]), (4, &["3", "4"])]),
    ("a;b\r\n\"x\r\n\r\ny\";z\r\n3;4", &["a", "b"], &[(2, &["x\r\n\r\ny", "z"]), (5, &["3", "4"])]),
    ("a;b\n\"x\"\"y\"\"\";z\n", &["a", "b"], &[(2, &["x\"y\"", "z"])]),
    ("a;b\nhan sagde \"ja\";z\n", &["a", "b"], &[(2, &["han sagde \"ja\"", "z"])]),
    ("a;b\n\"x\";\n", &["a", "b"], &[(2, &["x", ""])]),
    ("a;b\nx\0y;12,50\n", &["a", "b"], &[(2, &["x\0y", "12,50"])]),
    ("a;b;;\n1;2;3;4\n", &["a", "b", "", ""], &[(2, &["1", "2", "3", "4"])]),
];

fn table(file: &[u8]) -> sprogkit::Result<Reader<'_>> {
    Reader::new("f", file, Options { delimiter: b';', ..Options::default() })
}

#[test]
fn tables_are_read_with_quotes_marks_and_any_line_end() {
    for &(file, columns, rows) in GOOD {
        let reader = table(file.as_bytes()).unwrap();
        assert_eq!(reader.columns(), columns, "{file:?}");
        let (got, wrong) = told(reader);
        assert_eq!(wrong, None, "{file:?}");
        let got: Vec<(u64, Vec<String>)> = got
            .into_iter()
            .map(|row| (row.line, row.fields.into_iter().map(String::from).collect()))
            .collect();
        let want: Vec<(u64, Vec<String>)> = rows
            .iter()
            .map(|&(line, fields)| (line, fields.iter().map(ToString::to_string).collect()))
            .collect();
        assert_eq!(got, want, "{file:?}");
    }
}

/// File, how many rows come before the error, the error.
const BAD: &[(&[u8], usize, &str)] = &[
    (b"", 0, "f:1: the file is empty, expected a header"),
    (b"a;b;a\n", 0, "f:1: columns 1 and 3 are both called \"a\""),
    (b"a;b\n1;2\n1\n2;2\n", 1, "f:3: expected 2 columns, found 1"),
    (b"a;b\n1;2;3\n", 0, "f:2: expected 2 columns, found 3"),
    (b"a;b\n1;2\n\"x;y\nz;1\n", 1, "f:3: a quote that is opened here is never closed"),
    (b"a;b\n1;\"x\n\ny", 0, "f:2: a quote that is opened here is never closed"),
    (b"a;b\n\"x\"y;1\n", 0, "f:2: expected ';' or the line's end after a closing quote, found 'y'"),
    (
        b"a;b\n\"x\n\"y;1\n",
        0,
        "f:3: expected ';' or the line's end after a closing quote, found 'y'",
    ),
    (b"a;b\nbl\xe5;1\n", 0, "f: byte 6: 0xE5 is not UTF-8"),
    (b"a;b\n\"x\nbl\xe5\";1\n", 0, "f: byte 9: 0xE5 is not UTF-8"),
];

#[test]
fn damaged_tables_are_told_with_their_line() {
    for &(file, before, want) in BAD {
        let shown = String::from_utf8_lossy(file);
        let (rows, wrong) = match table(file) {
            Ok(reader) => told(reader),
            Err(wrong) => (Vec::new(), Some(wrong.to_string())),
        };
        let wrong = wrong.unwrap_or_else(|| panic!("no error: {shown:?}"));
        assert!(wrong.starts_with(want), "{shown:?}: {wrong}");
        assert_eq!(rows.len(), before, "{shown:?}");
        if let Ok(reader) = table(file) {
            assert_eq!(reader.count(), before + 1, "nothing comes after an error: {shown:?}");
        }
    }
}

#[test]
fn a_table_without_quotes_takes_them_as_letters_and_without_a_header_counts_the_first_row() {
    let options = Options { delimiter: b'\t', header: false, quoted: false, ..Options::default() };
    let (rows, wrong) = told(Reader::new("f", b"\"a\tb\n\"\"\t\"\n1\n", options).unwrap());
    assert_eq!(
        rows.iter().map(|row| &row.fields[..]).collect::<Vec<_>>(),
        [["\"a", "b"], ["\"\"", "\""]]
    );
    assert_eq!(wrong.unwrap(), "f:3: expected 2 columns, found 1");
    let latin = Options { encoding: sprogkit::formats::Encoding::Latin1, ..options };
    let (rows, _) = told(Reader::new("f", b"bl\xe5\t\"\n", latin).unwrap());
    assert_eq!(rows[0].fields, ["blå", "\""]);
    let wrong = Reader::new("f", b"a", Options { delimiter: b'"', ..options }).err().unwrap();
    assert!(wrong.to_string().starts_with("delimiter must be"), "{wrong}");
}

#[test]
fn a_quote_that_is_never_closed_does_not_take_a_large_file_into_memory() {
    let mut file = b"a;b\n1;\"x\n".to_vec();
    file.resize(65 << 20, b'\n');
    let (_, wrong) = told(table(&file).unwrap());
    assert_eq!(wrong.unwrap(), "f:2: a quote that is opened here is not closed in 64 MiB");
}

/// Writes a table the way RFC 4180 says.
fn written(rows: &[Vec<String>]) -> String {
    let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
    rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(";") + "\r\n").collect()
}

proptest::proptest! {
    #[test]
    fn what_is_written_as_rfc_4180_says_is_read_back(
        rows in proptest::collection::vec(
            proptest::collection::vec("[a;\"\n\r\u{e5}\0 ]{0,6}", 3), 1..5)
    ) {
        let options = Options { delimiter: b';', header: false, ..Options::default() };
        let text = written(&rows);
        let got: Vec<Vec<String>> = Reader::new("f", text.as_bytes(), options)
            .unwrap()
            .map(|row| row.unwrap().fields.into_iter().map(String::from).collect())
            .collect();
        proptest::prop_assert_eq!(got, rows);
    }
}
