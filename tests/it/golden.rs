//! The sample calls against their truth files, which their author wrote before this program existed.

use crate::edits::edits;
use crate::program::{call, run, said, text};
use serde_json::Value;

/// What the project aims at for the 95th percentile on a telephone line (docs/quality.md); the truth files know their edges to 14 ms.
const EDGE_S: f64 = 0.08;

struct Call {
    truth: Value,
    heard: Value,
}

fn analyzed(name: &str) -> Call {
    let truth = std::fs::read_to_string(call(&format!("{name}.truth.json"))).expect("truth file");
    let truth: Value = serde_json::from_str(&truth).expect("truth is JSON");
    let wav = format!("samples/calls/{name}.wav");
    let scenario = truth["scenario"].as_str().expect("scenario");
    let output = run(&["analyze", &wav, "--scenario", scenario, "--format", "json"]);
    assert!(output.status.success(), "{}", said(&output));
    Call { truth, heard: serde_json::from_str(&text(&output)).expect("JSON") }
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("{key} in {value}"))
}

fn rows<'a>(value: &'a Value, key: &str) -> Vec<&'a Value> {
    value[key].as_array().map(|a| a.iter().collect()).unwrap_or_default()
}

impl Call {
    fn utterances(&self, onset: &str) -> Vec<&Value> {
        rows(&self.truth, "utterances").into_iter().filter(|u| u["onset"] == onset).collect()
    }

    /// Every agent utterance of a kind has a response of that kind that begins when it does, and there are no others.
    fn check_kind(&self, onset: &str) {
        let kinds: &[&str] = if onset == "interruption" {
            &["interruption", "pause_interruption"]
        } else {
            std::slice::from_ref(&onset)
        };
        let mut found: Vec<&Value> = rows(&self.heard, "responses");
        found.retain(|r| kinds.contains(&r["kind"].as_str().unwrap_or_default()));
        let wanted = self.utterances(onset);
        for u in &wanted {
            let start = number(u, "start_s");
            let near = found.iter().find(|r| (number(r, "agent_start_s") - start).abs() <= EDGE_S);
            let Some(near) = near else { panic!("no {onset} at {start} in {found:#?}") };
            if onset == "reply" {
                let off = number(near, "latency_s") - number(u, "response_latency_s");
                assert!(off.abs() <= EDGE_S, "latency at {start} is off by {off:.3} s");
            }
        }
        assert_eq!(found.len(), wanted.len(), "{onset}: {found:#?}");
    }

    fn ids(&self, kind: &str) -> Vec<&str> {
        rows(&self.heard, "behaviors")
            .into_iter()
            .filter(|b| b["kind"] == kind)
            .filter_map(|b| b["id"].as_str())
            .collect()
    }

    /// Behaviors that the author put in, with those that an author may argue about left out of the count.
    fn written(&self, key: &str) -> Vec<String> {
        let mut all: Vec<String> = rows(&self.truth, "utterances")
            .iter()
            .flat_map(|u| {
                rows(u, key).into_iter().filter_map(|i| i.as_str().map(str::to_owned)).collect::<Vec<_>>()
            })
            // Nods are checked as backchannels; a recognizer leaves most fillers out (docs/metrics.md calls it a lower bound).
            .filter(|id| id != "verbal_nods" && id != "filler")
            .collect();
        all.sort();
        all.dedup();
        all
    }

    fn check_timing(&self) {
        for onset in ["reply", "interruption", "terminal_overlap"] {
            self.check_kind(onset);
        }
        let nods = self.utterances("backchannel");
        let heard = rows(&self.heard, "backchannels");
        assert_eq!(heard.len(), nods.len(), "{heard:#?}");
        for nod in nods {
            let start = number(nod, "start_s");
            assert!(
                heard.iter().any(|b| (number(b, "start_s") - start).abs() < 0.15),
                "no backchannel at {start}: {heard:#?}"
            );
        }
        let silences = rows(&self.truth, "unannounced_dead_air");
        let heard: Vec<&Value> =
            rows(&self.heard, "dead_air").into_iter().filter(|d| d["announced"] == false).collect();
        assert_eq!(heard.len(), silences.len(), "{heard:#?}");
        for (silence, found) in silences.iter().zip(heard) {
            assert!((silence[0].as_f64().unwrap() - number(found, "start_s")).abs() <= EDGE_S * 2.0);
            assert!((silence[1].as_f64().unwrap() - number(found, "end_s")).abs() <= EDGE_S * 2.0);
        }
    }

    /// At least this share of what the author put in is heard.
    fn check_heard(&self, key: &str, kind: &str, share: f64) {
        let heard = self.ids(kind);
        let written = self.written(key);
        let missed: Vec<&String> = written.iter().filter(|id| !heard.contains(&id.as_str())).collect();
        let found = written.len() - missed.len();
        assert!(found as f64 >= share * written.len() as f64, "missed {missed:?}; heard {heard:?}");
    }
}

