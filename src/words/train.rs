//! Training of the small model on labelled replies (JSON lines of `tests/data/replies`), deterministic: equal input
//! gives equal bytes. Logistic regression with `AdaGrad` steps; what a weight may learn is held back by its square.

use super::error::WordsError;
use super::model::{Features, Label, Model, PRIOR, STEP};
use super::rules::{ReplyContext, Rules};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// A labelled reply.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Labelled {
    /// Of the set.
    pub id: String,
    /// How the customer is called.
    #[serde(default)]
    pub customer_name: Option<String>,
    /// What the customer said before.
    #[serde(default)]
    pub customer_line: Option<String>,
    /// What the agent said.
    pub reply: String,
    /// What a fair trainer ticks.
    pub labels: Vec<String>,
    /// Labels that are not scored here.
    #[serde(default)]
    pub skip: Vec<String>,
}

impl Labelled {
    /// What is known around the reply.
    pub fn context(&self) -> ReplyContext<'_> {
        ReplyContext {
            customer_line: self.customer_line.as_deref(),
            customer_name: self.customer_name.as_deref(),
            facts: None,
        }
    }
}

/// Reads JSON lines; `file` is for the error.
pub fn read_jsonl(file: &str, text: &str) -> Result<Vec<Labelled>, WordsError> {
    let rows = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    rows.map(|(i, line)| {
        serde_json::from_str(line).map_err(|e| WordsError::Format {
            file: file.to_owned(),
            line: i + 1,
            reason: e.to_string(),
        })
    })
    .collect()
}

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether the model sees which rules fired.
    pub rules: bool,
    /// How strongly weights are held at zero.
    pub hold: f32,
    /// Passes over the data.
    pub passes: usize,
    /// Parts of the cross validation that sets the thresholds.
    pub folds: usize,
    /// Labels with fewer examples than this are left to the rules.
    pub least: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { rules: true, hold: 0.1, passes: 40, folds: 5, least: 12 }
    }
}

/// One reply as numbers.
struct Row {
    present: Vec<u32>,
    /// For every label: heard, not heard, or not scored.
    truth: Vec<Option<bool>>,
    /// Where the score starts.
    start: Vec<f32>,
}

struct Weights {
    bias: Vec<f32>,
    by_feature: HashMap<u32, Vec<f32>>,
}

/// Trains on `data`, for the labels `ids`.
pub fn train(rules: &Rules, data: &[Labelled], ids: &[&str], options: Options) -> Model {
    let features: Vec<Features> = data
        .iter()
        .map(|d| {
            let mut f = rules.features(&d.context(), &d.reply);
            if !options.rules {
                f.forget_rules();
            }
            f
        })
        .collect();
    let ids: Vec<&str> = ids
        .iter()
        .copied()
        .filter(|id| data.iter().filter(|d| d.labels.iter().any(|l| l == id)).count() >= options.least)
        .collect();
    let mut count: BTreeMap<u32, usize> = BTreeMap::new();
    for f in &features {
        for h in &f.present {
            *count.entry(*h).or_default() += 1;
        }
    }
    let rows: Vec<Row> = data
        .iter()
        .zip(&features)
        .map(|(d, f)| Row {
            present: f.present.iter().copied().filter(|h| count[h] >= 2).collect(),
            truth: ids
                .iter()
                .map(|id| (!d.skip.iter().any(|s| s == id)).then(|| d.labels.iter().any(|l| l == id)))
                .collect(),
            start: ids
                .iter()
                .map(|id| match (options.rules, f.heard.contains(id)) {
                    (false, _) => 0.0,
                    (true, true) => PRIOR,
                    (true, false) => -PRIOR,
                })
                .collect(),
        })
        .collect();
    let all: Vec<&Row> = rows.iter().collect();
    // Thresholds from scores of rows that the weights were not made of.
    let mut held_out = vec![Vec::new(); rows.len()];
    for fold in 0..options.folds {
        let seen: Vec<&Row> =
            rows.iter().enumerate().filter(|(i, _)| i % options.folds != fold).map(|x| x.1).collect();
        let weights = fit(&seen, ids.len(), options);
        for (i, row) in rows.iter().enumerate().filter(|(i, _)| i % options.folds == fold) {
            held_out[i] = score(row, &weights);
        }
    }
    let weights = fit(&all, ids.len(), options);
    let labels = ids
        .iter()
        .enumerate()
        .map(|(k, id)| Label {
            id: (*id).to_owned(),
            bias: weights.bias[k],
            threshold: threshold(
                rows.iter().zip(&held_out).filter_map(|(r, s)| r.truth[k].map(|t| (s[k], t))),
            ),
        })
        .collect();
    let kept = weights.by_feature.into_iter().filter_map(|(feature, w)| {
        let steps: Vec<(u8, i8)> = w
            .iter()
            .enumerate()
            .map(|(k, w)| (k as u8, (w * STEP).round().clamp(-127.0, 127.0) as i8))
            .filter(|(_, s)| s.abs() >= 2)
            .collect();
        (!steps.is_empty()).then_some((feature, steps))
    });
    Model { uses_rules: options.rules, labels, weights: kept.collect() }
}

