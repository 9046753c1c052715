//! Readers and writers of other people's formats.

mod conllu;
mod delimited;
mod hostile;
mod hunspell;
mod jsonl;
mod marks;
mod npy;
mod plain;
#[cfg(feature = "audio")]
mod wav;

/// What a reader gives for a file called `f`, up to its first error, which is told as text.
fn told<T>(rows: impl Iterator<Item = sprogkit::Result<T>>) -> (Vec<T>, Option<String>) {
    let mut good = Vec::new();
    for row in rows {
        match row {
            Ok(row) => good.push(row),
            Err(wrong) => return (good, Some(wrong.to_string())),
        }
    }
    (good, None)
}
