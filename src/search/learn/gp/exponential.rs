//! The exponential of many numbers at once.

/// `exp(x)` for `x <= 0`, to the last digit or two; 0 below -708.
///
/// Plain arithmetic without branches, so that a loop over it becomes vector instructions that give the same on every machine.
/// Cody and Waite's reduction, then the Taylor polynomial on half of log 2 to both sides of zero.
#[inline(always)]
pub(super) fn exp_negative(x: f64) -> f64 {
    const SHIFT: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52: adding it rounds to an integer in the low bits
    const LOG2_E: f64 = std::f64::consts::LOG2_E;
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let kept = if x < -708.0 { -708.0 } else { x };
    let shifted = kept * LOG2_E + SHIFT;
    let k = shifted - SHIFT;
    let r = (kept - k * LN2_HIGH) - k * LN2_LOW;
    let mut sum = 1.0 / 6_227_020_800.0;
    for inverse in [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        sum = sum * r + inverse;
    }
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(0x3ff0_0000_0000_0000));
    let result = sum * power;
    if x < -708.0 { 0.0 } else { result }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_the_exponential() {
        for step in 0..200_000 {
            let x = -f64::from(step) * 0.003_54;
            let (own, known) = (exp_negative(x), libm::exp(x));
            assert!((own - known).abs() <= 4e-16 * known, "{x}: {own} {known}");
        }
        assert_eq!((exp_negative(0.0), exp_negative(-1e300)), (1.0, 0.0));
    }
}
