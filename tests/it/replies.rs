//! The labelled replies: well formed, enough of every label, and wording that the two passes do not share.
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use evenkeel::call::behavior_info;
use serde::Deserialize;

/// What the guide of `tests/data/replies` labels; sarcasm is labelled and never scored.
const GUIDE: [&str; 36] = [
    "acknowledge_feelings",
    "apologise",
    "take_ownership",
    "paraphrase",
    "clarifying_question",
    "next_steps",
    "offer_options",
    "give_timeline",
    "escalate",
    "escalate_with_reason",
    "set_boundary",
    "follow_up",
    "confirm_resolution",
    "leave_door_open",
    "use_name",
    "thank",
    "announce_hold",
    "can_do",
    "no_needless_blame_taking",
    "plain_words",
    "positive_wording",
    "prevent_recurrence",
    "work_together",
    "dont_take_personally",
    "verbal_nods",
    "blame_customer",
    "deflect",
    "dismiss",
    "argue",
    "overpromise",
    "policy_wall",
    "empathy_but",
    "command",
    "jargon",
    "filler",
    "sarcasm",
];

/// Words in a row that a reply of one pass may not share with one of the other.
const SHARED_WORDS: usize = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    id: String,
    sector: String,
    customer_name: Option<String>,
    customer_line: String,
    reply: String,
    labels: BTreeSet<String>,
    skip: BTreeSet<String>,
    soft: BTreeSet<String>,
    #[serde(default)]
    near: BTreeSet<String>,
}

fn replies(file: &str) -> Vec<Reply> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/replies").join(file);
    let Ok(text) = std::fs::read_to_string(&path) else { return Vec::new() };
    text.lines()
        .enumerate()
        .map(|(n, line)| serde_json::from_str(line).unwrap_or_else(|e| panic!("{file}:{}: {e}", n + 1)))
        .collect()
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_line_is_whole_and_names_only_labels_of_the_guide() {
    for label in GUIDE.iter().filter(|l| **l != "sarcasm") {
        assert!(behavior_info(label).is_some(), "{label} is not in the catalogue");
    }
    let train = replies("train.jsonl");
    assert!(train.len() >= 400, "train.jsonl holds {} replies", train.len());
    let mut ids = BTreeSet::new();
    for r in train.iter().chain(&replies("test.jsonl")) {
        assert!(ids.insert(r.id.clone()), "{} occurs twice", r.id);
        let named = r.customer_name.as_deref().is_none_or(|n| !n.trim().is_empty());
        assert!(named && !r.sector.is_empty() && !r.customer_line.is_empty(), "{} has an empty field", r.id);
        assert!(!words(&r.reply).is_empty(), "{} says nothing", r.id);
        for label in r.labels.iter().chain(&r.skip).chain(&r.soft).chain(&r.near) {
            assert!(GUIDE.contains(&label.as_str()), "{} has the unknown label {label}", r.id);
        }
        for label in r.skip.iter().chain(&r.near) {
            assert!(!r.labels.contains(label), "{} both has and has not {label}", r.id);
        }
        let reason = r.labels.contains("escalate_with_reason");
        let handed = r.labels.contains("escalate") || r.skip.contains("escalate");
        assert!(!reason || handed, "{} gives a reason for a handover that it does not have", r.id);
    }
}

#[test]
fn every_label_has_enough_replies_and_enough_near_misses() {
    let (train, test) = (replies("train.jsonl"), replies("test.jsonl"));
    assert!(train.len() + test.len() >= 600, "{} replies", train.len() + test.len());
    let mut found: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for r in train.iter().chain(&test) {
        for label in &r.labels {
            found.entry(label.as_str()).or_default().0 += 1;
        }
        for label in &r.near {
            found.entry(label.as_str()).or_default().1 += 1;
        }
    }
    let thin: Vec<String> = GUIDE
        .iter()
        .map(|l| (l, found.get(l).copied().unwrap_or_default()))
        .filter(|(l, (has, near))| **l != "sarcasm" && (*has < 30 || *near < 20))
        .map(|(l, (has, near))| format!("{l}: {has} replies, {near} near misses"))
        .collect();
    assert!(thin.is_empty(), "{}", thin.join("\n"));
}

#[test]
fn no_reply_is_written_twice_and_the_passes_share_no_wording() {
    let (train, test) = (replies("train.jsonl"), replies("test.jsonl"));
    let mut seen: HashMap<Vec<String>, &str> = HashMap::new();
    for r in train.iter().chain(&test) {
        let said = words(&r.reply);
        if let Some(other) = seen.insert(said, &r.id) {
            // Two people may both say no more than "mm-hm".
            assert!(words(&r.reply).len() < 3, "{} repeats {other}", r.id);
        }
    }
    let mut runs: HashMap<Vec<String>, &str> = HashMap::new();
    for r in &train {
        for run in words(&r.reply).windows(SHARED_WORDS) {
            runs.insert(run.to_vec(), &r.id);
        }
    }
    for r in &test {
        for run in words(&r.reply).windows(SHARED_WORDS) {
            assert!(!runs.contains_key(run), "{} shares \"{}\" with {}", r.id, run.join(" "), runs[run]);
        }
    }
}
