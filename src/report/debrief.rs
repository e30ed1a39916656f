//! The one-page debrief: what two people need on the table to talk a call over; as a page that prints to one sheet, and as
//! text.

mod page;
mod text;

pub use page::debrief_page;
pub use text::debrief_text;

use crate::call::{Analysis, Confidence, Finding, Metric, Speaker};
use serde::{Deserialize, Serialize};

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Debrief {
    /// Title of the call.
    pub title: String,
    /// When, as the caller writes dates.
    pub when: String,
    /// Its length.
    pub duration_s: f64,
    /// What the agent thought before seeing any number: prompt and answer.
    pub reflection: Vec<(String, String)>,
    /// 1 to 5, given before the numbers were shown.
    pub self_rating: Option<u8>,
    /// The two or three findings.
    pub findings: Vec<Finding>,
    /// A handful of measures, only those that can be trusted.
    pub measures: Vec<DebriefMeasure>,
    /// The moments to listen to together.
    pub clips: Vec<DebriefClip>,
    /// The trainer's notes.
    pub notes: Vec<DebriefNote>,
    /// The lines of the trainer's scorecard that were judged.
    pub scorecard: Vec<ScoreLine>,
    /// The agent's note on the call.
    pub call_note: String,
}

/// One measure in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DebriefMeasure {
    /// Id.
    pub id: String,
    /// Value.
    pub value: f64,
    /// The quiet band.
    pub band: Option<[f64; 2]>,
}

/// A moment to listen to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DebriefClip {
    /// The moment that it is about.
    #[serde(default)]
    pub at_s: f64,
    /// Start.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
    /// What the customer had said.
    pub customer: String,
    /// What the agent said.
    pub agent: String,
    /// Why this moment.
    pub title: String,
}

/// A time-stamped note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DebriefNote {
    /// Moment.
    pub at_s: f64,
    /// Text.
    pub text: String,
}

/// A line of the scorecard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreLine {
    /// What is judged.
    pub criterion: String,
    /// 1 to 5.
    pub points: Option<u8>,
    /// In words.
    pub remark: String,
}

/// Seconds of sound before and after a finding's moment, so that it can be understood.
const CLIP_MARGIN_S: f64 = 1.5;
/// Characters of a quotation, a note or an answer on the page.
const QUOTE: usize = 120;

/// A text that was cut at a word, where it was too long for the page.
fn cut(text: &str) -> String {
    if text.chars().count() <= QUOTE {
        return text.to_owned();
    }
    let head: String = text.chars().take(QUOTE).collect();
    let head = head.rsplit_once(' ').map_or(head.as_str(), |(whole, _)| whole);
    format!("{} …", head.trim_end_matches(['.', ',', ';']))
}

impl Debrief {
    /// The page of an analyzed call; [`without_voice`](super::without_voice) first, unless the person ticked the voice.
    pub fn of(analysis: &Analysis, title: &str, when: &str) -> Self {
        let d = &analysis.delivery;
        let measures: [(&str, &Metric); 5] = [
            ("response_latency_s", &d.response_latency_s),
            ("interruption_rate", &d.interruption_rate),
            ("speech_rate_wpm", &d.speech_rate_wpm),
            ("talk_share", &d.talk_share),
            ("steadiness", &analysis.voice.steadiness),
        ];
        let trusted = |(id, m): (&str, &Metric)| {
            let value = m.value.filter(|_| m.confidence == Confidence::Ok)?;
            Some(DebriefMeasure { id: id.to_owned(), value, band: m.band })
        };
        Self {
            title: title.to_owned(),
            when: when.to_owned(),
            duration_s: analysis.source.duration_s,
            clips: analysis.findings.iter().map(|f| clip(analysis, f)).collect(),
            findings: analysis.findings.clone(),
            measures: measures.into_iter().filter_map(trusted).collect(),
            ..Self::default()
        }
    }
}

