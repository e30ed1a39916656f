//! Recognizer weights: which there are, where they are, and whether they are what they should be.
//!
//! Weights are looked for in the folder that `EVENKEEL_MODELS` names, inside the program, in `models/` beside the program
//! or above it, and in the user's data folder, where [`Store::get`](super::fetch) puts what it fetches.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::header::Header;

/// What is used when no model is named.
pub const DEFAULT_MODEL: &str = "base-q5_1";
const DETECTOR: &str = "silero-v6.2.0";
const MANIFEST: &str = include_str!("../../models/manifest.toml");

/// Weights inside the program; `main.rs` includes them, so that only the program itself carries them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Embedded {
    /// `models/ggml-base-q5_1.bin`.
    pub base: Option<&'static [u8]>,
    /// `models/ggml-silero-v6.2.0.bin`.
    pub silero: Option<&'static [u8]>,
}

/// Weights to load.
#[derive(Clone, Debug)]
pub enum Weights {
    /// A file.
    File {
        /// As the manifest or the file's name says.
        name: String,
        /// Where.
        path: PathBuf,
    },
    /// Inside the program.
    Embedded {
        /// As the manifest says.
        name: String,
        /// The whole file.
        bytes: &'static [u8],
    },
}

impl Weights {
    /// What reports call them.
    pub fn name(&self) -> &str {
        match self {
            Self::File { name, .. } | Self::Embedded { name, .. } => name,
        }
    }
}

impl std::fmt::Display for Weights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { path, .. } => path.display().fmt(f),
            Self::Embedded { name, .. } => write!(f, "the built-in model {name}"),
        }
    }
}

/// The weights could not be found, fetched, checked or removed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelsError {
    /// Not in the manifest and no file.
    #[error("`{0}` is neither a known model nor a file; `evenkeel models list` names them all")]
    Unknown(String),
    /// Known, but not here.
    #[error("the model {0} is not installed; `evenkeel models get {0}` fetches it")]
    Absent(String),
    /// It comes with the program.
    #[error("{0} comes with the program and stays; only fetched models can be removed")]
    Shipped(String),
    /// Not what it should be.
    #[error("{path}: {why}; remove the file and fetch it again with `evenkeel models get {name}`")]
    Wrong {
        /// Model.
        name: String,
        /// File.
        path: PathBuf,
        /// Size or checksum, found and expected.
        why: String,
    },
    /// The server could not be reached or did not answer.
    #[error(
        "{url} could not be reached ({why}); check the connection, or set EVENKEEL_MODELS_URL to a place that has the file"
    )]
    Offline {
        /// Address.
        url: String,
        /// What went wrong.
        why: String,
    },
    /// The server refused.
    #[error(
        "{url} answered {status}; the file may have moved, EVENKEEL_MODELS_URL can name another place that has it"
    )]
    Refused {
        /// Address.
        url: String,
        /// HTTP status.
        status: u16,
    },
    /// The connection broke.
    #[error(
        "the connection broke at {got} bytes ({why}); run `evenkeel models get {name}` again, it goes on from there"
    )]
    Broken {
        /// Model.
        name: String,
        /// Bytes that are kept.
        got: u64,
        /// What went wrong.
        why: String,
    },
    /// No room.
    #[error("{0}: the disk is full; free some space and run the command again, it goes on from there")]
    DiskFull(PathBuf),
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    Io {
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// No home folder.
    #[error("there is no folder for models; set EVENKEEL_MODELS to one")]
    NoFolder,
    /// The caller cancelled.
    #[error("cancelled; what was fetched is kept, `evenkeel models get` goes on from there")]
    Cancelled,
}

impl ModelsError {
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull(path.to_path_buf()),
            _ => Self::Io { path: path.to_path_buf(), source },
        }
    }
}

/// A line of the manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// What `--model` takes.
    pub name: String,
    /// File name.
    pub file: String,
    /// Size, where known.
    pub bytes: Option<u64>,
    /// Lower-case hexadecimal, where known.
    pub sha256: Option<String>,
    /// Comes with the program.
    #[serde(default)]
    pub shipped: bool,
}

