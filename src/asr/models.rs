//! Recognizer weights: which there are, where they are, and whether they are what they should be.
//!
//! Weights are looked for in the folder that `EVENKEEL_MODELS` names, inside the program, in `models/` beside the program
//! or above it, and in the user's data folder, where [`Store::get`] puts what it fetches.

mod check;
mod error;
mod fetch;
mod manifest;
mod weights;

pub use check::Check;
pub use error::ModelsError;
pub use manifest::Model;
pub use weights::{Embedded, Weights};

use std::path::{Path, PathBuf};

use manifest::Manifest;

/// What is used when no model is named.
pub const DEFAULT_MODEL: &str = "base-q5_1";
const DETECTOR: &str = "silero-v6.2.0";

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

/// All weights, wherever they are.
#[derive(Debug)]
pub struct Store {
    embedded: Embedded,
    models: Vec<Model>,
    /// Where to look, in order; the first one before the embedded weights when `override_first`.
    folders: Vec<PathBuf>,
    override_first: bool,
    /// Where fetched models go.
    own: Option<PathBuf>,
    home: String,
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
        let manifest = Manifest::embedded();
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
                    .embedded
                    .of(name)
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
        match (self.place(model), self.embedded.of(&model.name)) {
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

    /// Removes a fetched model, whole or half fetched.
    pub fn remove(&self, name: &str) -> Result<PathBuf, ModelsError> {
        let model = self.known(name).ok_or_else(|| ModelsError::Unknown(name.to_owned()))?;
        let path = self.own.as_ref().ok_or(ModelsError::NoFolder)?.join(&model.file);
        let part = fetch::part(&path);
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

    fn place(&self, model: &Model) -> Place {
        let file = |folder: &PathBuf| Some(folder.join(&model.file)).filter(|p| p.is_file());
        if self.override_first
            && let Some(path) = self.folders.first().and_then(file)
        {
            return Place::File(path);
        }
        if self.embedded.of(&model.name).is_some() {
            return Place::Embedded;
        }
        self.folders.iter().find_map(file).map_or(Place::Absent, Place::File)
    }
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
