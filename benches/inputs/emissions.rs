//! Made-up emissions of known alignment: peaky, mostly blank, with pauses and wrong tokens.
//!
//! Figures as they are usual for wav2vec2-like models: 50 frames and 15 tokens per second, about
//! 69 % of the frames blank, 5 % of the tokens recognised as another.

/// What to make.
#[derive(Clone, Copy)]
pub(crate) struct Recipe {
    /// The recording's length.
    pub(crate) seconds: usize,
    /// The share of tokens that look like another.
    pub(crate) wrong: f64,
    /// Seconds of speech in the middle that are not in the text.
    pub(crate) untranscribed: usize,
    /// Tokens in the text, at a third of it, that were never said.
    pub(crate) unsaid: usize,
    /// Whether the text has nothing to do with the speech.
    pub(crate) unrelated: bool,
    /// Columns, the blank included.
    pub(crate) vocabulary: usize,
    /// Where the random numbers begin.
    pub(crate) seed: u64,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            seconds: 10,
            wrong: 0.05,
            untranscribed: 0,
            unsaid: 0,
            unrelated: false,
            vocabulary: 40,
            seed: 1,
        }
    }
}

/// What was made.
pub(crate) struct Made {
    /// `[frames, vocabulary]`
    pub(crate) log_probs: Vec<f32>,
    pub(crate) vocabulary: usize,
    pub(crate) targets: Vec<i32>,
    /// Where each target's peak was put; `None`: it was never said.
    pub(crate) frames: Vec<Option<usize>>,
    /// Whether the peak shows the target, not another token.
    pub(crate) heard: Vec<bool>,
}

/// The recurrence of SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn chance(&mut self, p: f64) -> bool {
        ((self.next() >> 11) as f64) < p * (1u64 << 53) as f64
    }

    /// About normal: four 16-bit uniforms.
    fn noise(&mut self) -> f32 {
        let bits = self.next();
        let sum = (0..4).map(|i| (bits >> (16 * i) & 0xffff) as f32 / 65536.0).sum::<f32>();
        (sum - 2.0) * 1.732
    }
}

/// Makes emissions.
pub(crate) fn make(recipe: Recipe) -> Made {
    let mut random = Random(recipe.seed);
    let frames = recipe.seconds * 50;
    let tokens = recipe.seconds * 15;
    let v = recipe.vocabulary;
    // Where tokens are said: a step of 2 to 4 frames, and a pause now and then; the rest of the
    // recording's length goes to the pauses.
    let mut steps: Vec<usize> = (0..tokens).map(|_| 2 + random.below(3)).collect();
    let mut left = frames.saturating_sub(steps.iter().sum::<usize>() + 4);
    while left > 0 {
        let pause = (3 + random.below(40)).min(left);
        steps[random.below(tokens)] += pause;
        left -= pause;
    }
    let mut at = 0;
    let said: Vec<(usize, usize)> = steps
        .iter()
        .map(|step| {
            at += step;
            (at - 1, 1 + random.below(v - 1))
        })
        .collect();

    let mut log_probs = vec![0f32; frames * v];
    let mut peaks = vec![0usize; frames];
    for &(frame, token) in &said {
        peaks[frame] = if random.chance(recipe.wrong) { 1 + random.below(v - 1) } else { token };
    }
    for (row, &peak) in log_probs.chunks_mut(v).zip(&peaks) {
        for value in row.iter_mut() {
            *value = random.noise();
        }
        row[peak] += 9.0;
        let sum: f32 = row.iter().map(|x| x.exp()).sum();
        let log = sum.ln();
        for value in row.iter_mut() {
            *value -= log;
        }
    }

    let hidden = frames / 2..frames / 2 + recipe.untranscribed * 50;
    let mut targets = Vec::new();
    let (mut places, mut heard) = (Vec::new(), Vec::new());
    for (i, &(frame, token)) in said.iter().enumerate() {
        if i == tokens / 3 {
            for _ in 0..recipe.unsaid {
                targets.push(1 + random.below(v - 1) as i32);
                places.push(None);
                heard.push(false);
            }
        }
        if !hidden.contains(&frame) {
            targets.push(if recipe.unrelated { 1 + random.below(v - 1) } else { token } as i32);
            places.push((!recipe.unrelated).then_some(frame));
            heard.push(!recipe.unrelated && peaks[frame] == token);
        }
    }
    Made { log_probs, vocabulary: v, targets, frames: places, heard }
}

/// Ends of words of three to seven tokens; none goes over a border between what was said and what
/// was not, or over hidden speech.
pub(crate) fn words(made: &Made) -> Vec<usize> {
    let mut random = Random(4);
    let mut ends = Vec::new();
    let (mut start, mut most) = (0, 3 + random.below(5));
    for j in 1..=made.targets.len() {
        let border = j == made.targets.len()
            || match (made.frames[j - 1], made.frames[j]) {
                (Some(before), Some(after)) => after.abs_diff(before) > 500,
                (before, after) => before.is_some() != after.is_some(),
            };
        if border || j - start == most {
            ends.push(j);
            (start, most) = (j, 3 + random.below(5));
        }
    }
    ends
}