fn fit(rows: &[&Row], labels: usize, options: Options) -> Weights {
    let mut out = Weights { bias: vec![0.0; labels], by_feature: HashMap::new() };
    let mut squares: HashMap<u32, Vec<f32>> = HashMap::new();
    let mut bias_squares = vec![1e-3_f32; labels];
    // A fixed order that is not the order of the file.
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|i| (*i as u32).wrapping_mul(2_654_435_761) >> 7);
    for _ in 0..options.passes {
        for i in &order {
            let row = rows[*i];
            let now = score(row, &out);
            let error: Vec<f32> = (0..labels)
                .map(|k| row.truth[k].map_or(0.0, |t| 1.0 / (1.0 + (-now[k]).exp()) - f32::from(u8::from(t))))
                .collect();
            for k in 0..labels {
                bias_squares[k] += error[k] * error[k];
                out.bias[k] -= RATE * error[k] / bias_squares[k].sqrt();
            }
            for feature in &row.present {
                let w = out.by_feature.entry(*feature).or_insert_with(|| vec![0.0; labels]);
                let s = squares.entry(*feature).or_insert_with(|| vec![1e-1; labels]);
                for k in 0..labels {
                    let g = error[k] + options.hold * w[k];
                    s[k] += g * g;
                    w[k] -= RATE * g / s[k].sqrt();
                }
            }
        }
    }
    out
}

/// Step size of `AdaGrad`.
const RATE: f32 = 0.05;

fn score(row: &Row, weights: &Weights) -> Vec<f32> {
    let mut out: Vec<f32> = row.start.iter().zip(&weights.bias).map(|(a, b)| a + b).collect();
    for feature in &row.present {
        if let Some(w) = weights.by_feature.get(feature) {
            out.iter_mut().zip(w).for_each(|(o, w)| *o += w);
        }
    }
    out
}

/// The score from which F1 is best, drawn halfway to even odds, since few examples decide it.
fn threshold(pairs: impl Iterator<Item = (f32, bool)>) -> f32 {
    let mut pairs: Vec<(f32, bool)> = pairs.collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let positives = pairs.iter().filter(|p| p.1).count() as f64;
    let (mut best, mut at, mut right) = (0.0, 0.0, 0.0);
    for (i, (score, truth)) in pairs.iter().enumerate() {
        right += f64::from(u8::from(*truth));
        let f1 = 2.0 * right / (positives + i as f64 + 1.0);
        if f1 > best {
            let next = pairs.get(i + 1).map_or(*score, |p| p.0);
            (best, at) = (f1, (score + next) / 2.0);
        }
    }
    0.5 * at
}

/// The labels of a set that are scored, each once, in order.
pub fn labels(data: &[Labelled]) -> Vec<&str> {
    let mut out: Vec<&str> = data.iter().flat_map(|d| d.labels.iter().map(String::as_str)).collect();
    out.retain(|l| crate::call::behavior_info(l).is_some());
    out.sort_unstable();
    out.dedup();
    out
}
