//! Word clusters by exchange: words that stand between the same neighbours share a number.

use std::collections::HashMap;

/// Numbers for words, and how often each pair of them stood side by side.
#[derive(Default)]
struct Counts {
    names: Vec<String>,
    count: Vec<u32>,
    numbers: HashMap<String, u32>,
}

/// What stands before the first and behind the last word of a line.
const EDGE: &str = "\n";
/// Every word too rare to be clustered.
const RARE: &str = "\t";

impl Counts {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = self.names.len() as u32;
        self.names.push(word.to_owned());
        self.count.push(0);
        self.numbers.insert(word.to_owned(), number);
        number
    }
}

/// The words of a line: the first in small letters, figures alike, punctuation as it is.
fn words(line: &str) -> Vec<String> {
    let mut found = vec![EDGE.to_owned()];
    let mut first = true;
    for word in sprogkit::text::words(line) {
        let form = word.of(line);
        if form.starts_with(|c: char| c.is_ascii_digit()) {
            found.push("0".to_owned());
        } else if first && form.starts_with(char::is_alphabetic) {
            found.push(form.to_lowercase());
        } else {
            found.push(form.to_owned());
        }
        first = matches!(form, "." | "!" | "?" | ":" | "\"" | "”" | "-");
    }
    found.push(EDGE.to_owned());
    found
}

fn plogp(count: f64) -> f64 {
    if count > 0.0 { count * count.ln() } else { 0.0 }
}

/// Clusters the `size` commonest words of `text`, one sentence a line, into `clusters` classes.
///
/// Maximises the likelihood of a class bigram model by moving one word at a time (Kneser and Ney
/// 1993, *Improved clustering techniques for class-based statistical language modelling*).
pub(crate) fn cluster(text: &str, size: usize, clusters: usize) -> Vec<(String, u8)> {
    let mut all = Counts::default();
    let mut lines: Vec<Vec<u32>> = Vec::new();
    for line in text.lines() {
        let line: Vec<u32> = words(line).iter().map(|word| all.number(word)).collect();
        for &word in &line {
            all.count[word as usize] += 1;
        }
        lines.push(line);
    }
    let mut order: Vec<u32> = (0..all.names.len() as u32).collect();
    order.sort_by_key(|&word| {
        (u32::MAX - all.count[word as usize], all.names[word as usize].clone())
    });
    let mut kept = vec![u32::MAX; all.names.len()];
    let mut names = Vec::new();
    for &word in order.iter().take(size) {
        kept[word as usize] = names.len() as u32;
        names.push(all.names[word as usize].clone());
    }
    let rare = names.len() as u32;
    names.push(RARE.to_owned());
    let mut pairs: HashMap<(u32, u32), u32> = HashMap::new();
    let mut count = vec![0.0_f64; names.len()];
    for line in &lines {
        let line: Vec<u32> = line
            .iter()
            .map(|&word| if kept[word as usize] == u32::MAX { rare } else { kept[word as usize] })
            .collect();
        for pair in line.windows(2) {
            *pairs.entry((pair[0], pair[1])).or_default() += 1;
        }
        for &word in &line {
            count[word as usize] += 1.0;
        }
    }
    let mut after = vec![Vec::new(); names.len()];
    let mut before = vec![Vec::new(); names.len()];
    let mut list: Vec<_> = pairs.into_iter().collect();
    list.sort_unstable();
    for ((left, right), n) in list {
        after[left as usize].push((right, f64::from(n)));
        before[right as usize].push((left, f64::from(n)));
    }
    // The commonest words each begin a class; the rest is spread.
    let mut class: Vec<usize> = (0..names.len()).map(|word| word % clusters).collect();
    let mut both = vec![0.0_f64; clusters * clusters];
    let mut total = vec![0.0_f64; clusters];
    for word in 0..names.len() {
        total[class[word]] += count[word];
        for &(right, n) in &after[word] {
            both[class[word] * clusters + class[right as usize]] += n;
        }
    }
    for _round in 0..12 {
        let mut moved = 0;
        for word in 0..names.len() {
            let own = class[word];
            // The word's neighbours by class, itself apart.
            let mut right = vec![0.0_f64; clusters];
            let mut left = vec![0.0_f64; clusters];
            let mut itself = 0.0;
            for &(next, n) in &after[word] {
                if next as usize == word {
                    itself += n;
                } else {
                    right[class[next as usize]] += n;
                }
            }
            for &(last, n) in &before[word] {
                if last as usize != word {
                    left[class[last as usize]] += n;
                }
            }
            // Take the word out.
            for other in 0..clusters {
                both[own * clusters + other] -= right[other];
                both[other * clusters + own] -= left[other];
            }
            both[own * clusters + own] -= itself;
            total[own] -= count[word];
            let gain = |to: usize| {
                let mut sum = 0.0;
                for other in 0..clusters {
                    if other != to {
                        if right[other] > 0.0 {
                            let now = both[to * clusters + other];
                            sum += plogp(now + right[other]) - plogp(now);
                        }
                        if left[other] > 0.0 {
                            let now = both[other * clusters + to];
                            sum += plogp(now + left[other]) - plogp(now);
                        }
                    }
                }
                let now = both[to * clusters + to];
                sum += plogp(now + right[to] + left[to] + itself) - plogp(now);
                sum - 2.0 * (plogp(total[to] + count[word]) - plogp(total[to]))
            };
            let mut best = (gain(own), own);
            for to in 0..clusters {
                let found = gain(to);
                if found > best.0 + 1e-9 {
                    best = (found, to);
                }
            }
            let to = best.1;
            moved += usize::from(to != own);
            class[word] = to;
            for other in 0..clusters {
                both[to * clusters + other] += right[other];
                both[other * clusters + to] += left[other];
            }
            both[to * clusters + to] += itself;
            total[to] += count[word];
        }
        if moved * 200 < names.len() {
            break;
        }
    }
    // One number for a form in any case: that of its commonest writing.
    let mut found: HashMap<String, (u64, u8)> = HashMap::new();
    for (word, name) in names.iter().enumerate() {
        if !name.starts_with(char::is_alphabetic) {
            continue;
        }
        let entry = found.entry(name.to_lowercase()).or_default();
        let number = (count[word] as u64, class[word] as u8 + 1);
        if number.0 > entry.0 {
            *entry = number;
        }
    }
    let mut list: Vec<_> = found.into_iter().map(|(word, (_, class))| (word, class)).collect();
    list.sort_unstable();
    list
}
