//! One row a recording: what a spreadsheet or a data frame starts from.

use super::{Look, Report, ReportError, Sound};
use crate::call::{Analysis, BehaviorKind, Metric};

/// One row, with the header before the first.
pub(super) struct Rows;

/// The columns in order; a metric has a second column with its confidence. Lists are separated by spaces: `skills` and
/// `hazards` hold an id for each occurrence, `findings` holds `kind:id`, `warnings` holds codes.
pub const COLUMNS: [&str; 48] = [
    "path",
    "sha256",
    "duration_s",
    "sample_rate_hz",
    "channels",
    "agent_turns",
    "customer_turns",
    "replies",
    "interruptions",
    "pause_interruptions",
    "backchannels",
    "dead_air",
    "dead_air_unannounced",
    "response_latency_s",
    "response_latency_confidence",
    "interruption_rate",
    "interruption_rate_confidence",
    "talk_share",
    "talk_share_confidence",
    "longest_monologue_s",
    "longest_monologue_confidence",
    "speech_rate_wpm",
    "speech_rate_confidence",
    "articulation_rate_sps",
    "articulation_rate_confidence",
    "pauses_per_min",
    "pauses_confidence",
    "filled_per_100_words",
    "filled_confidence",
    "baseline",
    "heat",
    "heat_confidence",
    "steadiness",
    "steadiness_confidence",
    "pitch_st",
    "pitch_confidence",
    "loudness_lu",
    "loudness_confidence",
    "vocal_effort_db",
    "vocal_effort_confidence",
    "rate_shift",
    "rate_shift_confidence",
    "pitch_slope_shift",
    "pitch_slope_shift_confidence",
    "skills",
    "hazards",
    "findings",
    "warnings",
];

impl Report for Rows {
    fn render(&self, analysis: &Analysis, look: &Look, _: Sound) -> Result<Vec<u8>, ReportError> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let fail = |e: csv::Error| ReportError::Csv(e.to_string());
        if look.first {
            writer.write_record(COLUMNS).map_err(fail)?;
        }
        writer.write_record(row(analysis)).map_err(fail)?;
        writer.into_inner().map_err(|e| ReportError::Csv(e.to_string()))
    }
}

/// The cells of a recording, one for each of [`COLUMNS`]; empty where nothing was measured.
pub fn row(analysis: &Analysis) -> Vec<String> {
    use crate::call::{ResponseKind::PauseInterruption, Speaker};
    let roles = analysis.source.roles;
    let heard = |speaker: Speaker| analysis.spans.iter().any(|s| s.speaker == speaker);
    // What nobody could have done was not done zero times: it was not measured.
    let both = roles.agent.is_some() && roles.customer.is_some();
    let count = |measured: bool, n: usize| if measured { n.to_string() } else { String::new() };
    let turns = |role: Option<u16>, speaker: Speaker| {
        count(role.is_some(), analysis.turns.iter().filter(|t| t.speaker == speaker).count())
    };
    let replies = both && heard(Speaker::Customer);
    let silences = both && !analysis.spans.is_empty();
    let ids = |kind: BehaviorKind| {
        let all = analysis.behaviors.iter().filter(|b| b.kind == kind).map(|b| b.id.as_str());
        all.collect::<Vec<_>>().join(" ")
    };
    let (s, d, v) = (&analysis.source, &analysis.delivery, &analysis.voice);
    let mut cells = vec![
        s.path.clone(),
        s.sha256.clone(),
        s.duration_s.to_string(),
        s.sample_rate_hz.to_string(),
        s.channels.to_string(),
        turns(roles.agent, Speaker::Agent),
        turns(roles.customer, Speaker::Customer),
        count(replies, analysis.responses.len()),
        count(replies, analysis.interruptions.len()),
        count(replies, analysis.responses.iter().filter(|r| r.kind == PauseInterruption).count()),
        count(replies, analysis.backchannels.len()),
        count(silences, analysis.dead_air.len()),
        count(silences, analysis.dead_air.iter().filter(|a| !a.announced).count()),
    ];
    for metric in [
        &d.response_latency_s,
        &d.interruption_rate,
        &d.talk_share,
        &d.longest_monologue_s,
        &d.speech_rate_wpm,
        &d.articulation_rate_sps,
        &d.pauses_per_min,
        &d.filled_per_100_words,
    ] {
        cells.extend([number(metric), confidence(metric)]);
    }
    let baseline = serde_json::to_value(v.baseline).ok();
    cells.push(baseline.and_then(|b| b.as_str().map(str::to_owned)).unwrap_or_default());
    for metric in [
        &v.heat,
        &v.steadiness,
        &v.pitch_st,
        &v.loudness_lu,
        &v.vocal_effort_db,
        &v.rate_shift,
        &v.pitch_slope_shift,
    ] {
        cells.extend([number(metric), confidence(metric)]);
    }
    cells.extend([ids(BehaviorKind::Skill), ids(BehaviorKind::Hazard)]);
    let said =
        analysis.findings.iter().map(|f| format!("{}:{}", format!("{:?}", f.kind).to_lowercase(), f.id));
    cells.push(said.collect::<Vec<_>>().join(" "));
    cells.push(analysis.warnings.iter().map(|w| w.code.as_str()).collect::<Vec<_>>().join(" "));
    cells
}

fn number(metric: &Metric) -> String {
    metric.value.map_or_else(String::new, |v| v.to_string())
}

fn confidence(metric: &Metric) -> String {
    format!("{:?}", metric.confidence).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_cell_for_every_column() {
        assert_eq!(row(&Analysis::default()).len(), COLUMNS.len());
    }

    #[test]
    fn what_cannot_be_measured_is_empty_and_what_did_not_happen_is_zero() {
        use crate::call::{Roles, Speaker, SpeakerSpan};
        let cells = |analysis: &Analysis| {
            let row = row(analysis);
            ["customer_turns", "replies", "interruptions", "backchannels", "dead_air"]
                .map(|c| row[COLUMNS.iter().position(|k| *k == c).unwrap()].clone())
        };
        let mut analysis = Analysis::default();
        let span = |speaker| SpeakerSpan { speaker, start_s: 0.0, end_s: 1.0 };
        analysis.source.roles = Roles { customer: None, agent: Some(0) };
        analysis.spans = vec![span(Speaker::Agent)];
        assert_eq!(cells(&analysis), ["", "", "", "", ""]);
        analysis.source.roles.customer = Some(1);
        assert_eq!(cells(&analysis), ["0", "", "", "", "0"]);
        analysis.spans.push(span(Speaker::Customer));
        assert_eq!(cells(&analysis), ["0", "0", "0", "0", "0"]);
    }

    #[test]
    fn a_path_with_commas_and_quotes_survives_a_csv_reader() {
        let mut analysis = Analysis::default();
        analysis.source.path = "a, \"b\"\n.wav".into();
        let bytes = Rows.render(&analysis, &Look { first: true, ..Look::default() }, &|_, _| None).unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(&record[0], analysis.source.path);
    }
}
