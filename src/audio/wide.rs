//! The widest vectors of the machine for plain loops.
//!
//! The loops are written once, without instructions of any machine; [`widest`] has them compiled a second time for AVX2
//! and bit instructions, and picks that one where the machine has them. Nothing is reordered or contracted, so that
//! both give the same bits.
#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "instructions that not every machine has, found at run time")
)]

/// What is compiled twice. Implementations say `#[inline(always)]`, and so do the functions they call.
pub(in crate::audio) trait Work {
    type Output;

    fn run(self) -> Self::Output;
}

/// Runs `work` with the widest vectors.
#[inline]
pub(in crate::audio) fn widest<W: Work>(work: W) -> W::Output {
    #[cfg(test)]
    if tests::is_plain() {
        return work.run();
    }
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("bmi1")
        && std::is_x86_feature_detected!("bmi2")
        && std::is_x86_feature_detected!("lzcnt")
    {
        // SAFETY: the machine was asked for each of the features that the function is compiled with.
        return unsafe { avx2(work) };
    }
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
fn avx2<W: Work>(work: W) -> W::Output {
    work.run()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use crate::audio::{
        FbankOptions, KaldiFbank, MfccOptions, WhisperMel, WhisperOptions, kaldi_mfcc,
    };

    thread_local! {
        static PLAIN: Cell<bool> = const { Cell::new(false) };
    }

    /// Whether this thread asks for the loops without instructions of any machine.
    pub(super) fn is_plain() -> bool {
        PLAIN.get()
    }

    /// The bits of what `work` computes: with the widest vectors, and with none.
    fn both(work: impl Fn() -> Vec<f32>) -> [Vec<u32>; 2] {
        [false, true].map(|plain| {
            PLAIN.set(plain);
            let made = work();
            PLAIN.set(false);
            made.iter().map(|value| value.to_bits()).collect()
        })
    }

    /// Sound of every level, with silence, and with what is no level.
    fn sound() -> impl Strategy<Value = Vec<f32>> {
        let level = prop_oneof![
            8 => -1f32..1.0,
            2 => Just(0.0),
            1 => -1e-6f32..1e-6,
            1 => prop_oneof![Just(f32::NAN), Just(f32::INFINITY), Just(1e30), Just(-1e-40)],
        ];
        (0..3u8, vec(-1f32..1.0, 0..3000), vec(level, 0..3000)).prop_map(|(kind, plain, odd)| {
            match kind {
                0 => plain,
                1 => odd,
                _ => [plain, odd].concat(),
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn both_compilations_give_the_same_bits(
            samples in sound(),
            mels in 1usize..130,
            hop in 1usize..400,
            window in (1usize..300).prop_map(|half| 2 * half),
            bins in 4usize..100,
            snip_edges: bool,
        ) {
            let options = WhisperOptions { mels, hop, window, pad: false, ..Default::default() };
            let [wide, plain] = both(|| WhisperMel::new(&options).unwrap().features(&samples).unwrap().values);
            prop_assert_eq!(wide, plain);
            let options = FbankOptions { bins, snip_edges, ..Default::default() };
            let [wide, plain] = both(|| KaldiFbank::new(&options).unwrap().features(&samples).unwrap().values);
            prop_assert_eq!(wide, plain);
            let options = MfccOptions::default();
            let [wide, plain] = both(|| kaldi_mfcc(&samples, &options).unwrap().values);
            prop_assert_eq!(wide, plain);
        }
    }
}