fn clip(analysis: &Analysis, finding: &Finding) -> DebriefClip {
    let before = |speaker: Speaker, until: f64| {
        let mut turns = analysis.turns.iter().filter(|t| t.speaker == speaker && t.start_s < until);
        turns.next_back().map(|t| t.text.clone()).unwrap_or_default()
    };
    let at_s = finding.moment_s(analysis);
    DebriefClip {
        at_s,
        start_s: (finding.start_s - CLIP_MARGIN_S).max(0.0),
        end_s: (finding.end_s + CLIP_MARGIN_S).min(analysis.source.duration_s.max(finding.end_s)),
        customer: before(Speaker::Customer, at_s + 0.001),
        agent: before(Speaker::Agent, finding.end_s.max(finding.start_s + 0.001)),
        title: finding.title.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Delivery, Engine, FindingKind, SCHEMA, Source, Turn, Voice};

    fn analysis() -> Analysis {
        let turn = |speaker, start_s: f64, text: &str| Turn {
            speaker,
            start_s,
            end_s: start_s + 2.0,
            text: text.into(),
            words: vec![],
        };
        let finding = |id: &str| Finding {
            id: id.into(),
            kind: FindingKind::Change,
            title: id.into(),
            because: String::new(),
            say_instead: String::new(),
            start_s: 5.5,
            end_s: 6.0,
            sources: vec![],
        };
        Analysis {
            schema: SCHEMA.into(),
            source: Source { duration_s: 7.0, ..Source::default() },
            engine: Engine::default(),
            turns: vec![
                turn(Speaker::Customer, 0.0, "early"),
                turn(Speaker::Customer, 3.0, "angry"),
                turn(Speaker::Agent, 5.0, "calm down"),
            ],
            spans: vec![],
            responses: vec![],
            interruptions: vec![],
            backchannels: vec![],
            dead_air: vec![],
            holds: vec![],
            delivery: Delivery {
                talk_share: Metric::ok(0.5),
                response_latency_s: Metric::low(0.8, "short"),
                ..Delivery::default()
            },
            voice: Voice { steadiness: Metric::ok(80.0), ..Voice::default() },
            behaviors: vec![],
            findings: vec![finding("dismiss"), finding("stay_calm")],
            warnings: vec![],
        }
    }

    #[test]
    fn the_voice_is_on_the_page_only_when_it_was_ticked() {
        let ids = |d: &Debrief| d.measures.iter().map(|m| m.id.clone()).collect::<Vec<_>>();
        let without = Debrief::of(&super::super::without_voice(&analysis()), "t", "w");
        assert_eq!(ids(&without), ["talk_share"], "and what is doubtful is not");
        assert_eq!(without.findings.len(), 1);
        let with = Debrief::of(&analysis(), "t", "w");
        assert_eq!((ids(&with).len(), with.findings.len()), (2, 2));
    }

    #[test]
    fn a_clip_holds_both_sides_and_stays_inside_the_recording() {
        let clip = &Debrief::of(&analysis(), "t", "w").clips[0];
        assert_eq!((clip.customer.as_str(), clip.agent.as_str()), ("angry", "calm down"));
        assert_eq!((clip.start_s, clip.end_s), (4.0, 7.0));
    }

    #[test]
    fn a_clip_of_an_interruption_quotes_the_words_that_were_cut_into() {
        let mut analysis = analysis();
        analysis.interruptions = vec![crate::call::Interruption { start_s: 3.4, overlap_s: 1.0 }];
        analysis.findings[0].id = "interruption".into();
        (analysis.findings[0].start_s, analysis.findings[0].end_s) = (1.4, 5.4);
        let clip = &Debrief::of(&analysis, "t", "w").clips[0];
        assert_eq!((clip.customer.as_str(), clip.agent.as_str()), ("angry", "calm down"));
        assert!((clip.at_s - 3.4).abs() < 1e-9);
    }

    #[test]
    fn the_page_stands_alone_and_holds_what_people_wrote() {
        let page = Debrief {
            notes: vec![DebriefNote { at_s: 65.0, text: "good <b>pause".into() }],
            scorecard: vec![ScoreLine {
                criterion: "Listens".into(),
                points: Some(4),
                remark: "to the end".into(),
            }],
            self_rating: Some(3),
            ..Debrief::of(&analysis(), "Power cut", "2026-11-21")
        };
        let html = String::from_utf8(debrief_page(&page, &analysis(), &|_, _| Some(vec![0; 8]))).unwrap();
        for wanted in [
            "Power cut",
            "good &lt;b&gt;pause",
            "Listens",
            "to the end",
            "1:05",
            "Agreed for next time",
            "calm down",
        ] {
            assert!(html.contains(wanted), "{wanted}");
        }
        for bad in ["http:", "https:", "src=", "href="] {
            assert!(!html.contains(bad), "{bad}");
        }
        let text = debrief_text(&page);
        assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
        for wanted in ["Power cut", "good <b>pause", "Listens", "1:05", "calm down"] {
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
    }
}
