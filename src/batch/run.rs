//! The work itself: hash, look up, analyze, write the report and remember.

use super::{BatchError, Failure, Finished, Found, Summary};
use crate::analyze::{Analyzed, Engine, Options, Watch, analyze_file};
use crate::call::Analysis;
use crate::report::{self, Format, Look};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

/// Cuts a stretch of an analyzed recording, from and to in seconds, as the bytes of a small WAV file.
pub type Clip = dyn Fn(&Analyzed, f64, f64) -> Option<Vec<u8>> + Sync;

/// What is to be done.
pub struct Job<'a> {
    /// The recordings.
    pub files: &'a [Found],
    /// Where results go.
    pub out: &'a Path,
    /// The same for all.
    pub options: &'a Options,
    /// What else shapes the result (version, model, rubric, rules); part of the name under which it is remembered.
    pub fingerprint: &'a str,
    /// Files worked on at once.
    pub jobs: usize,
    /// Makes an engine for each worker; they share the recognizer.
    pub engine: &'a (dyn Fn() -> Result<Engine, String> + Sync),
    /// Cuts a stretch of sound for a page.
    pub clip: &'a Clip,
    /// Stops the batch.
    pub cancel: Arc<AtomicBool>,
}

/// What happens while it runs.
#[derive(Debug)]
pub enum Event<'a> {
    /// A file is done: its name, and why it failed if it did.
    Done(&'a str, Option<&'a str>),
}

/// Runs all files and returns what came of them.
pub fn run(job: &Job, tell: &(dyn Fn(Event) + Sync)) -> Result<Summary, BatchError> {
    let kept = job.out.join(".evenkeel");
    for dir in [kept.clone(), job.out.join("reports")] {
        std::fs::create_dir_all(&dir)
            .map_err(|source| BatchError::Unwritable { path: dir.clone(), source })?;
    }
    let engines: Mutex<Vec<Engine>> = Mutex::default();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(job.jobs.max(1))
        .thread_name(|i| format!("batch-{i}"))
        .build()
        .map_err(|e| BatchError::Unwritable { path: job.out.to_owned(), source: std::io::Error::other(e) })?;
    let rows: Vec<Result<(Finished, bool), Failure>> = pool.install(|| {
        job.files
            .par_iter()
            .with_max_len(1)
            .map(|file| {
                let row = one(job, &kept, file, &engines);
                // What was stopped, or never begun, has not failed.
                if row.is_ok() || !job.cancel.load(Ordering::Relaxed) {
                    tell(Event::Done(&file.name, row.as_ref().err().map(|f| f.why.as_str())));
                }
                row
            })
            .collect()
    });
    if job.cancel.load(Ordering::Relaxed) {
        return Err(BatchError::Stopped);
    }
    let mut summary = Summary::default();
    for row in rows {
        match row {
            Ok((finished, resumed)) => {
                summary.resumed += usize::from(resumed);
                summary.finished.push(finished);
            }
            Err(failure) => summary.failed.push(failure),
        }
    }
    Ok(summary)
}

fn one(
    job: &Job,
    kept: &Path,
    file: &Found,
    engines: &Mutex<Vec<Engine>>,
) -> Result<(Finished, bool), Failure> {
    // The name stands before it already.
    let path = format!("{}: ", file.path.display());
    let fail = |why: String| Failure {
        name: file.name.clone(),
        why: why.strip_prefix(&path).map_or_else(|| why.clone(), str::to_owned),
    };
    if job.cancel.load(Ordering::Relaxed) {
        return Err(fail("stopped".to_owned()));
    }
    let key = key_of(&file.path, job.fingerprint).map_err(|e| fail(e.to_string()))?;
    let remembered = kept.join(format!("{key}.json"));
    let report = format!("reports/{}.html", file.name.replace('/', "_"));
    let page = job.out.join(&report);
    if page.exists()
        && let Some(mut analysis) = recall(&remembered)
    {
        analysis.source.path = shown_path(job, file);
        return Ok((finished(file, &analysis, remembered, report), true));
    }
    let taken = engines.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut engine = match taken {
        Some(engine) => engine,
        None => (job.engine)().map_err(fail)?,
    };
    let watch = Watch { progress: &|_| {}, cancel: job.cancel.clone() };
    let result = analyze_file(&file.path, job.options, &mut engine, &watch);
    engines.lock().unwrap_or_else(PoisonError::into_inner).push(engine);
    let mut analyzed = result.map_err(|e| fail(e.to_string()))?;
    analyzed.analysis.source.path = shown_path(job, file);
    let html = report::of(Format::Html)
        .render(&analyzed.analysis, &Look::default(), &|from, to| (job.clip)(&analyzed, from, to))
        .map_err(|e| fail(e.to_string()))?;
    report::write_whole(&page, &html).map_err(|e| fail(format!("{}: {e}", page.display())))?;
    let json = serde_json::to_vec(&analyzed.analysis).map_err(|e| fail(e.to_string()))?;
    report::write_whole(&remembered, &json).map_err(|e| fail(format!("{}: {e}", remembered.display())))?;
    Ok((finished(file, &analyzed.analysis, remembered, report), false))
}

fn finished(file: &Found, analysis: &Analysis, kept: PathBuf, report: String) -> Finished {
    let (row, out) = (report::row(analysis), report::out_of_band(analysis));
    Finished { name: file.name.clone(), kept, row, out, report }
}

fn shown_path(job: &Job, file: &Found) -> String {
    if job.options.relative { file.name.clone() } else { file.path.display().to_string() }
}

fn recall(path: &PathBuf) -> Option<Analysis> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// The file's content and everything that shapes the result.
fn key_of(path: &Path, fingerprint: &str) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    hash.update(fingerprint.as_bytes());
    let mut file = std::fs::File::open(path)?;
    let mut block = vec![0; 1 << 16];
    loop {
        let n = file.read(&mut block)?;
        if n == 0 {
            break;
        }
        hash.update(&block[..n]);
    }
    let mut hex = String::with_capacity(40);
    for byte in &hash.finalize()[..20] {
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(hex)
}
