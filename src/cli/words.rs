//! `words`: behaviors in text, JSON lines in and out.

use super::args::WordsArgs;
use super::{Embedded, Outcome, engines, output};
use crate::call::{BehaviorKind, Facts};
use crate::words::{ReplyContext, Rules, mask_numbers};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Write};

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "the keys of the format")]
struct Line {
    id: serde_json::Value,
    #[serde(default)]
    customer_name: Option<String>,
    #[serde(default)]
    customer_line: Option<String>,
    reply: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a serde_json::Value,
    behaviors: Vec<Heard<'a>>,
}

#[derive(Serialize)]
struct Heard<'a> {
    id: &'a str,
    kind: BehaviorKind,
    text: String,
    rule: &'a str,
}

/// `evenkeel words [FILE]`
pub fn run(args: &WordsArgs, embedded: &Embedded) -> Result<Outcome> {
    let rules = engines::rules(&args.language, args.rules.as_deref())?;
    let facts = args.scenario.as_deref().map(|id| engines::facts(id, embedded)).transpose()?;
    let input: Box<dyn BufRead> = match args.file.as_deref().filter(|f| *f != std::path::Path::new("-")) {
        Some(path) if path.is_dir() => {
            bail!("{}: this is a folder; name a file of JSON lines", path.display())
        }
        Some(path) => Box::new(BufReader::new(
            std::fs::File::open(path)
                .with_context(|| format!("{}: cannot be opened; check the name", path.display()))?,
        )),
        None => Box::new(std::io::stdin().lock()),
    };
    let name = args.file.as_ref().map_or_else(|| "standard input".to_owned(), |f| f.display().to_string());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut done, mut failed) = (0usize, 0usize);
    for (number, line) in input.lines().enumerate() {
        let line =
            line.with_context(|| format!("{name}:{}: not UTF-8 text; save the file as UTF-8", number + 1))?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Line>(line.trim_start_matches('\u{feff}')) {
            Ok(line) => {
                let text = answer(&line, &rules, facts.as_ref(), args.keep_numbers)?;
                output::quiet_when_closed(writeln!(out, "{text}"))?;
                done += 1;
            }
            Err(error) => {
                failed += 1;
                let text = error.to_string();
                // Its own "at line 1 column 2" counts within this line.
                let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
                eprintln!(
                    "evenkeel: {name}:{}:{}: this is not a line of JSON with the keys \"id\" and \"reply\", and perhaps \"customer_name\" and \"customer_line\": {what}",
                    number + 1,
                    error.column()
                );
            }
        }
    }
    output::quiet_when_closed(out.flush())?;
    Ok(match (done, failed) {
        (_, 0) => Outcome::Done,
        (0, _) => Outcome::Nothing,
        _ => Outcome::Partly,
    })
}

fn answer(line: &Line, rules: &Rules, facts: Option<&Facts>, keep_numbers: bool) -> Result<String> {
    let context = ReplyContext {
        customer_line: line.customer_line.as_deref(),
        customer_name: line.customer_name.as_deref(),
        facts,
    };
    let hits = rules.hear(&context, &line.reply);
    let behaviors = hits
        .iter()
        .map(|hit| Heard {
            id: hit.id,
            kind: hit.kind,
            text: if keep_numbers { hit.text.clone() } else { mask_numbers(&hit.text) },
            rule: &hit.rule,
        })
        .collect();
    Ok(serde_json::to_string(&Answer { id: &line.id, behaviors })?)
}