#[test]
fn a_call_that_went_badly_is_heard_as_it_was_made() {
    for name in ["poor-lost-form", "poor-broken-update"] {
        let call = analyzed(name);
        call.check_timing();
        // Half: of the policy, the blame and the quarrel of poor-lost-form the rules hear too little yet (docs/quality.md).
        call.check_heard("hazards", "hazard", 0.5);
        let findings = rows(&call.heard, "findings");
        assert!((2..=3).contains(&findings.len()), "{findings:#?}");
        let change = findings.iter().find(|f| f["kind"] == "change").expect("something to change");
        assert!(!change["say_instead"].as_str().unwrap_or_default().is_empty(), "{change}");
    }
}

#[test]
fn a_call_that_went_well_is_praised_and_not_accused() {
    for name in ["good-double-charge", "good-cancelled-operation"] {
        let call = analyzed(name);
        call.check_timing();
        call.check_heard("ids", "skill", 0.6);
        let hazards = call.ids("hazard");
        assert!(hazards.len() <= 1, "{hazards:?}");
        assert!(rows(&call.heard, "findings").iter().any(|f| f["kind"] == "keep"));
    }
}

#[test]
fn dead_air_a_barge_in_and_an_overlap_are_told_apart() {
    for name in ["deadair-lost-bag", "mixed-power-cut"] {
        let call = analyzed(name);
        call.check_timing();
        call.check_heard("ids", "skill", 0.5);
    }
}

/// Letters and digits of each word, in lower case.
fn spoken(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| c.is_whitespace() || c == '-')
        .map(|w| w.chars().filter(|c| c.is_alphanumeric()).collect::<String>())
        .filter(|w| !w.is_empty())
        .collect()
}

#[test]
fn words_are_right_and_stand_in_the_utterance_that_they_were_said_in() {
    // Numbers in digits ("30 hours") and fillers that are left out count as errors here: measured 6 %, and 1 % more by utterance.
    const WORDS: f64 = 0.10;
    const BY_UTTERANCE: f64 = 0.12;
    for name in ["good-double-charge", "mixed-power-cut", "poor-broken-update"] {
        let call = analyzed(name);
        let utterances = rows(&call.truth, "utterances");
        let turns = rows(&call.heard, "turns");
        let (mut said, mut wrong, mut misplaced) = (0, 0, 0);
        for speaker in ["agent", "customer"] {
            let mut heard: Vec<&Value> =
                turns.iter().filter(|t| t["speaker"] == speaker).flat_map(|t| rows(t, "words")).collect();
            heard.sort_by(|a, b| number(a, "start_s").total_cmp(&number(b, "start_s")));
            let all = |words: &[&Value]| -> Vec<String> {
                words.iter().flat_map(|w| spoken(w["text"].as_str().unwrap_or_default())).collect()
            };
            let mine: Vec<&&Value> = utterances.iter().filter(|u| u["channel"] == speaker).collect();
            let truth: Vec<String> =
                mine.iter().flat_map(|u| spoken(u["text"].as_str().unwrap_or_default())).collect();
            said += truth.len();
            wrong += edits(&truth, &all(&heard));
            for u in mine {
                let span = number(u, "start_s") - 0.15..number(u, "end_s") + 0.15;
                let inside: Vec<&Value> = heard
                    .iter()
                    .copied()
                    .filter(|w| span.contains(&((number(w, "start_s") + number(w, "end_s")) / 2.0)))
                    .collect();
                misplaced += edits(&spoken(u["text"].as_str().unwrap_or_default()), &all(&inside));
            }
            let spans: Vec<&Value> =
                rows(&call.heard, "spans").into_iter().filter(|s| s["speaker"] == speaker).collect();
            for word in heard {
                let (start, end) = (number(word, "start_s"), number(word, "end_s"));
                assert!(start < end, "{word}");
                assert!(
                    spans.iter().any(|s| number(s, "start_s") <= start && end <= number(s, "end_s")),
                    "{name}: outside detected speech: {word}"
                );
            }
        }
        let share = |errors: usize| errors as f64 / said as f64;
        assert!(share(wrong) <= WORDS, "{name}: {wrong} of {said} words");
        assert!(share(misplaced) <= BY_UTTERANCE, "{name}: {misplaced} of {said} words by utterance");
    }
}

#[test]
fn a_practice_take_of_one_voice_says_what_cannot_be_measured() {
    let call = analyzed("take-calm-double-charge");
    assert_eq!(call.heard["source"]["roles"], serde_json::json!({"agent": 0}));
    assert_eq!(call.heard["delivery"]["response_latency_s"]["confidence"], "absent");
    call.check_heard("ids", "skill", 0.6);
    assert!(call.ids("hazard").is_empty(), "{:?}", call.ids("hazard"));
}

#[test]
fn the_tense_take_of_a_pair_is_hotter_than_the_calm_one() {
    let calm = "samples/calls/take-calm-double-charge.wav";
    let heat = |file: &str| -> f64 {
        let output = run(&["analyze", file, "--baseline", calm, "--no-words", "--format", "jsonl"]);
        let line: Value = serde_json::from_str(text(&output).trim()).expect("one JSON line");
        assert_eq!(line["voice"]["baseline"], "given");
        line["voice"]["heat"]["value"].as_f64().expect("heat")
    };
    assert!(heat("samples/calls/take-tense-double-charge.wav") > heat(calm) + 0.5);
}
