//! Trains the small model of the words on the project's labelled replies and writes it where the program embeds it:
//! `cargo run --release --example train_words`. Equal input gives equal bytes. The test split is never read here.

use anyhow::{Context, Result};
use evenkeel::words::{Rules, train};
use std::path::Path;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut data = Vec::new();
    for name in ["train.jsonl", "dev.jsonl"] {
        let path = root.join("tests/data/replies").join(name);
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        data.extend(train::read_jsonl(name, &text)?);
    }
    let rules = Rules::embedded("en")?.with_model(None);
    let ids = train::labels(&data);
    let model = train::train(&rules, &data, &ids, train::Options::default());
    let bytes = model.to_bytes();
    let out = root.join("src/words/model/en.bin");
    std::fs::write(&out, &bytes).with_context(|| format!("cannot write {}", out.display()))?;
    println!("{} replies, {} labels, {} bytes", data.len(), ids.len(), bytes.len());
    Ok(())
}
