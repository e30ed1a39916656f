//! Fetching weights: to a `.part` file that a later try goes on with, checked, then renamed.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::check::check;
use super::{Model, ModelsError, Store, Weights};

/// A connection that breaks is taken up again this often before giving up.
const TRIES: u32 = 4;

/// The half-fetched file beside the whole one.
pub(super) fn part(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

impl Store {
    /// Fetches a model into the user's folder unless it is there. `progress` gets the bytes so far and the whole size,
    /// where known.
    pub fn get(
        &self,
        name: &str,
        progress: &mut dyn FnMut(u64, Option<u64>),
        cancel: &AtomicBool,
    ) -> Result<PathBuf, ModelsError> {
        let model = self.known(name).ok_or_else(|| ModelsError::Unknown(name.to_owned()))?;
        let folder = self.own.as_ref().ok_or(ModelsError::NoFolder)?;
        let path = folder.join(&model.file);
        if path.is_file() && check(model, &path).is_ok() {
            return Ok(path);
        }
        if model.shipped {
            // The file of this name at the public home is not the one that is shipped.
            return match self.find(name)? {
                Weights::File { path, .. } => Ok(path),
                Weights::Embedded { .. } => Err(ModelsError::Shipped(name.to_owned())),
            };
        }
        std::fs::create_dir_all(folder).map_err(|e| ModelsError::io(folder, e))?;
        let part = part(&path);
        let url = format!("{}/{}", self.home.trim_end_matches('/'), model.file);
        let mut tried = 0;
        loop {
            tried += 1;
            match fetch(&url, model, &part, progress, cancel) {
                Err(ModelsError::Broken { .. }) if tried < TRIES => {}
                other => break other?,
            }
        }
        if let Err(wrong) = check(model, &part) {
            // Going on from wrong bytes would never end well.
            let _ = std::fs::remove_file(&part);
            return Err(wrong);
        }
        std::fs::rename(&part, &path).map_err(|e| ModelsError::io(&path, e))?;
        Ok(path)
    }
}

/// One try: asks for what is still missing and appends it.
fn fetch(
    url: &str,
    model: &Model,
    part: &Path,
    progress: &mut dyn FnMut(u64, Option<u64>),
    cancel: &AtomicBool,
) -> Result<(), ModelsError> {
    let offline = |why: String| ModelsError::Offline { url: url.to_owned(), why };
    let have = std::fs::metadata(part).map_or(0, |m| m.len());
    if model.bytes.is_some_and(|whole| have >= whole) {
        return Ok(());
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(20)))
        .timeout_recv_response(Some(Duration::from_mins(1)))
        .http_status_as_error(false)
        .build()
        .into();
    let mut request = agent.get(url).header("Accept-Encoding", "identity");
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
    }
    let response = request.call().map_err(|e| offline(e.to_string()))?;
    let status = response.status().as_u16();
    let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let length: Option<u64> = header("content-length").and_then(|v| v.parse().ok());
    let goes_on = header("content-range").is_some_and(|r| r.starts_with(&format!("bytes {have}-")));
    let (mut file, mut got) = match status {
        206 if goes_on => (OpenOptions::new().append(true).open(part), have),
        200 => (File::create(part), 0),
        416 => {
            // The part is as long as the file or longer: start again unless it is whole.
            if check(model, part).is_err() {
                let _ = std::fs::remove_file(part);
                return Err(broken(model, 0, "the server has nothing behind what was fetched"));
            }
            return Ok(());
        }
        _ => return Err(ModelsError::Refused { url: url.to_owned(), status }),
    };
    let file =
        file.as_mut().map_err(|e| ModelsError::io(part, std::io::Error::new(e.kind(), e.to_string())))?;
    let whole = model.bytes.or_else(|| length.map(|n| n + got));
    let mut reader = response.into_body().into_reader();
    let mut block = vec![0; 64 * 1024];
    progress(got, whole);
    loop {
        if cancel.load(Ordering::Relaxed) {
            return Err(ModelsError::Cancelled);
        }
        match reader.read(&mut block) {
            Ok(0) => break,
            Ok(n) => {
                file.write_all(&block[..n]).map_err(|e| ModelsError::io(part, e))?;
                got += n as u64;
                progress(got, whole);
            }
            Err(error) => return Err(broken(model, got, &error.to_string())),
        }
    }
    file.sync_all().map_err(|e| ModelsError::io(part, e))?;
    match whole {
        Some(whole) if got < whole => Err(broken(model, got, "it ended early")),
        _ => Ok(()),
    }
}

fn broken(model: &Model, got: u64, why: &str) -> ModelsError {
    ModelsError::Broken { name: model.name.clone(), got, why: why.to_owned() }
}