/// Where a model is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Inside the program.
    Embedded,
    /// A file.
    File(PathBuf),
    /// Nowhere.
    Absent,
}

/// How a model was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Every byte.
    Sha256,
    /// Its size and first bytes: its checksum is not known.
    SizeOnly,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    home: String,
    model: Vec<Model>,
}

/// All weights, wherever they are.
#[derive(Debug)]
pub struct Store {
    embedded: Embedded,
    models: Vec<Model>,
    /// Where to look, in order; the first one before the embedded weights when `override_first`.
    folders: Vec<PathBuf>,
    override_first: bool,
    /// Where fetched models go.
    pub(super) own: Option<PathBuf>,
    pub(super) home: String,
}

impl Store {
    /// The store of this user and program.
    pub fn new(embedded: Embedded) -> Self {
        let own = directories::ProjectDirs::from("", "", "evenkeel").map(|d| d.data_dir().join("models"));
        let named = std::env::var_os("EVENKEEL_MODELS").filter(|v| !v.is_empty()).map(PathBuf::from);
        let program = std::env::current_exe().and_then(|p| p.canonicalize()).unwrap_or_default();
        let mut folders: Vec<PathBuf> = named.iter().cloned().collect();
        // Beside the program, and above it as in a build folder; `../share` is where packages put data.
        folders.extend(program.ancestors().skip(1).take(4).map(|a| a.join("models")));
        folders.extend(program.ancestors().nth(2).map(|a| a.join("share/evenkeel/models")));
        folders.extend(own.clone());
        let url = std::env::var("EVENKEEL_MODELS_URL").ok().filter(|u| !u.is_empty());
        Self::with_folders(embedded, folders, named.is_some(), named.or(own), url)
    }

    /// A store over given folders; `home` replaces the public home.
    pub fn with_folders(
        embedded: Embedded,
        folders: Vec<PathBuf>,
        override_first: bool,
        own: Option<PathBuf>,
        home: Option<String>,
    ) -> Self {
        // The manifest is part of the program and a test reads it.
        let manifest: Manifest =
            toml::from_str(MANIFEST).unwrap_or_else(|_| Manifest { home: String::new(), model: Vec::new() });
        let home = home.unwrap_or(manifest.home);
        Self { embedded, models: manifest.model, folders, override_first, own, home }
    }

    /// Every known model and where it is.
    pub fn list(&self) -> Vec<(&Model, Place)> {
        self.models.iter().map(|m| (m, self.place(m))).collect()
    }

    /// Where models are fetched from.
    pub fn home(&self) -> &str {
        &self.home
    }

