//! Where scenarios come from: those in the binary, and the person's own folder, whose scenarios win over equal ids.

mod folder;
mod pack;

use super::LibraryError;
use crate::rehearse::scenario::{FILE_NAME, is_scenario_id};
use crate::rehearse::{Line, Scenario, ScenarioError};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Path (`id/scenario.toml`, `id/lines/x.flac`) and content of every file of the scenarios in the binary, passed down from `main`.
pub type EmbeddedFiles = &'static [(&'static str, &'static [u8])];

/// Where a scenario lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the binary.
    Embedded,
    /// In this folder.
    Folder(PathBuf),
}

/// A scenario with access to its recordings.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// The scenario.
    pub scenario: Scenario,
    /// Where it lies.
    pub origin: Origin,
    files: EmbeddedFiles,
}

/// One row of the list.
#[derive(Debug)]
pub struct Found {
    /// Its id; the folder's name where the file could not be read.
    pub id: String,
    /// Where it lies.
    pub origin: Origin,
    /// The scenario, or everything that is wrong with it.
    pub scenario: Result<Scenario, ScenarioError>,
}

/// All scenarios.
#[derive(Clone, Debug, Default)]
pub struct ScenarioStore {
    embedded: EmbeddedFiles,
    folder: Option<PathBuf>,
}

impl ScenarioStore {
    /// The embedded ones and those in a folder, which need not exist.
    pub fn new(embedded: EmbeddedFiles, folder: Option<PathBuf>) -> Self {
        Self { embedded, folder }
    }

    /// The person's own folder.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Every scenario by id; refused ones stand in the list with their problems. Recordings are not opened.
    pub fn list(&self) -> Vec<Found> {
        let own = self.folder.as_deref().map(folder::scenarios_in).unwrap_or_default();
        let mut out: Vec<Found> = own
            .into_iter()
            .map(|dir| Found {
                id: folder::name_of(&dir),
                scenario: folder::read(&dir).map(|(s, _)| s),
                origin: Origin::Folder(dir),
            })
            .collect();
        for (id, text) in self.embedded_texts() {
            if !out.iter().any(|f| f.id == id) {
                let name = format!("{id}/{FILE_NAME}");
                out.push(Found {
                    id: id.to_owned(),
                    origin: Origin::Embedded,
                    scenario: Scenario::parse(text, &name),
                });
            }
        }
        out.sort_by(|a, b| a.id.cmp(&b.id));
        out
    }

    /// The scenarios that can be rehearsed.
    pub fn scenarios(&self) -> Vec<Scenario> {
        self.list().into_iter().filter_map(|f| f.scenario.ok()).collect()
    }

    /// A scenario by id, or by the path of its folder.
    pub fn open(&self, id_or_path: &str) -> Result<Bundle, LibraryError> {
        if !is_scenario_id(id_or_path) || Path::new(id_or_path).join(FILE_NAME).is_file() {
            return self.open_folder(Path::new(id_or_path));
        }
        if let Some(dir) =
            self.folder.as_ref().map(|f| f.join(id_or_path)).filter(|d| d.join(FILE_NAME).is_file())
        {
            return self.open_folder(&dir);
        }
        let Some((_, text)) = self.embedded_texts().find(|(id, _)| *id == id_or_path) else {
            let ids: Vec<String> = self.list().into_iter().map(|f| f.id).collect();
            let known = if ids.is_empty() {
                "there are none at all".to_owned()
            } else {
                format!("there are {}", ids.join(", "))
            };
            return Err(LibraryError::NoScenario { id: id_or_path.to_owned(), known });
        };
        let scenario = Scenario::parse(text, &format!("{id_or_path}/{FILE_NAME}"))?;
        Ok(Bundle { scenario, origin: Origin::Embedded, files: self.embedded })
    }

