//! What is said of a call made up for it.

mod choice;
mod hazards;
mod timing;
mod voice;
mod wording;

use super::{Rubric, findings};
use crate::call::{
    Analysis, Behavior, BehaviorKind, Delivery, Engine, Facts, Fault, Finding, Source, Speaker, Turn, Voice,
    Word,
};

/// A call from rows `speaker, start, end, text`.
fn call(rows: &[(Speaker, f64, f64, &str)]) -> Analysis {
    let turn = |&(speaker, start_s, end_s, text): &(Speaker, f64, f64, &str)| {
        let all: Vec<&str> = text.split_whitespace().collect();
        let step = (end_s - start_s) / all.len().max(1) as f64;
        let words = all.iter().enumerate().map(|(i, w)| Word {
            text: (*w).to_owned(),
            start_s: start_s + step * i as f64,
            end_s: start_s + step * (i + 1) as f64,
            p: 0.9,
        });
        Turn { speaker, start_s, end_s, text: text.to_owned(), words: words.collect() }
    };
    Analysis {
        schema: crate::call::SCHEMA.into(),
        source: Source::default(),
        engine: Engine::default(),
        turns: rows.iter().map(turn).collect(),
        spans: Vec::new(),
        responses: Vec::new(),
        interruptions: Vec::new(),
        backchannels: Vec::new(),
        dead_air: Vec::new(),
        holds: Vec::new(),
        delivery: Delivery::default(),
        voice: Voice::default(),
        behaviors: Vec::new(),
        findings: Vec::new(),
        warnings: Vec::new(),
    }
}

fn heard(analysis: &mut Analysis, kind: BehaviorKind, id: &str, turn: usize, text: &str) {
    let t = &analysis.turns[turn];
    let at = t.text.find(text).expect("the text is in the turn") as f64 / t.text.len() as f64;
    let start_s = t.start_s + at * (t.end_s - t.start_s);
    let end_s = start_s + text.len() as f64 / t.text.len() as f64 * (t.end_s - t.start_s);
    let (id, text, rule) = (id.to_owned(), text.to_owned(), "test".to_owned());
    analysis.behaviors.push(Behavior { id, kind, turn, start_s, end_s, text, rule });
}

fn dana() -> Facts {
    Facts {
        scenario: "double-charge".into(),
        customer_name: Some("Dana".into()),
        fault: Fault::Ours,
        heat: 3,
        can_offer: vec![
            "refund the second charge, 5 working days".into(),
            "credit it to the account today".into(),
        ],
        expects: ["acknowledge_feelings", "apologise", "next_steps"].map(String::from).to_vec(),
        ..Facts::default()
    }
}

const OPENING: (Speaker, f64, f64, &str) = (
    Speaker::Customer,
    1.0,
    7.0,
    "You charged me twice. Twice, for the same month! Does that sound fixed to you?",
);

fn of(analysis: &Analysis, facts: &Facts) -> Vec<Finding> {
    findings(analysis, facts, &Rubric::embedded())
}