    /// The line of a name.
    pub fn known(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|m| m.name == name)
    }

    /// Weights of a name, or of the file that the name is the path of.
    pub fn find(&self, name: &str) -> Result<Weights, ModelsError> {
        if let Some(model) = self.known(name) {
            return match self.place(model) {
                Place::File(path) => Ok(Weights::File { name: name.to_owned(), path }),
                Place::Embedded => self
                    .bytes(model)
                    .map(|bytes| Weights::Embedded { name: name.to_owned(), bytes })
                    .ok_or_else(|| ModelsError::Absent(name.to_owned())),
                Place::Absent => Err(ModelsError::Absent(name.to_owned())),
            };
        }
        let path = PathBuf::from(name);
        if path.is_file() {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            return Ok(Weights::File { name: stem.trim_start_matches("ggml-").to_owned(), path });
        }
        Err(ModelsError::Unknown(name.to_owned()))
    }

    /// The speech detector as a file, which is all that whisper.cpp can load; the embedded one is written to the user's
    /// cache once.
    pub fn detector(&self) -> Result<PathBuf, ModelsError> {
        let model = self.known(DETECTOR).ok_or_else(|| ModelsError::Unknown(DETECTOR.to_owned()))?;
        match (self.place(model), self.bytes(model)) {
            (Place::File(path), _) => Ok(path),
            (_, Some(bytes)) => {
                let folder = directories::ProjectDirs::from("", "", "evenkeel")
                    .map_or_else(|| std::env::temp_dir().join("evenkeel"), |d| d.cache_dir().to_path_buf());
                written(&folder, &model.file, bytes)
                    .or_else(|_| written(&std::env::temp_dir().join("evenkeel"), &model.file, bytes))
            }
            (_, None) => Err(ModelsError::Absent(DETECTOR.to_owned())),
        }
    }

    /// Checks every byte of a model, or its size where no checksum is known.
    pub fn verify(&self, name: &str) -> Result<Check, ModelsError> {
        let model = self.known(name).ok_or_else(|| ModelsError::Unknown(name.to_owned()))?;
        match self.place(model) {
            Place::File(path) => check(model, &path),
            Place::Embedded => {
                let bytes = self.bytes(model).unwrap_or_default();
                let found = hex(&Sha256::digest(bytes));
                if model.sha256.as_ref().is_none_or(|s| *s == found) {
                    Ok(Check::Sha256)
                } else {
                    let why = format!("its SHA-256 is {found}, not the expected one");
                    Err(ModelsError::Wrong { name: name.to_owned(), path: "built-in".into(), why })
                }
            }
            Place::Absent => Err(ModelsError::Absent(name.to_owned())),
        }
    }

    /// Removes a fetched model, whole or half fetched.
    pub fn remove(&self, name: &str) -> Result<PathBuf, ModelsError> {
        let model = self.known(name).ok_or_else(|| ModelsError::Unknown(name.to_owned()))?;
        let path = self.own.as_ref().ok_or(ModelsError::NoFolder)?.join(&model.file);
        let part = super::fetch::part(&path);
        let was_partial = part.is_file() && std::fs::remove_file(&part).is_ok();
        if path.is_file() {
            std::fs::remove_file(&path).map_err(|e| ModelsError::io(&path, e))?;
        } else if !was_partial {
            return Err(match self.place(model) {
                Place::Absent => ModelsError::Absent(name.to_owned()),
                _ => ModelsError::Shipped(name.to_owned()),
            });
        }
        Ok(path)
    }

    fn bytes(&self, model: &Model) -> Option<&'static [u8]> {
        match model.name.as_str() {
            DEFAULT_MODEL => self.embedded.base,
            DETECTOR => self.embedded.silero,
            _ => None,
        }
    }

    fn place(&self, model: &Model) -> Place {
        let file = |folder: &PathBuf| Some(folder.join(&model.file)).filter(|p| p.is_file());
        if self.override_first
            && let Some(path) = self.folders.first().and_then(file)
        {
            return Place::File(path);
        }
        if self.bytes(model).is_some() {
            return Place::Embedded;
        }
        self.folders.iter().find_map(file).map_or(Place::Absent, Place::File)
    }
}

/// Whether a file is the model it should be.
pub(super) fn check(model: &Model, path: &Path) -> Result<Check, ModelsError> {
    let wrong = |why: String| ModelsError::Wrong { name: model.name.clone(), path: path.to_path_buf(), why };
    let size = std::fs::metadata(path).map_err(|e| ModelsError::io(path, e))?.len();
    if let Some(bytes) = model.bytes
        && bytes != size
    {
        return Err(wrong(format!("it has {size} bytes, not {bytes}")));
    }
    if model.name != DETECTOR && Header::read(path).is_none() {
        return Err(wrong("it is no whisper.cpp model".to_owned()));
    }
    let Some(expected) = &model.sha256 else { return Ok(Check::SizeOnly) };
    let found = sha256(path)?;
    if found == *expected {
        Ok(Check::Sha256)
    } else {
        Err(wrong(format!("its SHA-256 is {found}, not {expected}")))
    }
}

