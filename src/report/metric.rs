//! How each number is shown to people: its name, unit, definition and source (`docs/metrics.md`).

use crate::call::Metric;

/// What the unit of heat is, in plain words.
pub const SPREADS: &str =
    "One own spread is how far your usual voice already moves from one stretch of speech to the next.";

/// How a metric is shown.
#[derive(Clone, Copy, Debug)]
pub struct MetricInfo {
    /// Key in the analysis object.
    pub id: &'static str,
    /// For people.
    pub name: &'static str,
    /// After the number.
    pub unit: &'static str,
    /// What the value is multiplied by for people (100 for shares).
    pub scale: f64,
    /// Digits after the point.
    pub decimals: usize,
    /// Whether a difference from the own baseline, shown with its sign.
    pub signed: bool,
    /// How the number is made.
    pub definition: &'static str,
    /// Where that comes from.
    pub source: &'static str,
}

/// The row of a metric.
pub fn metric_info(id: &str) -> Option<&'static MetricInfo> {
    METRICS.iter().find(|m| m.id == id)
}

impl MetricInfo {
    /// The number as people read it, without its unit; a dash where there is none.
    pub fn number(&self, value: Option<f64>) -> String {
        value.map_or_else(
            || "–".to_owned(),
            |v| {
                let shown = format!("{:.*}", self.decimals, v * self.scale);
                // Rounding must not leave "-0".
                let shown = if shown.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') {
                    shown.trim_start_matches('-').to_owned()
                } else {
                    shown
                };
                let plus =
                    self.signed && !shown.starts_with('-') && shown.chars().any(|c| ('1'..='9').contains(&c));
                if plus { format!("+{shown}") } else { shown.replace('-', "\u{2212}") }
            },
        )
    }

    /// The number of a metric; with one digit more where rounding would hide on which side of its band it lies.
    pub fn value(&self, metric: &Metric) -> String {
        let shown = self.number(metric.value);
        let hidden = metric.out_of_band() == Some(true)
            && metric.band.is_some_and(|band| band.iter().any(|b| self.number(Some(*b)) == shown));
        if hidden { Self { decimals: self.decimals + 1, ..*self }.number(metric.value) } else { shown }
    }

    /// The number with its unit.
    pub fn shown(&self, value: Option<f64>) -> String {
        match value {
            Some(_) if !self.unit.is_empty() => format!("{} {}", self.number(value), self.unit),
            _ => self.number(value),
        }
    }

    /// The band in words; empty without one.
    pub fn band(&self, metric: &Metric) -> String {
        let Some([lo, hi]) = metric.band else { return String::new() };
        if lo <= 0.0 && !self.signed {
            return format!("up to {}", self.number(Some(hi)));
        }
        if self.id == "steadiness" {
            return format!("{} and more", self.number(Some(lo)));
        }
        format!("{} to {}", self.number(Some(lo)), self.number(Some(hi)))
    }
}

