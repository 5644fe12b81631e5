//! Durations as they are typed.

use std::time::Duration;

use anyhow::Result;

use crate::hint;

/// Reads `2h`, `90s`, `1h 30m` or `02:00:00`.
///
/// # Errors
/// If it is neither.
pub fn parse_duration(text: &str) -> Result<Duration> {
    let clock: Option<Vec<u64>> = text.split(':').map(|part| part.trim().parse().ok()).collect();
    match clock.as_deref() {
        Some(&[hours, minutes, seconds]) => {
            let whole = hours.checked_mul(3600).zip(minutes.checked_mul(60));
            let whole = whole.and_then(|(hours, minutes)| hours.checked_add(minutes)?.checked_add(seconds));
            whole.map(Duration::from_secs)
        }
        Some([0]) => Some(Duration::ZERO),
        _ => humantime::parse_duration(text).ok(),
    }
    .ok_or_else(|| hint::error(format!("`{text}` is no duration"), "such as 90s, 1m, 2h 30m or 02:30:00"))
}
