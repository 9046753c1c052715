//! Which stretches of the text the speech agrees with.

/// What a token loses at most, in nats.
const WORST: f32 = 10.0;
/// What a token is taken to lose where text and speech do not belong together.
const APART: f32 = 4.0;
/// What a change between the two costs.
const CHANGE: f32 = 12.0;

/// Whether each unit belongs to a stretch that agrees, by the most probable sequence of two
/// states. `losses` gives each unit's tokens' losses below the frames' best tokens.
pub(super) fn agreeing<'l>(losses: impl Iterator<Item = &'l [f32]>) -> Vec<bool> {
    let (mut agree, mut apart) = (0f32, 0f32);
    let mut back = Vec::new();
    for unit in losses {
        let loss: f32 = unit.iter().map(|&l| l.clamp(0.0, WORST)).sum();
        let stays = agree >= apart - CHANGE;
        let keeps = apart >= agree - CHANGE;
        let from_agree = if stays { agree } else { apart - CHANGE };
        let from_apart = if keeps { apart } else { agree - CHANGE };
        agree = from_agree - loss;
        apart = from_apart - APART * unit.len() as f32;
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
            let found = agreeing(losses(pattern).iter().map(<[f32; 1]>::as_slice));
            let found: String = found.iter().map(|&a| if a { '+' } else { '-' }).collect();
            assert_eq!(found, want, "{pattern}");
        }
    }
}