const fn row(
    id: &'static str,
    name: &'static str,
    (unit, scale, decimals): (&'static str, f64, usize),
    definition: &'static str,
    source: &'static str,
) -> MetricInfo {
    MetricInfo { id, name, unit, scale, decimals, signed: false, definition, source }
}

const fn shift(
    id: &'static str,
    name: &'static str,
    (unit, scale, decimals): (&'static str, f64, usize),
    definition: &'static str,
    source: &'static str,
) -> MetricInfo {
    MetricInfo { id, name, unit, scale, decimals, signed: true, definition, source }
}

/// Every metric in the order in which people read them.
pub const METRICS: &[MetricInfo] = &[
    row(
        "response_latency_s",
        "Response latency",
        ("s", 1.0, 1),
        "From the end of the customer's speech to your first speech that is not a lone um; the median of all replies. Below zero you began before they had ended.",
        "Levinson & Torreira 2015; Templeton et al. 2023",
    ),
    row(
        "interruption_rate",
        "Turns that interrupt",
        ("%", 100.0, 0),
        "Your turns that began more than 0.5 s before the customer had finished and overlapped longer than 0.5 s, as a share of your turns. Signs of listening do not count.",
        "Medallia (definition); call-ai-metrics (0.5 s)",
    ),
    row(
        "talk_share",
        "Your share of the talking",
        ("%", 100.0, 0),
        "Your speech divided by all speech.",
        "call-ai-metrics",
    ),
    row(
        "longest_monologue_s",
        "Longest turn",
        ("s", 1.0, 0),
        "Your longest turn, with its pauses.",
        "call-ai-metrics",
    ),
    row(
        "speech_rate_wpm",
        "Pace",
        ("words/min", 1.0, 0),
        "Words a minute of turn time including pauses, over your turns of at least 8 words.",
        "Yuan, Liberman & Cieri 2006",
    ),
    row(
        "articulation_rate_sps",
        "Articulation",
        ("syllables/s", 1.0, 1),
        "Syllable nuclei a second of your speech without its pauses.",
        "de Jong & Wempe 2009",
    ),
    row(
        "pauses_per_min",
        "Pauses",
        ("a minute", 1.0, 0),
        "Silences of at least 0.25 s inside your turns, a minute of turn time.",
        "Campione & Véronis 2002",
    ),
    row(
        "filled_per_100_words",
        "Um and uh",
        ("in 100 words", 1.0, 1),
        "Filled pauses in 100 words. A lower bound: a recognizer leaves some out. Some are normal.",
        "Corley & Hartsuiker 2011",
    ),
    row(
        "steadiness",
        "Steadiness",
        ("of 100", 1.0, 0),
        "How near pitch, loudness, effort and pace of the voice stayed to your own neutral band, up (heat) or down (flat). It is a band, not a feeling.",
        "docs/metrics.md",
    ),
    shift(
        "heat",
        "Heat",
        ("own spreads", 1.0, 1),
        "Pitch, loudness, effort and pace together, in own spreads: one is how far your usual voice already moves from one stretch of speech to the next. 0 is your usual voice, above is hotter, below is flatter.",
        "docs/metrics.md",
    ),
    shift(
        "pitch_st",
        "Pitch",
        ("semitones", 1.0, 1),
        "Median pitch of your voiced speech over your own baseline.",
        "docs/metrics.md",
    ),
    shift(
        "loudness_lu",
        "Loudness",
        ("LU", 1.0, 1),
        "Loudness of your speech only (BS.1770), over your own baseline. Automatic gain in the line hides some of it.",
        "EBU R 128",
    ),
    shift(
        "vocal_effort_db",
        "Vocal effort",
        ("dB", 1.0, 1),
        "Alpha ratio, energy above against below 1 kHz, over your own baseline: pressed voices have more above.",
        "Eyben et al. 2016",
    ),
    shift(
        "rate_shift",
        "Articulation shift",
        ("%", 100.0, 0),
        "Your articulation rate against your own baseline.",
        "Jacewicz et al. 2010",
    ),
    shift(
        "pitch_slope_shift",
        "Pitch movement",
        ("%", 100.0, 0),
        "How steeply your pitch moves (mean absolute slope) against your own baseline: more in heat, less in a flat voice.",
        "'t Hart et al. 1990",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_of_an_analysis_can_be_shown() {
        for (id, _) in crate::coach::metrics(&crate::call::Analysis::default()) {
            assert!(metric_info(id).is_some(), "{id}");
        }
    }

    #[test]
    fn a_value_just_outside_its_band_does_not_look_like_its_edge() {
        let info = metric_info("response_latency_s").unwrap();
        assert_eq!(info.value(&Metric::ok(0.274).with_band(0.3, 3.0)), "0.27");
        assert_eq!(info.value(&Metric::ok(0.31).with_band(0.3, 3.0)), "0.3");
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        let of = |id: &str, v| metric_info(id).unwrap().shown(v);
        assert_eq!(of("interruption_rate", Some(0.333)), "33 %");
        assert_eq!(of("rate_shift", Some(0.08)), "+8 %");
        assert_eq!(of("pitch_st", Some(-1.25)), "\u{2212}1.2 semitones");
        assert_eq!(of("pitch_st", Some(-0.01)), "0.0 semitones");
        assert_eq!(of("steadiness", None), "–");
    }
}
