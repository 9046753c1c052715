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
