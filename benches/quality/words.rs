//! The words figures: precision, recall and F1 per label on replies never trained on, for rules alone, model alone and
//! both; the same without punctuation and case, and with recognizer-like word errors; and the speed.

use evenkeel::words::Rules;
use evenkeel::words::train::{self, Labelled, Options};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

/// True and false positives, and misses.
type Counts = BTreeMap<String, (usize, usize, usize)>;

fn score(data: &[Labelled], known: &BTreeSet<&str>, hear: impl Fn(&Labelled) -> Vec<&'static str>) -> Counts {
    let mut counts = Counts::new();
    for row in data {
        let heard: BTreeSet<&str> = hear(row).into_iter().collect();
        let told: BTreeSet<&str> = row.labels.iter().map(String::as_str).collect();
        for label in heard.union(&told).filter(|l| known.contains(*l) && !row.skip.iter().any(|s| s == *l)) {
            let c = counts.entry((*label).to_owned()).or_default();
            match (heard.contains(label), told.contains(label)) {
                (true, true) => c.0 += 1,
                (true, false) => c.1 += 1,
                _ => c.2 += 1,
            }
        }
    }
    counts
}

fn f1(c: (usize, usize, usize)) -> f64 {
    2.0 * c.0 as f64 / ((2 * c.0 + c.1 + c.2).max(1)) as f64
}

/// Mean F1 over the labels that occur.
fn macro_f1(counts: &Counts) -> f64 {
    let rows: Vec<f64> = counts.values().filter(|c| c.0 + c.2 > 0).map(|c| f1(*c)).collect();
    rows.iter().sum::<f64>() / rows.len().max(1) as f64
}

fn bare(text: &str) -> String {
    let kept: String =
        text.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace() || *c == '\'').collect();
    kept.to_lowercase()
}

/// What a recognizer mixes up.
const SOUNDS_LIKE: [(&str, &str); 24] = [
    ("your", "you're"),
    ("you're", "your"),
    ("their", "there"),
    ("there", "their"),
    ("to", "two"),
    ("two", "to"),
    ("for", "four"),
    ("we'll", "well"),
    ("i'll", "all"),
    ("it's", "its"),
    ("by", "buy"),
    ("no", "know"),
    ("know", "no"),
    ("hear", "here"),
    ("here", "hear"),
    ("right", "write"),
    ("sorry", "sorry's"),
    ("can't", "can"),
    ("week", "weak"),
    ("wait", "weight"),
    ("our", "are"),
    ("you've", "you"),
    ("i've", "i"),
    ("that's", "that"),
];
const SMALL: [&str; 22] = [
    "a", "the", "to", "of", "and", "is", "it", "in", "on", "at", "that", "for", "i", "you", "we", "so", "be",
    "are", "was", "have", "will", "with",
];

/// One word in ten wrong, in the ways of a recognizer: another word that sounds like it, a small word dropped, an
/// ending lost or gained. The same text always gives the same errors.
fn misheard(text: &str, seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    let mut out: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let lower = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if random() >= 0.10 {
            out.push(word.to_owned());
        } else if let Some((_, other)) = SOUNDS_LIKE.iter().find(|(a, _)| *a == lower) {
            out.push((*other).to_owned());
        } else if SMALL.contains(&lower.as_str()) {
            // Dropped.
        } else if let Some(stem) =
            ["ing", "ed", "s"].iter().find_map(|e| word.strip_suffix(e)).filter(|s| s.len() > 2)
        {
            out.push(stem.to_owned());
        } else if random() < 0.5 {
            out.push(format!("{word}s"));
        } else {
            // A name or a rare word comes out as another.
            out.push(word.chars().rev().collect());
        }
    }
    out.join(" ")
}

fn hear(rules: &Rules, row: &Labelled, reply: &str) -> Vec<&'static str> {
    rules.hear(&row.context(), reply).into_iter().map(|h| h.id).collect()
}

