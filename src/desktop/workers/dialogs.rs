//! The system's file dialogs, each on a thread of its own: the window goes on meanwhile.

use super::Outbox;
use crate::desktop::msg::Event;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const TYPES: [&str; 10] = ["wav", "flac", "mp3", "ogg", "oga", "m4a", "aac", "mp4", "aif", "aiff"];
/// A dialog that is gone sooner than a person can answer was never there.
const NEVER_THERE: Duration = Duration::from_millis(500);

/// Lets the person choose a recording or a folder.
pub fn pick(folder: bool, outbox: &Outbox) {
    let outbox = outbox.clone();
    on_thread(&outbox.clone(), move || {
        let since = Instant::now();
        let dialog = rfd::FileDialog::new();
        let picked = if folder {
            dialog.set_title("A folder of recordings").pick_folder()
        } else {
            dialog.set_title("A recording").add_filter("Recordings", &TYPES).pick_file()
        };
        if picked.is_none() && since.elapsed() < NEVER_THERE {
            let text = "The system's file dialog did not open; on Linux it needs xdg-desktop-portal or zenity. Drop a \
                        recording or a folder onto the window instead.";
            outbox.send(Event::Failed(text.to_owned()));
        }
        outbox.send(Event::Picked(picked.into_iter().collect()));
    });
}

/// Lets the person choose where to save; without a dialog the person's documents, under a name that is free.
pub fn save(name: &str, kinds: &[(&str, &str)]) -> Option<PathBuf> {
    let since = Instant::now();
    let dialog = rfd::FileDialog::new().set_title("Save").set_file_name(name);
    let chosen = kinds.iter().fold(dialog, |d, (about, ending)| d.add_filter(*about, &[ending])).save_file();
    if chosen.is_some() || since.elapsed() >= NEVER_THERE {
        return chosen;
    }
    let user = directories::UserDirs::new()?;
    free(user.document_dir().filter(|d| d.is_dir()).unwrap_or(user.home_dir()), name)
}

/// A name that is not taken yet.
fn free(dir: &Path, name: &str) -> Option<PathBuf> {
    let (stem, ending) = name.rsplit_once('.')?;
    let others = (2..1000).map(|n| format!("{stem}-{n}.{ending}"));
    std::iter::once(name.to_owned()).chain(others).map(|n| dir.join(n)).find(|p| !p.exists())
}

/// A thread for one dialog.
pub fn on_thread(outbox: &Outbox, work: impl FnOnce() + Send + 'static) {
    if let Err(e) = std::thread::Builder::new().name("dialog".to_owned()).spawn(work) {
        outbox.send(Event::Failed(format!("The dialog could not be opened: {e}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_saved_before_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let first = free(dir.path(), "debrief.html").unwrap();
        assert!(first.ends_with("debrief.html"));
        std::fs::write(&first, "x").unwrap();
        assert!(free(dir.path(), "debrief.html").unwrap().ends_with("debrief-2.html"));
    }
}
