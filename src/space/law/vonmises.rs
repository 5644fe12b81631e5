//! Angles around a mean direction.

use std::f64::consts::{PI, TAU};

use super::Law;
use crate::space::special::{Tails, bisect};

/// The positive nodes of Gauss and Legendre's rule of ten points on -1 to 1, with their weights.
const RULE: [(f64, f64); 5] = [
    (0.148_874_338_981_631_21, 0.295_524_224_714_752_87),
    (0.433_395_394_129_247_2, 0.269_266_719_309_996_36),
    (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
    (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
    (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
];

/// Panels of the rule between the mean direction and where the density is negligible.
const PANELS: usize = 24;

/// The law of von Mises: a density proportional to `exp(kappa cos(x - mu))` on -pi to pi.
#[derive(Debug)]
pub(crate) struct VonMises {
    mu: f64,
    kappa: f64,
    /// Beyond this distance from the mean there is nothing.
    reach: f64,
    /// The integral of each panel, from the mean outwards.
    panels: [f64; PANELS],
    /// The probability between the direction opposite to `mu` and -pi.
    skipped: f64,
}

impl VonMises {
    /// The law with this mean direction in radians, and concentration `kappa >= 0`.
    pub(crate) fn new(mu: f64, kappa: f64) -> Self {
        // At 13 widths the density is exp(-84) of that at the mean.
        let reach = if kappa > 17.0 { 13.0 / libm::sqrt(kappa) } else { PI };
        let mut law = Self { mu, kappa, reach, panels: [0.0; PANELS], skipped: 0.0 };
        let width = reach / PANELS as f64;
        for panel in 0..PANELS {
            law.panels[panel] = law.integral(panel as f64 * width, (panel + 1) as f64 * width);
        }
        law.skipped = law.centred(wrapped(-PI - mu)).lower;
        law
    }

    /// The integral of the density, which is 1 at the mean, between two distances from it.
    fn integral(&self, from: f64, to: f64) -> f64 {
        let (middle, half) = ((from + to) / 2.0, (to - from) / 2.0);
        let density = |x: f64| {
            let sine = libm::sin(x / 2.0);
            libm::exp(-2.0 * self.kappa * sine * sine)
        };
        let sum: f64 =
            RULE.iter().map(|(x, weight)| weight * (density(middle - half * x) + density(middle + half * x))).sum();
        half * sum
    }

    /// The tails for the mean direction 0.
    fn centred(&self, x: f64) -> Tails {
        let width = self.reach / PANELS as f64;
        let distance = x.abs().min(self.reach);
        let panel = ((distance / width) as usize).min(PANELS - 1);
        let outer: f64 = self.panels[panel + 1..].iter().rev().sum();
        let outside = outer + self.integral(distance, (panel + 1) as f64 * width);
        let total: f64 = self.panels.iter().rev().sum();
        let tail = Tails::from_lower(outside / total / 2.0);
        if x < 0.0 { tail } else { tail.swap() }
    }

    /// The quantile for the mean direction 0.
    fn centred_quantile(&self, u: f64) -> f64 {
        let tail = u.min(1.0 - u);
        if tail == 0.5 {
            return 0.0;
        }
        let distance = bisect(0.0, self.reach, |distance| self.centred(distance).upper > tail);
        distance.copysign(u - 0.5)
    }
}

impl Law for VonMises {
    fn tails(&self, x: f64) -> Tails {
        if x <= -PI {
            return Tails::ABOVE;
        }
        if x >= PI {
            return Tails::BELOW;
        }
        let below = self.centred(wrapped(x - self.mu)).lower - self.skipped;
        Tails::from_lower(if below < 0.0 { below + 1.0 } else { below })
    }

    fn quantile(&self, u: f64) -> f64 {
        let u = u + self.skipped;
        let u = if u >= 1.0 { u - 1.0 } else { u };
        wrapped(self.mu + self.centred_quantile(u))
    }

    fn support(&self) -> (f64, f64) {
        (-PI, PI)
    }
}

/// The same direction between -pi and pi.
fn wrapped(angle: f64) -> f64 {
    if angle.abs() <= PI { angle } else { libm::remainder(angle, TAU) }
}
