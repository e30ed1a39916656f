//! `analyze` and `transcribe`: each recording in turn, one result each.

use super::args::{AnalyzeArgs, Format, RecordingArgs, TranscribeArgs};
use super::engines::{self, Prepared};
use super::output::{self, Output};
use super::progress::Progress;
use super::{Embedded, Outcome};
use crate::analyze::{AnalyzeError, Analyzed, Watch, analyze_file, analyze_reader};
use crate::coach;
use crate::report;
use anyhow::{Result, bail};
use std::io::Write;
use std::path::{Path, PathBuf};

/// `evenkeel analyze FILE...`
pub fn analyze(args: &AnalyzeArgs, embedded: &Embedded) -> Result<Outcome> {
    let format = chosen(args.format, &args.files, args.out.as_deref())?;
    let mut job = Job::new(&args.files, &args.recording, format, args.out.as_deref(), embedded)?;
    job.check = args.check;
    job.run()
}

/// `evenkeel transcribe FILE...`
pub fn transcribe(args: &TranscribeArgs, embedded: &Embedded) -> Result<Outcome> {
    let format = chosen(args.format.map(Into::into), &args.files, args.out.as_deref())?;
    if matches!(format, Format::Csv | Format::Html) {
        bail!("transcribe writes text, json or jsonl; `evenkeel analyze` has csv and html");
    }
    if args.recording.no_words {
        bail!("transcribe without the recognizer has nothing to write; leave --no-words out");
    }
    let mut recording = args.recording.clone();
    recording.no_voice = true;
    let mut job = Job::new(&args.files, &recording, format, args.out.as_deref(), embedded)?;
    job.words_only = true;
    job.run()
}

/// The format asked for, or the one that fits who reads it.
fn chosen(asked: Option<Format>, files: &[PathBuf], out: Option<&Path>) -> Result<Format> {
    let by_name = || match out?.extension()?.to_str()? {
        "html" | "htm" => Some(Format::Html),
        "csv" => Some(Format::Csv),
        "json" => Some(Format::Json),
        "jsonl" => Some(Format::Jsonl),
        "txt" => Some(Format::Text),
        _ => None,
    };
    let format = asked.or_else(by_name).unwrap_or_else(|| {
        if output::on_terminal() && out.is_none() && files.len() == 1 { Format::Text } else { Format::Jsonl }
    });
    if format == Format::Json && files.len() > 1 {
        bail!("--format json is one object, and {} files were named; use --format jsonl", files.len());
    }
    if format == Format::Html && files.len() > 1 && out.is_none_or(|o| o == Path::new("-")) {
        bail!(
            "--format html is one page a file, and {} files were named; name a folder with --out",
            files.len()
        );
    }
    Ok(format)
}

struct Job<'a> {
    files: &'a [PathBuf],
    format: Format,
    out: Option<&'a Path>,
    prepared: Prepared,
    words_only: bool,
    check: bool,
}

impl<'a> Job<'a> {
    fn new(
        files: &'a [PathBuf],
        recording: &RecordingArgs,
        format: Format,
        out: Option<&'a Path>,
        embedded: &Embedded,
    ) -> Result<Self> {
        let prepared = engines::prepare(recording, embedded)?;
        Ok(Self { files, format, out, prepared, words_only: false, check: false })
    }

    fn run(mut self) -> Result<Outcome> {
        // Several pages cannot share one file: each goes into the folder under its own name.
        let folder = self.out.filter(|_| self.format == Format::Html && self.files.len() > 1);
        if let Some(folder) = folder {
            std::fs::create_dir_all(folder).map_err(|e| {
                anyhow::anyhow!("{}: cannot make this folder ({e}); choose another --out", folder.display())
            })?;
        }
        let mut out = if folder.is_some() { None } else { Some(Output::open(self.out)?) };
        let (mut done, mut failed, mut missed) = (0usize, 0usize, 0usize);
        for (index, file) in self.files.iter().enumerate() {
            let analyzed = match self.one(file) {
                Ok(analyzed) => analyzed,
                Err(error) => {
                    failed += 1;
                    eprintln!("evenkeel: {error}");
                    continue;
                }
            };
            done += 1;
            if self.check {
                for target in coach::check(&analyzed.analysis, &self.prepared.engine.rubric) {
                    missed += 1;
                    eprintln!("evenkeel: {}: {}", file.display(), target.text);
                }
            }
            let text = self.render(&analyzed, index == 0)?;
            match (&mut out, folder) {
                (Some(out), _) => output::quiet_when_closed(out.write_all(&text))?,
                (None, Some(folder)) => {
                    let name = file
                        .file_name()
                        .map_or_else(|| "standard-input".into(), |n| n.to_string_lossy().into_owned());
                    output::write_whole(&folder.join(format!("{name}.html")), &text)?;
                }
                (None, None) => {}
            }
        }
        if done > 0
            && let Some(out) = out
        {
            out.finish()?;
        }
        Ok(match (done, failed + missed) {
            (0, _) => Outcome::Nothing,
            (_, 0) => Outcome::Done,
            _ => Outcome::Partly,
        })
    }

    fn one(&mut self, file: &Path) -> Result<Analyzed, AnalyzeError> {
        let bar = Progress::new(&file.file_name().unwrap_or(file.as_os_str()).to_string_lossy(), 1000);
        let watch =
            Watch { progress: &|part| bar.set_fraction(part), cancel: engines::cancel_on_interrupt() };
        let result = if file == Path::new("-") {
            analyze_reader(
                Path::new("standard input"),
                std::io::stdin().lock(),
                &self.prepared.options,
                &mut self.prepared.engine,
                &watch,
            )
        } else {
            analyze_file(file, &self.prepared.options, &mut self.prepared.engine, &watch)
        };
        bar.finish();
        result
    }

    fn render(&self, analyzed: &Analyzed, first: bool) -> Result<Vec<u8>> {
        if self.words_only && self.format != Format::Text {
            return report::transcript_line(&analyzed.analysis, self.format == Format::Json)
                .map_err(Into::into);
        }
        let look = report::Look {
            color: self.out.is_none() && output::on_terminal() && std::env::var_os("NO_COLOR").is_none(),
            first,
            words_only: self.words_only,
        };
        Ok(report::of(self.format.into())
            .render(&analyzed.analysis, &look, &|from, to| engines::clip(analyzed, from, to))?)
    }
}
