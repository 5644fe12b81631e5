//! SHA-1 of as many messages as a register has words.

/// SHA-1 of as many messages as a register has words (FIPS 180-4, 6.1.2), by the functions that stand beside it.
macro_rules! update {
    ($lanes:literal, $features:literal) => {
        #[allow(clippy::needless_range_loop, reason = "what closures call is compiled without these instructions")]
        #[target_feature(enable = $features)]
        pub(super) fn update(states: &mut [[u32; 5]; $lanes], blocks: [&[[u8; BLOCK]]; $lanes]) {
            let mut state = [set(0); 5];
            for word in 0..5 {
                let mut lanes = [0; $lanes];
                for lane in 0..$lanes {
                    lanes[lane] = states[lane][word];
                }
                state[word] = load(&lanes);
            }
            for at in 0..blocks[0].len() {
                let mut words = words(&blocks, at);
                let [mut a, mut b, mut c, mut d, mut e] = state;
                macro_rules! rounds {
                    ($rounds:expr, $function:ident, $constant:literal) => {
                        for round in $rounds {
                            if round >= 16 {
                                let (of_3, of_8) = (words[(round + 13) % 16], words[(round + 8) % 16]);
                                let (of_14, of_16) = (words[(round + 2) % 16], words[round % 16]);
                                words[round % 16] = rotate::<1, 31>(xor(of_3, of_8, of_14, of_16));
                            }
                            let sum = add(add(e, set($constant)), words[round % 16]);
                            let sum = add(sum, add(rotate::<5, 27>(a), $function(b, c, d)));
                            (a, b, c, d, e) = (sum, a, rotate::<30, 2>(b), c, d);
                        }
                    };
                }
                rounds!(0..20, choice, 0x5a82_7999_u32);
                rounds!(20..40, parity, 0x6ed9_eba1_u32);
                rounds!(40..60, majority, 0x8f1b_bcdc_u32);
                rounds!(60..80, parity, 0xca62_c1d6_u32);
                let after = [a, b, c, d, e];
                for word in 0..5 {
                    state[word] = add(state[word], after[word]);
                }
            }
            for word in 0..5 {
                let lanes = store(state[word]);
                for lane in 0..$lanes {
                    states[lane][word] = lanes[lane];
                }
            }
        }
    };
}
