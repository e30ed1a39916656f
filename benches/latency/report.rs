//! Percentiles, and the feedback after the call.

use super::Ears;
use super::call::{Measured, Outcome};
use evenkeel::analyze::{Channel, Engine, Options, Recognizer, Watch, analyze_file};
use evenkeel::asr::detector::SileroDetector;
use evenkeel::call::{Analysis, Speaker};
use evenkeel::live::{Remembered, know_take};
use evenkeel::signal::SpeechDetector;
use std::sync::Arc;
use std::time::Instant;

fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = ((sorted.len() as f64 - 1.0) * q).round() as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

fn row(name: &str, values: &[f64]) {
    println!(
        "    {name:34} {:3} of them: median {:.2}, p95 {:.2}, largest {:.2} s",
        values.len(),
        quantile(values, 0.5),
        quantile(values, 0.95),
        quantile(values, 1.0)
    );
}

pub fn report(name: &str, all: &[Measured], feedbacks: &[f64]) {
    let of = |f: &dyn Fn(&Measured) -> Option<f64>| all.iter().filter_map(f).collect::<Vec<f64>>();
    let count = |f: &dyn Fn(&Measured) -> bool| all.iter().filter(|m| f(m)).count();
    println!(
        "{name}: {} replies, {} judged whole, {} lines as with all words, {} cut off, {} next lines within 1.5 s",
        all.len(),
        count(&|m| m.whole),
        count(&|m| m.right_row),
        count(&|m| m.cut_off),
        count(&|m| m.next_s <= 1.5),
    );
    row("a decode", &of(&|m| m.decode_s));
    row("last sound to words", &of(&|m| m.words_s));
    row("last sound to judged over", &of(&|m| Some(m.judged_s)));
    row("last sound to line asked for", &of(&|m| Some(m.asked_s)));
    row("last sound to next line", &of(&|m| Some(m.next_s)));
    row("the same by the card's recording", &of(&|m| m.truly_s));
    row("judged over to next line", &of(&|m| Some(m.next_s - m.judged_s)));
    row("feedback after the call", feedbacks);
    for m in all {
        println!(
            "        words {:>5} (decode {:>5}) judged {:.2} asked {:.2} next {:.2} {:?}{}{}{}",
            m.words_s.map_or("-".to_owned(), |w| format!("{w:.2}")),
            m.decode_s.map_or("-".to_owned(), |w| format!("{w:.2}")),
            m.judged_s,
            m.asked_s,
            m.next_s,
            m.by,
            if m.whole { "" } else { ", not whole" },
            if m.right_row { "" } else { ", other line" },
            if m.cut_off { ", cut off" } else { "" },
        );
    }
}

fn plain(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|w| w.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase())
        .filter(|w| !w.is_empty())
        .collect()
}

/// Word errors and words of the truth.
fn errors(heard: &str, truth: &str) -> (usize, usize) {
    let (a, b) = (plain(heard), plain(truth));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut last = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let here = (last + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            last = std::mem::replace(&mut row[j + 1], here);
        }
    }
    (row[b.len()], b.len())
}

fn agent_text(analysis: &Analysis) -> String {
    let of = analysis.turns.iter().filter(|t| t.speaker == Speaker::Agent);
    of.map(|t| t.text.clone()).collect::<Vec<_>>().join(" ")
}

/// How long the feedback takes with what was heard live, with `anew` also without; the words of both.
pub fn feedback(outcome: &Outcome, ears: &Ears, truth: &str, anew: bool) -> f64 {
    let ended = &outcome.ended;
    let mut options = Options {
        customer: Some(Channel::Number(0)),
        agent: Some(Channel::Number(1)),
        facts: outcome.facts.clone(),
        ..Options::default()
    };
    know_take(&mut options, &ended.log);
    let full: Arc<dyn Recognizer> = ears.transcriber.clone();
    let remembered = Remembered::new(full.clone(), &ended.log, ended.heard.clone());
    let ways = [("remembered", Arc::new(remembered) as Arc<dyn Recognizer>), ("anew", full)];
    let mut took = Vec::new();
    if anew {
        for (speech, words) in &ended.heard {
            let text: Vec<&str> = words.words.iter().map(|w| w.0.as_str()).collect();
            println!(
                "    heard live {:.1?}: {}",
                speech.extent().map(|e| [e.start_s(), e.end_s()]),
                text.join(" ")
            );
        }
    }
    for (name, recognizer) in ways.into_iter().take(if anew { 2 } else { 1 }) {
        let mut engine = Engine {
            detectors: [0, 1].map(|_| {
                Box::new(SileroDetector::open(&ears.detector).expect("detector"))
                    as Box<dyn SpeechDetector + Send>
            }),
            detector_name: "silero".to_owned(),
            recognizer: Some(recognizer),
            rules: ears.rules.clone(),
            rubric: ears.rubric.clone(),
        };
        let begun = Instant::now();
        let analyzed =
            analyze_file(&ended.path, &options, &mut engine, &Watch::unattended()).expect("analyzes");
        took.push(begun.elapsed().as_secs_f64());
        let text = agent_text(&analyzed.analysis);
        let (wrong, words) = errors(&text, truth);
        if anew {
            println!("    {text}");
        }
        println!(
            "    feedback {name:10} {:.2} s for a take of {:.0} s; {wrong} of {words} words wrong",
            took[took.len() - 1],
            ended.duration_s
        );
    }
    took[0]
}