fn table(parts: [&Counts; 3]) {
    println!("| label | n | rules P/R/F1 | model P/R/F1 | both P/R/F1 |\n|---|---|---|---|---|");
    let labels: BTreeSet<&String> = parts.iter().flat_map(|p| p.keys()).collect();
    let mut rows: Vec<&String> = labels.into_iter().collect();
    let of = |c: &Counts, l: &str| c.get(l).copied().unwrap_or_default();
    rows.sort_by(|a, b| f1(of(parts[2], a)).total_cmp(&f1(of(parts[2], b))).then(a.cmp(b)));
    for label in rows {
        let cells: Vec<String> = parts
            .iter()
            .map(|p| {
                let c = of(p, label);
                let ratio = |a: usize, b: usize| a as f64 / (a + b).max(1) as f64;
                format!("{:.2} / {:.2} / {:.2}", ratio(c.0, c.1), ratio(c.0, c.2), f1(c))
            })
            .collect();
        let c = of(parts[2], label);
        println!("| `{label}` | {} | {} |", c.0 + c.2, cells.join(" | "));
    }
    let cells: Vec<String> = parts.iter().map(|p| format!("{:.3}", macro_f1(p))).collect();
    println!("| **macro F1** | | **{}** |", cells.join("** | **"));
}

fn speed(rules: &Rules, data: &[Labelled]) {
    let started = Instant::now();
    let mut heard = 0;
    let mut replies = 0;
    while started.elapsed().as_secs_f64() < 2.0 {
        for row in data {
            heard += rules.hear(&row.context(), &row.reply).len();
            replies += 1;
        }
    }
    let rate = f64::from(replies) / started.elapsed().as_secs_f64();
    println!("\n{rate:.0} replies a second on one core, rules and model ({heard} hits)");
}

/// Prints them as Markdown.
pub fn run(eval: &Path) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/replies");
    let load = |path: &Path| {
        let text = std::fs::read_to_string(path).ok()?;
        train::read_jsonl(&path.display().to_string(), &text).ok()
    };
    let started = Instant::now();
    let Ok(rules) = Rules::embedded("en") else {
        println!("the embedded rules do not load");
        return;
    };
    println!("rules read in {:.0} ms", started.elapsed().as_secs_f64() * 1000.0);
    let training = load(&own.join("train.jsonl")).unwrap_or_default();
    let ids = train::labels(&training);
    let by_words = train::train(&rules, &training, &ids, Options { rules: false, ..Options::default() });
    let Ok(alone) = Rules::embedded("en").map(|r| r.with_model(Some(by_words))) else { return };
    let guide: BTreeSet<&str> = ids.iter().copied().filter(|l| *l != "sarcasm").collect();
    for (name, path) in
        [("test.jsonl", own.join("test.jsonl")), ("dev.jsonl", eval.join("replies/dev.jsonl"))]
    {
        let Some(data) = load(&path) else {
            println!("\n{name}: skipped, not there");
            continue;
        };
        let by_rules = |row: &Labelled| {
            let hits = rules.hear_by_rules(&row.context(), &row.reply);
            hits.into_iter().map(|h| h.id).collect::<Vec<_>>()
        };
        println!(
            "\n### {name}, {} replies{}\n",
            data.len(),
            if name == "dev.jsonl" { " (read while the rules were written, and trained on)" } else { "" }
        );
        let parts = [
            score(&data, &guide, by_rules),
            score(&data, &guide, |row| hear(&alone, row, &row.reply)),
            score(&data, &guide, |row| hear(&rules, row, &row.reply)),
        ];
        table([&parts[0], &parts[1], &parts[2]]);
        let stripped = score(&data, &guide, |row| hear(&rules, row, &bare(&row.reply)));
        let errors: Vec<f64> = (1..=5)
            .map(|seed| macro_f1(&score(&data, &guide, |row| hear(&rules, row, &misheard(&row.reply, seed)))))
            .collect();
        println!("\nwithout punctuation and case: {:.3}", macro_f1(&stripped));
        println!("10 % of words wrong, mean of 5 draws: {:.3}", errors.iter().sum::<f64>() / 5.0);
    }
    speed(&rules, &training);
}
