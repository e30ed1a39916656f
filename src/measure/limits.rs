//! The thresholds of turn taking and pace: data of the rubric, never numbers in the code.

use serde::Deserialize;

/// What separates one kind of moment from another. All lengths in seconds; sources in `docs/metrics.md`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Shorter silences do not end an inter-pausal unit.
    pub ipu_gap_s: f64,
    /// Longest silence after which the same person still goes on with the same turn although the other began.
    pub turn_pause_s: f64,
    /// Speaking alone for so long has taken the floor, even inside such a silence.
    pub floor_alone_s: f64,
    /// The same for somebody who had finished before the first went on.
    pub finish_alone_s: f64,
    /// Units of one person closer than this are one attempt to speak.
    pub run_gap_s: f64,
    /// A recording of one voice is cut into turns at silences of this length.
    pub mono_turn_gap_s: f64,
    /// An onset this close to the completion point is a terminal overlap.
    pub terminal_overlap_s: f64,
    /// An earlier onset that overlaps no longer than this is brief.
    pub brief_overlap_s: f64,
    /// An interruption that overlaps longer than this counts double.
    pub long_overlap_s: f64,
    /// Longest backchannel.
    pub backchannel_s: f64,
    /// Most words in a backchannel.
    pub backchannel_words: usize,
    /// Below this mean probability a unit's words are not believed.
    pub word_p_min: f64,
    /// Stopping this soon after the customer barged in is yielding.
    pub yield_s: f64,
    /// A silent pause from here on is long.
    pub long_pause_s: f64,
    /// Nobody speaks for so long: dead air.
    pub dead_air_s: f64,
    /// Major dead air.
    pub dead_air_major_s: f64,
    /// How long an announced hold may last.
    pub hold_max_s: f64,
    /// How long before the silence the announcement may have ended.
    pub hold_before_s: f64,
    /// Fewest words of a turn that counts for the speech rate.
    pub rate_min_words: usize,
    /// Fewest seconds of such turns for a trusted speech rate.
    pub rate_min_speech_s: f64,
    /// Fewest words for a trusted share of filled pauses.
    pub filler_min_words: usize,
    /// What a backchannel may consist of: lower case, words and phrases.
    pub backchannels: Vec<String>,
    /// Filled pauses as a recognizer writes them.
    pub fillers: Vec<String>,
}

impl Limits {
    /// Every length by its key, for checks.
    pub fn lengths(&self) -> [(&'static str, f64); 16] {
        [
            ("ipu_gap_s", self.ipu_gap_s),
            ("turn_pause_s", self.turn_pause_s),
            ("floor_alone_s", self.floor_alone_s),
            ("finish_alone_s", self.finish_alone_s),
            ("run_gap_s", self.run_gap_s),
            ("mono_turn_gap_s", self.mono_turn_gap_s),
            ("terminal_overlap_s", self.terminal_overlap_s),
            ("brief_overlap_s", self.brief_overlap_s),
            ("long_overlap_s", self.long_overlap_s),
            ("backchannel_s", self.backchannel_s),
            ("yield_s", self.yield_s),
            ("long_pause_s", self.long_pause_s),
            ("dead_air_s", self.dead_air_s),
            ("dead_air_major_s", self.dead_air_major_s),
            ("hold_max_s", self.hold_max_s),
            ("rate_min_speech_s", self.rate_min_speech_s),
        ]
    }
}

/// The bands inside which nothing needs to be said, by metric name; `[lo, hi]` in the metric's own unit.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Bands(pub std::collections::BTreeMap<String, [f64; 2]>);

impl Bands {
    /// The band of a metric, if the rubric has one.
    pub fn of(&self, metric: &str) -> Option<[f64; 2]> {
        self.0.get(metric).copied()
    }

    /// Attaches the metric's band to a number.
    #[must_use]
    pub fn attach(&self, metric: &str, number: crate::call::Metric) -> crate::call::Metric {
        match self.of(metric) {
            Some([lo, hi]) => number.with_band(lo, hi),
            None => number,
        }
    }
}
