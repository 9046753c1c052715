//! Names of files: with wild cards, and those that stay inside a folder.

/// Whether `name` holds a wild card.
pub(super) fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?'])
}

/// Whether `path` (parts joined by `/`) is one that `pattern` names.
///
/// `?` stands for one character and `*` for any number of them, both within one part of the
/// path; a part that is `**` stands for any number of folders, also none.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    wild(
        &pattern,
        &path,
        |part| *part == "**",
        |part, name| {
            let part: Vec<char> = part.chars().collect();
            let name: Vec<char> = name.chars().collect();
            wild(&part, &name, |c| *c == '*', |wanted, c| *wanted == '?' || wanted == c)
        },
    )
}

/// Matches with one kind of wild item. Linear but for the last wild item: a match that fails
/// after it lets it take one item more.
fn wild<T>(
    pattern: &[T],
    items: &[T],
    any: impl Fn(&T) -> bool,
    equal: impl Fn(&T, &T) -> bool,
) -> bool {
    let (mut p, mut i) = (0, 0);
    let mut retry = None;
    while i < items.len() {
        if p < pattern.len() && any(&pattern[p]) {
            retry = Some((p + 1, i));
            p += 1;
        } else if p < pattern.len() && equal(&pattern[p], &items[i]) {
            p += 1;
            i += 1;
        } else if let Some((after, taken)) = retry {
            retry = Some((after, taken + 1));
            (p, i) = (after, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(any)
}

/// `Ok` for a name that stays inside the folder it is joined to, on every system.
pub(super) fn inside(name: &str) -> Result<(), String> {
    let wrong = if name.contains('\\') || name.contains(':') || name.contains('\0') {
        "parts are joined by /, and \\, : and NUL stand in no name"
    } else if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        "must stay inside the root: not begin or end with /, no . or .. part"
    } else {
        return Ok(());
    };
    Err(format!("{wrong}; got \"{name}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wild_cards_stay_within_a_part_of_the_path() {
        for (pattern, path, want) in [
            ("a.txt", "a.txt", true),
            ("a.txt", "b/a.txt", false),
            ("*.txt", "a.txt", true),
            ("*.txt", "a/b.txt", false),
            ("*.txt", "a.txt.gz", false),
            ("a/*.wav", "a/b.wav", true),
            ("a/*.wav", "a/b/c.wav", false),
            ("a/**/*.wav", "a/c.wav", true),
            ("a/**/*.wav", "a/b/c/d.wav", true),
            ("**/*.wav", "d.wav", true),
            ("**", "a/b", true),
            ("a?.txt", "aø.txt", true),
            ("a?.txt", "a.txt", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, path), want, "{pattern} {path}");
        }
    }
}
