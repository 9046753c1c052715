//! The widest vectors of the machine for plain loops.
//!
//! The loops are written once, without instructions of any machine; [`widest`] has them compiled again for AVX2 and for
//! AVX-512 with the bit instructions beside them, and picks the widest that the machine has. Nothing is reordered or
//! contracted, so that all give the same bits.
#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "instructions that not every machine has, found at run time")
)]

/// What is compiled for each. Implementations say `#[inline(always)]`, and so do the functions they call.
pub(in crate::audio) trait Work {
    type Output;

    fn run(self) -> Self::Output;
}

/// The instructions that loops are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "other machines have neither"))]
enum Set {
    Plain,
    Avx2,
    Avx512,
}

impl Set {
    /// The widest that the machine has.
    #[inline]
    fn widest() -> Self {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("bmi2")
            && std::is_x86_feature_detected!("lzcnt")
        {
            let has_512 = std::is_x86_feature_detected!("avx512f")
                && std::is_x86_feature_detected!("avx512bw")
                && std::is_x86_feature_detected!("avx512dq")
                && std::is_x86_feature_detected!("avx512vl");
            return if has_512 { Self::Avx512 } else { Self::Avx2 };
        }
        Self::Plain
    }
}

/// Runs `work` with the widest vectors.
#[inline]
pub(in crate::audio) fn widest<W: Work>(work: W) -> W::Output {
    let set = Set::widest();
    #[cfg(test)]
    let set = set.min(tests::most());
    match set {
        Set::Plain => work.run(),
        // SAFETY: the machine was asked for each of the features that the function is compiled with.
        #[cfg(target_arch = "x86_64")]
        Set::Avx2 => unsafe { avx2(work) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Set::Avx512 => unsafe { avx512(work) },
        #[cfg(not(target_arch = "x86_64"))]
        Set::Avx2 | Set::Avx512 => work.run(),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
fn avx2<W: Work>(work: W) -> W::Output {
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,avx512f,avx512bw,avx512dq,avx512vl,bmi1,bmi2,lzcnt")]
fn avx512<W: Work>(work: W) -> W::Output {
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

    use super::Set;

    thread_local! {
        static MOST: Cell<Set> = const { Cell::new(Set::Avx512) };
    }

    /// The widest that this thread asks for.
    pub(super) fn most() -> Set {
        MOST.get()
    }

    /// The bits of what `work` computes, with each set of instructions that the machine has.
    fn all(work: impl Fn() -> Vec<f32>) -> Vec<Vec<u32>> {
        [Set::Plain, Set::Avx2, Set::Avx512]
            .into_iter()
            .filter(|&set| set <= Set::widest())
            .map(|set| {
                MOST.set(set);
                let made = work();
                MOST.set(Set::Avx512);
                made.iter().map(|value| value.to_bits()).collect()
            })
            .collect()
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
        fn all_compilations_give_the_same_bits(
            samples in sound(),
            mels in 1usize..130,
            hop in 1usize..400,
            window in (1usize..300).prop_map(|half| 2 * half),
            bins in 4usize..100,
            snip_edges: bool,
        ) {
            let whisper = WhisperOptions { mels, hop, window, pad: false, ..Default::default() };
            let fbank = FbankOptions { bins, snip_edges, ..Default::default() };
            let works: [&dyn Fn() -> Vec<f32>; 3] = [
                &|| WhisperMel::new(&whisper).unwrap().features(&samples).unwrap().values,
                &|| KaldiFbank::new(&fbank).unwrap().features(&samples).unwrap().values,
                &|| kaldi_mfcc(&samples, &MfccOptions::default()).unwrap().values,
            ];
            for work in works {
                let made = all(work);
                prop_assert!(made.windows(2).all(|pair| pair[0] == pair[1]));
            }
        }
    }
}
