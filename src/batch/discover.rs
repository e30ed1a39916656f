//! The recordings below a folder, in the order of their names.

use super::BatchError;
use std::path::{Path, PathBuf};

/// Endings of files that are tried; anything else is passed over silently.
const ENDINGS: [&str; 14] =
    ["wav", "wave", "rf64", "bwf", "flac", "mp3", "ogg", "oga", "m4a", "mp4", "m4b", "aac", "aif", "aiff"];
/// Deeper trees are taken for a mistake (a link to itself).
const DEEPEST: usize = 64;

/// A recording that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Below the folder, with `/` on every system.
    pub name: String,
    /// To open it.
    pub path: PathBuf,
}

/// All recordings below `dir`, sorted by name. Hidden files and folders and everything below `except` are passed over,
/// and links to folders are not followed.
pub fn discover(dir: &Path, except: &Path) -> Result<Vec<Found>, BatchError> {
    if !dir.exists() {
        return Err(BatchError::NoFolder(dir.to_owned()));
    }
    if !dir.is_dir() {
        return Err(BatchError::NotAFolder(dir.to_owned()));
    }
    let except = except.canonicalize().ok();
    let mut found = Vec::new();
    below(dir, "", except.as_deref(), 0, &mut found)?;
    found.sort();
    Ok(found)
}

fn below(
    dir: &Path,
    prefix: &str,
    except: Option<&Path>,
    depth: usize,
    out: &mut Vec<Found>,
) -> Result<(), BatchError> {
    if depth > DEEPEST || (except.is_some() && dir.canonicalize().ok().as_deref() == except) {
        return Ok(());
    }
    let unreadable = |source| BatchError::Unreadable { path: dir.to_owned(), source };
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let file = entry.file_name().to_string_lossy().into_owned();
        if file.starts_with('.') {
            continue;
        }
        let kind = entry.file_type().map_err(unreadable)?;
        let name = if prefix.is_empty() { file.clone() } else { format!("{prefix}/{file}") };
        let path = entry.path();
        if kind.is_dir() {
            below(&path, &name, except, depth + 1, out)?;
        } else if path.is_file() && is_recording(&path) {
            out.push(Found { name, path });
        }
    }
    Ok(())
}

fn is_recording(path: &Path) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|e| ENDINGS.contains(&e.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_are_found_in_order_through_all_levels_and_results_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        for file in ["b.wav", "a/z.FLAC", "a/b/c.mp3", "notes.txt", ".hidden.wav", "out/reports/x.wav"] {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"x").unwrap();
        }
        let names: Vec<String> =
            discover(root, &root.join("out")).unwrap().into_iter().map(|f| f.name).collect();
        assert_eq!(names, ["a/b/c.mp3", "a/z.FLAC", "b.wav"]);
    }

    #[test]
    fn a_missing_folder_and_a_file_are_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.wav");
        assert!(discover(&file, dir.path()).unwrap_err().to_string().contains("no such folder"));
        std::fs::write(&file, b"x").unwrap();
        assert!(discover(&file, dir.path()).unwrap_err().to_string().contains("evenkeel analyze"));
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_links_to_itself_ends() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).unwrap();
        std::fs::write(dir.path().join("a.wav"), b"x").unwrap();
        assert_eq!(discover(dir.path(), Path::new("nowhere")).unwrap().len(), 1);
    }
}
