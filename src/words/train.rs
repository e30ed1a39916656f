//! Training of the small model on labelled replies (JSON lines of `tests/data/replies`), deterministic: equal input
//! gives equal bytes.

use super::error::WordsError;
use super::model::{Features, Label, Model, STEP};
use super::{ReplyContext, Rules};
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
    /// Whether what the rules hear moves the score, or the model decides alone.
    pub rules: bool,
    /// How strongly weights are held at zero: the factor of half their square sum, against one for each reply.
    pub hold: f32,
    /// Passes over the data.
    pub passes: usize,
    /// Labels with fewer examples than this are left to the rules.
    pub least: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { rules: true, hold: 2.0, passes: 150, least: 12 }
    }
}

/// Trains on `data`, for the labels `ids`: one logistic regression a label over the words alone. It never sees what the
/// rules hear: rules are written with these very replies in view, so here they would look far better than they are.
pub fn train(rules: &Rules, data: &[Labelled], ids: &[&str], options: Options) -> Model {
    let features: Vec<Features> = data.iter().map(|d| rules.features(&d.context(), &d.reply)).collect();
    let mut count: BTreeMap<u32, usize> = BTreeMap::new();
    for h in features.iter().flat_map(|f| &f.present) {
        *count.entry(*h).or_default() += 1;
    }
    // What one reply alone has cannot be learned from.
    count.retain(|_, n| *n >= 2);
    let names: Vec<u32> = count.into_keys().collect();
    let column = |h: &u32| names.binary_search(h).ok();
    let rows: Vec<Vec<usize>> =
        features.iter().map(|f| f.present.iter().filter_map(column).collect()).collect();

    let mut labels = Vec::new();
    let mut weights: HashMap<u32, Vec<(u8, i8)>> = HashMap::new();
    for id in ids {
        let all: Vec<Row> = data
            .iter()
            .zip(&rows)
            .filter(|(d, _)| !d.skip.iter().any(|s| s == id))
            .map(|(d, row)| Row { present: row, truth: d.labels.iter().any(|l| l == id) })
            .collect();
        if TOLD.contains(id) || all.iter().filter(|r| r.truth).count() < options.least {
            continue;
        }
        let (bias, fitted) = fit(&all, names.len(), options);
        for (name, w) in names.iter().zip(fitted) {
            let steps = (w * STEP).round().clamp(-127.0, 127.0) as i8;
            if steps.abs() >= 2 {
                weights.entry(*name).or_default().push((labels.len() as u8, steps));
            }
        }
        labels.push(Label { id: (*id).to_owned(), bias });
    }
    Model { uses_rules: options.rules, labels, weights: weights.into_iter().collect() }
}

/// Labels that code tells from lists and from the customer's name: word pairs could only guess at them.
const TOLD: [&str; 2] = ["filler", "use_name"];

/// One reply for one label.
struct Row<'a> {
    present: &'a [usize],
    truth: bool,
}

/// Logistic regression with its square held small; the two sides weigh the same, however rare one is. Accelerated
/// descent (Nesterov) with, for each weight, the step that its bound on the curvature allows, so nothing is to be tuned.
fn fit(sample: &[Row], columns: usize, options: Options) -> (f32, Vec<f32>) {
    let heard = sample.iter().filter(|r| r.truth).count() as f32;
    let all = sample.len() as f32;
    let worth = |truth: bool| all / (2.0 * if truth { heard } else { (all - heard).max(1.0) });
    // The last weight is the bias.
    let mut bound = vec![options.hold; columns + 1];
    for row in sample {
        let curve = 0.25 * worth(row.truth) * (row.present.len() + 1) as f32;
        row.present.iter().for_each(|c| bound[*c] += curve);
        bound[columns] += curve;
    }
    let mut now = vec![0.0_f32; columns + 1];
    let mut ahead = now.clone();
    let mut speed = 1.0_f32;
    for _ in 0..options.passes {
        let mut slope: Vec<f32> = ahead.iter().map(|w| options.hold * w).collect();
        slope[columns] = 0.0;
        for row in sample {
            let score = ahead[columns] + row.present.iter().map(|c| ahead[*c]).sum::<f32>();
            let error = worth(row.truth) * (1.0 / (1.0 + (-score).exp()) - f32::from(u8::from(row.truth)));
            row.present.iter().for_each(|c| slope[*c] += error);
            slope[columns] += error;
        }
        let next: Vec<f32> = ahead.iter().zip(&slope).zip(&bound).map(|((w, s), b)| w - s / b).collect();
        let faster = f32::midpoint(1.0, (1.0 + 4.0 * speed * speed).sqrt());
        let carry = (speed - 1.0) / faster;
        ahead = next.iter().zip(&now).map(|(n, o)| n + carry * (n - o)).collect();
        (now, speed) = (next, faster);
    }
    let bias = now.pop().unwrap_or_default();
    (bias, now)
}

/// The labels of a set that are scored, each once, in order.
pub fn labels(data: &[Labelled]) -> Vec<&str> {
    let mut out: Vec<&str> = data.iter().flat_map(|d| d.labels.iter().map(String::as_str)).collect();
    out.retain(|l| crate::call::behavior_info(l).is_some());
    out.sort_unstable();
    out.dedup();
    out
}
