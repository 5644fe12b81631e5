//! Shares of grid and random points, mixed into a search that learns.

use anyhow::{Result, bail};

use crate::hint;
use crate::search::StrategyKind;

/// A strategy with shares of grid and random points, as one that mixes them in: its kind, and the two probabilities.
///
/// # Errors
/// If another strategy is mixed in, or the shares do not add up.
pub(super) fn mixed_in(shares: &[(StrategyKind, f64)]) -> Result<Option<(StrategyKind, f64, f64)>> {
    let mut learning = shares.iter().map(|(kind, _)| *kind).filter(|kind| kind.learns());
    let Some(kind) = learning.next() else { return Ok(None) };
    if let Some(other) = learning.next() {
        return Err(hint::error(
            format!("{kind} and {other} both learn, and a mixture takes one of them"),
            "strategy = \"auto\" picks between them",
        ));
    }
    let share = |wanted| shares.iter().filter(|(kind, _)| *kind == wanted).map(|(_, share)| share).sum::<f64>();
    let (grid, random) = (share(StrategyKind::Grid), share(StrategyKind::Random));
    if let Some((other, _)) =
        shares.iter().find(|(other, _)| ![kind, StrategyKind::Grid, StrategyKind::Random].contains(other))
    {
        return Err(hint::error(format!("{other} cannot be mixed into {kind}"), "it takes grid and random"));
    }
    let sum: f64 = shares.iter().map(|(_, share)| share).sum();
    if (sum - 1.0).abs() > 1e-6 || shares.iter().any(|(_, share)| !(0.0..=1.0).contains(share)) {
        bail!("the probabilities of the mixture add up to {sum}, not to 1");
    }
    let conditional = if grid < 1.0 { random / (1.0 - grid) } else { 0.0 };
    Ok(Some((kind, grid, conditional)))
}
