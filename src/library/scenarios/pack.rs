//! Packs: a zip of scenario folders. Reading one trusts nothing in it: names, links, sizes and counts are checked, bytes are
//! counted as they come out, everything lands in a temporary folder first and moves only when every scenario is sound.

use super::super::LibraryError;
use super::{Bundle, folder};
use crate::rehearse::scenario::{FILE_NAME, audio_path_fault, is_scenario_id};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Files in one pack.
const MAX_FILES: usize = 2_000;
/// Bytes that come out of one pack.
const MAX_TOTAL: u64 = 256 << 20;

pub(super) fn write(bundles: &[Bundle], out: &Path) -> Result<(), LibraryError> {
    let refuse = |reason: String| LibraryError::Pack { path: out.to_owned(), reason };
    if out.exists() {
        return Err(LibraryError::Exists(out.to_owned()));
    }
    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let temporary = tempfile::NamedTempFile::new_in(parent).map_err(|e| LibraryError::file(parent, e))?;
    let mut zip = ZipWriter::new(temporary);
    let mut written = BTreeSet::new();
    for bundle in bundles {
        let id = &bundle.scenario.id;
        // The text is written anew, so that a pack holds nothing but what was checked.
        let mut files =
            vec![(FILE_NAME.to_owned(), bundle.scenario.to_toml().into_bytes(), CompressionMethod::Deflated)];
        for line in &bundle.scenario.lines {
            files.push((line.audio.clone(), bundle.audio(line)?.into_owned(), CompressionMethod::Stored));
        }
        for (name, bytes, method) in files {
            let name = format!("{id}/{name}");
            if written.insert(name.clone()) {
                let options = SimpleFileOptions::default().compression_method(method);
                zip.start_file(name, options).map_err(|e| refuse(e.to_string()))?;
                zip.write_all(&bytes).map_err(|e| LibraryError::file(out, e))?;
            }
        }
    }
    let temporary = zip.finish().map_err(|e| refuse(e.to_string()))?;
    temporary.persist_noclobber(out).map_err(|e| LibraryError::file(out, e.error))?;
    Ok(())
}

pub(super) fn read(path: &Path, into: &Path) -> Result<Vec<PathBuf>, LibraryError> {
    let refuse = |reason: &str| LibraryError::Pack { path: path.to_owned(), reason: reason.to_owned() };
    let file = File::open(path).map_err(|e| LibraryError::file(path, e))?;
    if file.metadata().is_ok_and(|m| m.len() > MAX_TOTAL) {
        return Err(refuse("is too large for a pack of scenarios"));
    }
    let mut zip = ZipArchive::new(file).map_err(|e| refuse(&format!("is not a readable zip ({e})")))?;
    if zip.len() > MAX_FILES {
        return Err(refuse(&format!("holds more than {MAX_FILES} files")));
    }
    std::fs::create_dir_all(into).map_err(|e| LibraryError::file(into, e))?;
    let staging = tempfile::Builder::new()
        .prefix(".unpack-")
        .tempdir_in(into)
        .map_err(|e| LibraryError::file(into, e))?;
    let mut ids = BTreeSet::new();
    let mut names = BTreeSet::new();
    let mut left = MAX_TOTAL;
    for index in 0..zip.len() {
        let mut entry =
            zip.by_index(index).map_err(|e| refuse(&format!("file {index} can't be read ({e})")))?;
        let name = entry
            .name()
            .map_err(|e| refuse(&format!("file {index} has no readable name ({e})")))?
            .into_owned();
        if entry.is_symlink() {
            return Err(refuse(&format!("`{name}` is a link")));
        }
        if entry.is_dir() {
            continue;
        }
        let id = place(&name).map_err(|reason| refuse(&format!("`{name}` {reason}")))?;
        // Names that differ in case only are one file on some systems.
        if !names.insert(name.to_lowercase()) {
            return Err(refuse(&format!("`{name}` is there twice")));
        }
        ids.insert(id.to_owned());
        let target = staging.path().join(&name);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(|e| LibraryError::file(parent, e))?;
        }
        let mut out = File::create_new(&target).map_err(|e| LibraryError::file(&target, e))?;
        let limit = folder::MAX_AUDIO.min(left);
        // What the zip claims about sizes is not believed.
        let copied = std::io::copy(&mut (&mut entry).take(limit + 1), &mut out)
            .map_err(|e| refuse(&format!("`{name}` can't be unpacked ({e})")))?;
        if copied > limit {
            return Err(refuse(&format!("`{name}` unpacks to more than a pack may hold")));
        }
        left -= copied;
    }
    settle(&ids, staging.path(), into, &refuse)
}

/// The scenario id of a file in a pack, or why the file may not be there.
fn place(name: &str) -> Result<&str, &'static str> {
    if let Some(fault) = audio_path_fault(name) {
        return Err(fault);
    }
    let Some((id, _)) = name.split_once('/') else { return Err("does not lie in a scenario's folder") };
    let plain = |part: &str| {
        let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
        let device = matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
            || (stem.len() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")));
        !device && !part.starts_with('.') && !part.contains(['<', '>', '"', '|', '?', '*'])
    };
    if !is_scenario_id(id) {
        return Err("lies in a folder whose name can't be a scenario's id");
    }
    if !name.split('/').all(plain) {
        return Err("is not a name that works on every system");
    }
    Ok(id)
}

/// Checks every scenario, then moves them all.
fn settle(
    ids: &BTreeSet<String>,
    staging: &Path,
    into: &Path,
    refuse: &dyn Fn(&str) -> LibraryError,
) -> Result<Vec<PathBuf>, LibraryError> {
    if ids.is_empty() {
        return Err(refuse("holds no scenario"));
    }
    for id in ids {
        if into.join(id).exists() {
            return Err(LibraryError::Exists(into.join(id)));
        }
        let dir = staging.join(id);
        if !dir.join(FILE_NAME).is_file() {
            return Err(refuse(&format!("`{id}` has no {FILE_NAME}")));
        }
        folder::check(&dir).map_err(|mut error| {
            for problem in &mut error.problems {
                problem.file = format!("{id}/{FILE_NAME}");
            }
            refuse(&error.to_string())
        })?;
    }
    let mut out = Vec::new();
    for id in ids {
        let target = into.join(id);
        std::fs::rename(staging.join(id), &target).map_err(|e| LibraryError::file(&target, e))?;
        out.push(target);
    }
    Ok(out)
}
