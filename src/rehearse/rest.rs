//! A nudge to rest after several hot calls, and a cool-down after one.

/// The heat from which a call counts as hot.
pub const HOT: u8 = 4;
/// Hot calls within [`WINDOW_S`] after which a pause is suggested.
const HOT_CALLS: usize = 3;
/// Minutes of practice within [`WINDOW_S`] after which a pause is suggested.
const LONG_MIN: f64 = 45.0;
/// Two hours: what was longer ago has been slept off, or at least lunched off.
const WINDOW_S: i64 = 2 * 3600;
/// A break this long starts the count again.
const BREAK_S: i64 = 20 * 60;

/// A rehearsal as far as rest is concerned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// When it began, in seconds since 1970 (UTC).
    pub at: i64,
    /// How long it was.
    pub duration_s: f64,
    /// Of the scenario.
    pub heat: u8,
}

/// Why to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nudge {
    /// Several hot calls in a row.
    HotCalls(usize),
    /// A long session.
    LongSession(u32),
}

impl Nudge {
    /// One friendly sentence.
    pub fn text(self) -> String {
        match self {
            Self::HotCalls(n) => format!(
                "You have taken {n} hot calls without a break. Take ten minutes away from the screen; the ladder waits."
            ),
            Self::LongSession(min) => {
                format!("You have practiced for {min} minutes. What is learned settles better after a break.")
            }
        }
    }
}

/// Whether a pause is due: counts back from now to the last break of 20 minutes.
pub fn nudge(past: &[Effort], now: i64) -> Option<Nudge> {
    let mut recent: Vec<Effort> =
        past.iter().copied().filter(|e| e.at <= now && now - e.at <= WINDOW_S).collect();
    recent.sort_by_key(|e| std::cmp::Reverse(e.at));
    let mut until = now;
    let (mut hot, mut seconds) = (0, 0.0);
    for effort in recent {
        let end = effort.at + effort.duration_s as i64;
        if until - end >= BREAK_S {
            break;
        }
        hot += usize::from(effort.heat >= HOT);
        seconds += effort.duration_s;
        until = effort.at;
    }
    if hot >= HOT_CALLS {
        return Some(Nudge::HotCalls(hot));
    }
    (seconds >= LONG_MIN * 60.0).then_some(Nudge::LongSession((seconds / 60.0) as u32))
}

/// Breaths of the pacer to offer after a call of this heat; 0 after a mild one.
pub fn cool_down_breaths(heat: u8) -> u32 {
    match heat {
        0..=2 => 0,
        3 => 3,
        4 => 6,
        _ => 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(minute: i64, min: f64, heat: u8) -> Effort {
        Effort { at: minute * 60, duration_s: min * 60.0, heat }
    }

    #[test]
    fn three_hot_calls_without_a_break_are_enough() {
        let past = [call(0, 3.0, 4), call(5, 3.0, 5), call(10, 3.0, 4)];
        assert_eq!(nudge(&past, 14 * 60), Some(Nudge::HotCalls(3)));
        assert_eq!(nudge(&past[..2], 14 * 60), None);
        assert_eq!(nudge(&[call(0, 3.0, 1), call(5, 3.0, 5), call(10, 3.0, 4)], 14 * 60), None);
    }

    #[test]
    fn a_break_starts_the_count_again() {
        let past = [call(0, 3.0, 4), call(5, 3.0, 5), call(40, 3.0, 4)];
        assert_eq!(nudge(&past, 44 * 60), None);
        assert_eq!(nudge(&past[..2], 40 * 60), None);
        assert_eq!(nudge(&[], 0), None);
    }

    #[test]
    fn a_long_session_of_mild_calls_is_tiring_too() {
        let past: Vec<_> = (0..5).map(|i| call(i * 11, 10.0, 1)).collect();
        assert_eq!(nudge(&past, 55 * 60), Some(Nudge::LongSession(50)));
    }

    #[test]
    fn hotter_calls_cool_down_longer() {
        assert_eq!([1, 3, 4, 5].map(cool_down_breaths), [0, 3, 6, 9]);
    }
}
