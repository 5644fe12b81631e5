//! The exponential and the logarithm of many numbers at once: plain arithmetic without branches, so that a loop over them becomes
//! vector instructions that give the same on every machine.

/// The logarithm of 2: its first digits, so few that small multiples are exact, and the rest.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// `exp(x)` for `x <= 0`, to the last digit or two; 0 below -708.
///
/// Cody and Waite's reduction, then the Taylor polynomial on half of log 2 to both sides of zero.
#[inline(always)]
pub(super) fn exp_negative(x: f64) -> f64 {
    const SHIFT: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52: adding it rounds to an integer in the low bits
    const LOG2_E: f64 = std::f64::consts::LOG2_E;
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

/// `log(1 + x)` for `x >= 0`, as [`libm::log1p`] has it, to the bit.
///
/// By the formula of FreeBSD's `s_log1p.c`: with `u = 1 + x` rounded and `u = 2^k (1 + f)`, `sqrt(1/2) < 1 + f < sqrt(2)`, it is
/// `k log 2 + log(1 + f) + (1 + x - u) / u`.
#[inline(always)]
pub(super) fn ln_1p(x: f64) -> f64 {
    const TWO_52: u64 = 0x4330_0000_0000_0000;
    const SQRT_HALF: u64 = 0x3fe6_a09e_0000_0000;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    // From here on, near enough the root of 2 less 1, `k` is not zero.
    let is_small = x < f64::from_bits(0x3fda_827a_0000_0000);
    let u = 1.0 + x;
    let shifted = u.to_bits().wrapping_add(ONE - SQRT_HALF);
    // The exponent as a number: put into the last digits of 2^52, which are then taken off.
    let k = f64::from_bits(TWO_52 | (shifted >> 52)) - (f64::from_bits(TWO_52) + 1023.0);
    let lost = if k >= 2.0 { 1.0 - (u - x) } else { x - (u - 1.0) };
    let correction = if k < 54.0 { lost / u } else { 0.0 };
    let reduced = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff) + SQRT_HALF) - 1.0;
    let (f, k, correction) = if is_small { (x, 0.0, 0.0) } else { (reduced, k, correction) };
    let half_square = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (3.999_999_999_940_942e-1 + w * (2.222_219_843_214_978_4e-1 + w * 1.531_383_769_920_937_3e-1));
    let odd = z
        * (6.666_666_666_666_735e-1
            + w * (2.857_142_874_366_239e-1 + w * (1.818_357_216_161_805e-1 + w * 1.479_819_860_511_658_6e-1)));
    let log = s * (half_square + (odd + even)) + (k * LN2_LOW + correction) - half_square + f + k * LN2_HIGH;
    if x < f64::INFINITY { log } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::learn::Dice;

    #[test]
    fn it_is_the_logarithm_to_the_bit() {
        let mut dice = Dice::new(1, "logarithms");
        let drawn = (0..200_000).map(|_| libm::exp(-60.0 + 200.0 * dice.unit()));
        let near_one = (0..200_000).map(|step| f64::from(step) * 2.1e-5);
        let edges = [0.0, 5e-324, 1.1e-16, 2.3e-16, 0.414, 0.4142, 0.41421, 0.41422, 1.0, 1e300, f64::INFINITY];
        let bits = |edge: u64| (edge - 3..edge + 3).map(f64::from_bits);
        let small = bits(0x3fda_827a_0000_0000);
        for x in drawn.chain(near_one).chain(edges).chain(small) {
            assert_eq!(ln_1p(x).to_bits(), libm::log1p(x).to_bits(), "{x:e}");
        }
    }

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
