//! `batch`: a folder of recordings, with progress, an index and machine-readable results.

use super::args::BatchArgs;
use super::progress::Progress;
use super::{Embedded, Outcome, engines, output};
use crate::batch::{self, BatchError, Event, Summary};
use crate::call::Analysis;
use crate::{coach, report};
use anyhow::{Context, Result};
use std::io::Write;
use std::path::Path;

/// `evenkeel batch DIR --out OUT`
pub fn run(args: &BatchArgs, embedded: &Embedded) -> Result<Outcome> {
    let files = batch::discover(&args.dir, &args.out)?;
    if files.is_empty() {
        return Err(BatchError::NoRecordings(args.dir.clone()).into());
    }
    let prepared = engines::prepare(&args.recording, embedded)?;
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("{}: cannot make this folder; choose another --out", args.out.display()))?;
    let bar = Progress::new("analyzing", files.len() as u64);
    let engine = prepared.more_engines();
    let job = batch::Job {
        files: &files,
        out: &args.out,
        options: &prepared.options,
        fingerprint: &prepared.fingerprint,
        jobs: args.jobs.unwrap_or(prepared.threads.div_ceil(2)),
        engine: &engine,
        clip: &|analyzed, from, to| engines::clip(analyzed, from, to),
        cancel: engines::cancel_on_interrupt(),
    };
    let summary = batch::run(&job, &|event| match event {
        Event::Done(name, failed) => {
            if let Some(why) = failed {
                bar.say(&format!("evenkeel: {name}: {why}"));
            }
            bar.step();
        }
    });
    bar.finish();
    let summary = summary?;
    let missed = write_results(args, &summary, &prepared)?;
    eprintln!(
        "{} analyzed{}, {} failed; see {}",
        summary.finished.len(),
        if summary.resumed > 0 {
            format!(" ({} from an earlier run)", summary.resumed)
        } else {
            String::new()
        },
        summary.failed.len(),
        args.out.join("index.html").display()
    );
    Ok(match (summary.finished.len(), summary.failed.len() + missed) {
        (0, _) => Outcome::Nothing,
        (_, 0) => Outcome::Done,
        _ => Outcome::Partly,
    })
}

/// Writes what stands above the single reports, one analysis in memory at a time; returns how many targets were missed.
fn write_results(args: &BatchArgs, summary: &Summary, prepared: &engines::Prepared) -> Result<usize> {
    let mut table = csv::Writer::from_writer(output::Output::open(Some(&args.out.join("results.csv")))?);
    table.write_record(report::COLUMNS)?;
    let mut lines = output::Output::open(Some(&args.out.join("results.jsonl")))?;
    let mut missed = 0;
    for finished in &summary.finished {
        let text = std::fs::read(&finished.kept).with_context(|| {
            format!("{}: a result of this run is gone; run again", finished.kept.display())
        })?;
        let mut analysis: Analysis = serde_json::from_slice(&text).with_context(|| {
            format!("{}: a result cannot be read; remove it and run again", finished.kept.display())
        })?;
        // The same recording may have had another name in an earlier run.
        analysis.source.path.clone_from(&finished.row[0]);
        table.write_record(&finished.row)?;
        lines.write_all(&report::of(report::Format::Jsonl).render(
            &analysis,
            &report::Look::default(),
            &|_, _| None,
        )?)?;
        if args.check {
            for target in coach::check(&analysis, &prepared.engine.rubric) {
                missed += 1;
                eprintln!("evenkeel: {}: {}", finished.name, target.text);
            }
        }
    }
    let table = table.into_inner().map_err(|e| anyhow::anyhow!("results.csv: {}", e.error()))?;
    table.finish()?;
    lines.finish()?;
    write_failures(&args.out.join("failed.csv"), summary)?;
    let rows: Vec<report::IndexRow> = summary
        .finished
        .iter()
        .map(|f| report::IndexRow { name: &f.name, report: &f.report, cells: &f.row, out: &f.out })
        .collect();
    let failed: Vec<(&str, &str)> =
        summary.failed.iter().map(|f| (f.name.as_str(), f.why.as_str())).collect();
    output::write_whole(&args.out.join("index.html"), &report::index(&rows, &failed))?;
    Ok(missed)
}

/// What failed and why, for those who have thousands; no file when nothing did.
fn write_failures(path: &Path, summary: &Summary) -> Result<()> {
    if summary.failed.is_empty() {
        let _ = std::fs::remove_file(path);
        return Ok(());
    }
    let mut table = csv::Writer::from_writer(output::Output::open(Some(path))?);
    table.write_record(["path", "why"])?;
    for failure in &summary.failed {
        table.write_record([&failure.name, &failure.why])?;
    }
    table.into_inner().map_err(|e| anyhow::anyhow!("failed.csv: {}", e.error()))?.finish()
}
