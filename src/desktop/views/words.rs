//! Times, sizes and levels as people read them.

/// `3:07`.
pub fn clock(seconds: f64) -> String {
    let s = seconds.max(0.0) as u64;
    if s >= 3600 {
        format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    } else {
        format!("{}:{:02}", s / 60, s % 60)
    }
}

/// The day (UTC) of a moment in seconds since 1970, as `2026-11-21`; empty for 0. Civil-from-days after Howard Hinnant.
pub fn date(at: i64) -> String {
    if at == 0 {
        return String::new();
    }
    let z = at.div_euclid(86_400) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

/// How long ago, in the coarsest unit that says enough.
pub fn ago(at: i64, now: i64) -> String {
    let s = (now - at).max(0);
    match s {
        0..=89 => "just now".to_owned(),
        90..=5399 => format!("{} minutes ago", (s + 30) / 60),
        5400..=86_399 => format!("{} hours ago", (s + 1800) / 3600),
        86_400..=172_799 => "yesterday".to_owned(),
        172_800..=2_591_999 => format!("{} days ago", s / 86_400),
        _ => date(at),
    }
}

/// With a capital letter, as at the beginning of a sentence.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Bytes in MB.
pub fn megabytes(bytes: u64) -> String {
    let mb = bytes as f64 / 1e6;
    if mb < 10.0 { format!("{mb:.1} MB") } else { format!("{mb:.0} MB") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_795_219_200), "2026-11-21");
        assert_eq!(date(1), "1970-01-01");
        assert_eq!(date(0), "");
    }

    #[test]
    fn what_was_recent_is_said_as_an_age() {
        let now = 1_795_219_200;
        assert_eq!(ago(now - 30, now), "just now");
        assert_eq!(ago(now - 600, now), "10 minutes ago");
        assert_eq!(ago(now - 7200, now), "2 hours ago");
        assert_eq!(ago(now - 90_000, now), "yesterday");
        assert_eq!(ago(now - 40 * 86_400, now), "2026-10-12");
        assert_eq!(clock(187.9), "3:07");
        assert_eq!(clock(3_661.0), "1:01:01");
    }
}
