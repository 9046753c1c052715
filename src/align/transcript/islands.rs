//! Which stretches of the text the speech agrees with.

/// What a token loses at most, in nats.
const WORST: f32 = 10.0;
/// What a token is taken to lose where text and speech do not belong together.
const APART: f32 = 4.0;
/// What a speaking frame costs that lies between tokens that are taken to belong together.
const FOREIGN: f32 = 4.0;

/// A unit, as it was placed.
pub(super) struct Evidence<'l> {
    /// Its tokens' losses below the frames' best tokens.
    pub(super) losses: &'l [f32],
    /// Speaking frames under no token, from the unit before to this one's last token.
    pub(super) foreign: usize,
}

/// Whether each unit belongs to a stretch that agrees, by the most probable sequence of two
/// states; `change` is what going from one to the other costs.
pub(super) fn agreeing<'l>(units: impl Iterator<Item = Evidence<'l>>, change: f32) -> Vec<bool> {
    let (mut agree, mut apart) = (0f32, 0f32);
    let mut back = Vec::new();
    for unit in units {
        let loss: f32 = unit.losses.iter().map(|&l| l.clamp(0.0, WORST)).sum();
        // However much lies between, it parts no more than leaving and coming back.
        let foreign = (FOREIGN * unit.foreign as f32).min(2.0 * change);
        let stays = agree - foreign >= apart - change;
        let keeps = apart >= agree - change;
        let from_agree = if stays { agree - foreign } else { apart - change };
        let from_apart = if keeps { apart } else { agree - change };
        agree = from_agree - loss;
        apart = from_apart - APART * unit.losses.len() as f32;
        back.push((stays, keeps));
    }
    let mut state = agree >= apart;
    let mut agreeing = vec![false; back.len()];
    for (slot, (stays, keeps)) in agreeing.iter_mut().zip(back).rev() {
        *slot = state;
        if !(if state { stays } else { keeps }) {
            state = !state;
        }
    }
    agreeing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_wrong_tokens_do_not_part_what_belongs_together() {
        let losses = |pattern: &str| -> Vec<[f32; 1]> {
            pattern.chars().map(|c| [if c == '.' { 0.1 } else { 9.0 }]).collect()
        };
        for (pattern, want) in [
            ("..x...xx..", "++++++++++"),
            ("....xxxxxxxxxx....", "++++----------++++"),
            ("xxxxxxxx....", "--------++++"),
            ("xxxx", "----"),
        ] {
            let losses = losses(pattern);
            let units = losses.iter().map(|losses| Evidence { losses, foreign: 0 });
            let found = agreeing(units, 12.0);
            let found: String = found.iter().map(|&a| if a { '+' } else { '-' }).collect();
            assert_eq!(found, want, "{pattern}");
        }
    }
}