/// SHA-256 of a file, lower-case hexadecimal.
fn sha256(path: &Path) -> Result<String, ModelsError> {
    let mut file = std::fs::File::open(path).map_err(|e| ModelsError::io(path, e))?;
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        match file.read(&mut block).map_err(|e| ModelsError::io(path, e))? {
            0 => return Ok(hex(&hash.finalize())),
            n => hash.update(&block[..n]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

/// The file in the folder, written whole or not at all unless it is already there with the same content.
fn written(folder: &Path, file: &str, bytes: &[u8]) -> Result<PathBuf, ModelsError> {
    let path = folder.join(file);
    if std::fs::read(&path).is_ok_and(|found| found == bytes) {
        return Ok(path);
    }
    std::fs::create_dir_all(folder).map_err(|e| ModelsError::io(folder, e))?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(|e| ModelsError::io(folder, e))?;
    std::io::Write::write_all(&mut temporary, bytes).map_err(|e| ModelsError::io(&path, e))?;
    temporary.persist(&path).map_err(|e| ModelsError::io(&path, e.error))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("models")
    }

    fn store(folders: Vec<PathBuf>, own: Option<PathBuf>) -> Store {
        Store::with_folders(Embedded::default(), folders, false, own, None)
    }

    #[test]
    fn the_manifest_reads_and_names_are_unique_and_checksums_whole() {
        let manifest: Manifest = toml::from_str(MANIFEST).unwrap();
        assert!(manifest.home.starts_with("https://"));
        let mut names: Vec<&str> = manifest.model.iter().map(|m| m.name.as_str()).collect();
        for wanted in
            ["tiny.en", "base.en", "small.en", "medium.en", "large-v3-turbo", "small.en-q5_1", DEFAULT_MODEL]
        {
            assert!(names.contains(&wanted), "{wanted}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), manifest.model.len());
        for model in &manifest.model {
            assert!(
                model
                    .sha256
                    .as_ref()
                    .is_none_or(|s| s.len() == 64 && s.chars().all(|c| c.is_ascii_hexdigit()))
            );
            assert!(model.sha256.is_some() || model.bytes.is_some(), "{} can't be checked", model.name);
        }
    }

    #[test]
    fn the_shipped_weights_are_found_and_are_what_the_manifest_says() {
        let store = store(vec![shipped()], None);
        assert_eq!(store.verify(DEFAULT_MODEL).unwrap(), Check::Sha256);
        assert_eq!(store.verify(DETECTOR).unwrap(), Check::Sha256);
        assert_eq!(store.find(DEFAULT_MODEL).unwrap().name(), DEFAULT_MODEL);
    }

    #[test]
    fn the_embedded_detector_is_written_where_it_can_be_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let first = written(folder.path(), "d.bin", b"abc").unwrap();
        assert_eq!(std::fs::read(&first).unwrap(), b"abc");
        std::fs::write(&first, b"damaged").unwrap();
        assert_eq!(std::fs::read(written(folder.path(), "d.bin", b"abc").unwrap()).unwrap(), b"abc");
    }

    #[test]
    fn an_absent_model_says_how_to_get_it_and_an_unknown_one_where_the_list_is() {
        let store = store(vec![shipped()], None);
        assert!(store.find("small.en").unwrap_err().to_string().contains("models get small.en"));
        assert!(store.find("enormous").unwrap_err().to_string().contains("models list"));
        let by_path = store.find(shipped().join("ggml-base-q5_1.bin").to_str().unwrap()).unwrap();
        assert_eq!(by_path.name(), "base-q5_1");
    }

    #[test]
    fn a_truncated_model_is_told_by_its_size_and_can_be_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ggml-tiny.en.bin");
        std::fs::write(&path, b"lmgg and no more").unwrap();
        let store = store(vec![folder.path().to_path_buf()], Some(folder.path().to_path_buf()));
        assert!(store.verify("tiny.en").unwrap_err().to_string().contains("16 bytes, not 77704715"));
        store.remove("tiny.en").unwrap();
        assert!(!path.exists());
        assert!(matches!(store.remove("tiny.en"), Err(ModelsError::Absent(_))));
    }

    #[test]
    fn what_comes_with_the_program_is_not_removed() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(vec![shipped()], Some(folder.path().to_path_buf()));
        assert!(matches!(store.remove(DEFAULT_MODEL), Err(ModelsError::Shipped(_))));
    }
}