    fn open_folder(&self, dir: &Path) -> Result<Bundle, LibraryError> {
        if !dir.join(FILE_NAME).is_file() {
            let known = format!("no file {} was found", dir.join(FILE_NAME).display());
            return Err(LibraryError::NoScenario { id: dir.display().to_string(), known });
        }
        let (scenario, _) = folder::read(dir)?;
        Ok(Bundle { scenario, origin: Origin::Folder(dir.to_owned()), files: self.embedded })
    }

    /// Everything that can be wrong: the file, its id against the folder's name, and every recording, decoded.
    pub fn check(&self, id_or_path: &str) -> Result<Bundle, LibraryError> {
        let bundle = self.open(id_or_path)?;
        match &bundle.origin {
            Origin::Folder(dir) => folder::check(dir)?,
            Origin::Embedded => {
                for line in &bundle.scenario.lines {
                    bundle.samples(line)?;
                }
            }
        }
        Ok(bundle)
    }

    /// Writes a scenario to start from: `parent/id/scenario.toml` and an empty `lines` folder.
    pub fn create(parent: &Path, id: &str) -> Result<PathBuf, LibraryError> {
        if !is_scenario_id(id) {
            return Err(LibraryError::BadId(id.to_owned()));
        }
        let dir = parent.join(id);
        std::fs::create_dir_all(parent).map_err(|e| LibraryError::file(parent, e))?;
        std::fs::create_dir(&dir).map_err(|e| LibraryError::file(&dir, e))?;
        std::fs::create_dir(dir.join("lines")).map_err(|e| LibraryError::file(&dir, e))?;
        let file = dir.join(FILE_NAME);
        std::fs::write(&file, Scenario::template(id).to_toml()).map_err(|e| LibraryError::file(&file, e))?;
        Ok(dir)
    }

    /// Writes checked scenarios as one zip; the file must not exist and appears whole or not at all.
    pub fn pack(&self, ids_or_paths: &[String], out: &Path) -> Result<(), LibraryError> {
        let bundles = ids_or_paths.iter().map(|id| self.check(id)).collect::<Result<Vec<_>, _>>()?;
        pack::write(&bundles, out)
    }

    /// Reads a pack into a folder and gives back the new scenario folders; nothing is written outside the folder, nothing is
    /// overwritten, and nothing stays when any part is refused.
    pub fn unpack(zip: &Path, into: &Path) -> Result<Vec<PathBuf>, LibraryError> {
        pack::read(zip, into)
    }

    fn embedded_texts(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        self.embedded.iter().filter_map(|(path, bytes)| {
            let (id, name) = path.split_once('/')?;
            (name == FILE_NAME).then_some((id, std::str::from_utf8(bytes).ok()?))
        })
    }
}

impl Bundle {
    /// The bytes of a line's recording.
    pub fn audio(&self, line: &Line) -> Result<Cow<'static, [u8]>, LibraryError> {
        match &self.origin {
            Origin::Embedded => {
                let path = format!("{}/{}", self.scenario.id, line.audio);
                let found =
                    self.files.iter().find(|(p, _)| *p == path).map(|(_, bytes)| Cow::Borrowed(*bytes));
                found.ok_or_else(|| missing(Path::new(&path)))
            }
            Origin::Folder(dir) => folder::audio(dir, &line.audio)
                .map(Cow::Owned)
                .map_err(|reason| LibraryError::Pack { path: dir.join(&line.audio), reason }),
        }
    }

    /// A line's recording, mono at 16 kHz.
    pub fn samples(&self, line: &Line) -> Result<Vec<f32>, LibraryError> {
        let path = match &self.origin {
            Origin::Embedded => PathBuf::from(&self.scenario.id).join(&line.audio),
            Origin::Folder(dir) => dir.join(&line.audio),
        };
        folder::decode(&path, &self.audio(line)?).map_err(|reason| LibraryError::Pack { path, reason })
    }
}

fn missing(path: &Path) -> LibraryError {
    LibraryError::file(path, std::io::Error::from(std::io::ErrorKind::NotFound))
}

#[cfg(test)]
mod tests;
