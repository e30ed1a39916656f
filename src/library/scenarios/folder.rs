//! One scenario folder: the file, and recordings that are really inside it.

use crate::audio;
use crate::call::RATE_HZ;
use crate::rehearse::scenario::{FILE_NAME, MAX_LINE_S, audio_path_fault};
use crate::rehearse::{Scenario, ScenarioError, ScenarioProblem};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The largest `scenario.toml`: a thousand lines of text and branches.
const MAX_TEXT: u64 = 1 << 20;
/// The largest recording of one line: a minute of two channels at 192 kHz and 24 bit is 69 MB; anything sensible is below.
pub(super) const MAX_AUDIO: u64 = 32 << 20;

/// The folders directly below that hold a scenario file, by name.
pub(super) fn scenarios_in(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut out: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.join(FILE_NAME).is_file()).collect();
    out.sort();
    out
}

/// The folder's own name, also of `.` and of paths with links.
pub(super) fn name_of(dir: &Path) -> String {
    let plain = dir.file_name().map(ToOwned::to_owned);
    let name = plain.or_else(|| dir.canonicalize().ok()?.file_name().map(ToOwned::to_owned));
    name.map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn problem(file: &Path, key: &str, line: usize, reason: impl Into<String>) -> ScenarioProblem {
    ScenarioProblem { file: file.display().to_string(), key: key.to_owned(), line, reason: reason.into() }
}

/// The scenario and its text; the recordings are not looked at.
pub(super) fn read(dir: &Path) -> Result<(Scenario, String), ScenarioError> {
    let file = dir.join(FILE_NAME);
    let fail = |reason: String| ScenarioError { problems: vec![problem(&file, "", 0, reason)] };
    let bytes = read_bounded(&file, MAX_TEXT).map_err(&fail)?;
    let text =
        String::from_utf8(bytes).map_err(|_| fail("is not UTF-8 text; save it as UTF-8".to_owned()))?;
    let scenario = Scenario::parse(text.trim_start_matches('\u{feff}'), &file.display().to_string())?;
    let name = name_of(dir);
    if scenario.id != name {
        let reason =
            format!("the id is `{}` but the folder is called `{name}`; they must be equal", scenario.id);
        let line = 1 + text.lines().position(|l| l.trim_start().starts_with("id")).unwrap_or(0);
        return Err(ScenarioError { problems: vec![problem(&file, "id", line, reason)] });
    }
    Ok((scenario, text))
}

/// Reads the scenario again with every recording decoded, and says everything that is wrong with them.
pub(super) fn check(dir: &Path) -> Result<(), ScenarioError> {
    let (scenario, text) = read(dir)?;
    let file = dir.join(FILE_NAME);
    let mut problems = Vec::new();
    for line in &scenario.lines {
        let fault = match audio(dir, &line.audio) {
            Ok(bytes) => decode(&dir.join(&line.audio), &bytes).err(),
            Err(reason) => Some(reason),
        };
        if let Some(reason) = fault {
            let at =
                text.lines().position(|l| l.trim_start().starts_with("audio") && l.contains(&line.audio));
            let key = format!("line.{}.audio", line.id);
            problems.push(problem(
                &file,
                &key,
                at.map_or(0, |i| i + 1),
                format!("`{}`: {reason}", line.audio),
            ));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(ScenarioError { problems }) }
}

/// The bytes of a recording; refuses what is not a plain file inside the folder, links included.
pub(super) fn audio(dir: &Path, relative: &str) -> Result<Vec<u8>, String> {
    if let Some(fault) = audio_path_fault(relative) {
        return Err(fault.to_owned());
    }
    let mut path = dir.to_owned();
    for part in relative.split('/') {
        path.push(part);
        let meta = std::fs::symlink_metadata(&path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => "is missing; record the line or correct the path".to_owned(),
            _ => format!("can't be read: {e}"),
        })?;
        if meta.file_type().is_symlink() {
            return Err("is a link; put the recording itself into the folder".to_owned());
        }
    }
    read_bounded(&path, MAX_AUDIO)
}

/// The recording as 16 kHz mono; refuses what can't be decoded, what is too long, and silence.
pub(super) fn decode(path: &Path, bytes: &[u8]) -> Result<Vec<f32>, String> {
    let samples = audio::read_short_bytes(path, bytes).map_err(|e| format!("can't be decoded: {e}"))?;
    if samples.len() as f64 > MAX_LINE_S * f64::from(RATE_HZ) {
        return Err(format!("is longer than {MAX_LINE_S} s; a customer's line is one turn, cut it"));
    }
    if samples.iter().all(|s| *s == 0.0) {
        return Err("is silent; record the line".to_owned());
    }
    Ok(samples)
}

fn read_bounded(path: &Path, max: u64) -> Result<Vec<u8>, String> {
    let meta = std::fs::metadata(path).map_err(|e| format!("can't be read: {e}"))?;
    if !meta.is_file() {
        return Err("is not a plain file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|e| format!("can't be read: {e}"))?;
    file.take(max + 1).read_to_end(&mut bytes).map_err(|e| format!("can't be read: {e}"))?;
    if bytes.len() as u64 > max {
        return Err(format!("is larger than {} MB", max >> 20));
    }
    Ok(bytes)
}
