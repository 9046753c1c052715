use sprogkit::formats::{Encoding, jsonl};

use super::told;

#[test]
fn objects_are_read_a_line_at_a_time() {
    let file = "\u{feff}{\"id\": 1, \"text\": \"bl\\u00e5\", \"a.b\": true, \"n\": null}\r\n\n{\"a\": {\"b\": {\"c\": \"d\"}, \"e\": [1, 2.50]}}";
    let (objects, wrong) = told(jsonl::objects("f", file.as_bytes(), Encoding::Utf8));
    assert_eq!(wrong, None);
    let [first, second] = &objects[..] else { panic!("two objects") };
    assert_eq!((first.line, second.line), (1, 3));
    for (object, key, want) in [
        (first, "text", Some("blå")),
        (first, "id", Some("1")),
        (first, "a.b", Some("true")),
        (first, "n", None),
        (first, "x", None),
        (second, "a.b.c", Some("d")),
        (second, "a.e", Some("[1,2.5]")),
        (second, "a.b.c.d", None),
        (second, "a.", None),
    ] {
        assert_eq!(object.text(key).as_deref(), want, "{key}");
    }
    assert!(file[second.offset as usize..].starts_with("{\"a\""));
}

#[test]
fn what_is_no_object_is_told_with_its_line() {
    let deep = "[".repeat(1000);
    let deep = format!("{{}}\n{{\"a\":{deep}");
    for (file, want) in [
        (&b"{}\n[1]\n"[..], "f:2: expected a JSON object, got a list"),
        (b"{}\n\"x\"\n", "f:2: expected a JSON object, got a string"),
        (b"{}\n{\"a\": 1,}\n", "f:2: no JSON: trailing comma (byte 9 of the line)"),
        (b"{}\n{\"a\": \"x\n", "f:2: no JSON: EOF while parsing a string (byte 8 of the line)"),
        (b"{}\n{} {}\n", "f:2: no JSON: trailing characters (byte 4 of the line)"),
        (b"{}\n{\"a\": \"\\ud800\"}", "f:2: no JSON: "),
        (b"{}\n{\"a\": \"\xe5\"}", "f: byte 10: 0xE5 is not UTF-8"),
        (b"{}\n\0", "f:2: no JSON: expected value (byte 1 of the line)"),
        (deep.as_bytes(), "f:2: no JSON: recursion limit exceeded"),
    ] {
        let (good, wrong) = told(jsonl::objects("f", file, Encoding::Utf8));
        let wrong = wrong.unwrap();
        assert!(wrong.starts_with(want), "{wrong}");
        assert_eq!(good.len(), 1);
    }
}
