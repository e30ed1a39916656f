//! The system's file dialogs, each on a thread of its own: the window goes on meanwhile.

use super::Outbox;
use crate::desktop::msg::Event;
use std::path::PathBuf;

const TYPES: [&str; 10] = ["wav", "flac", "mp3", "ogg", "oga", "m4a", "aac", "mp4", "aif", "aiff"];

/// Lets the person choose a recording or a folder.
pub fn pick(folder: bool, outbox: &Outbox) {
    let outbox = outbox.clone();
    on_thread(&outbox.clone(), move || {
        let dialog = rfd::FileDialog::new();
        let picked = if folder {
            dialog.set_title("A folder of recordings").pick_folder()
        } else {
            dialog.set_title("A recording").add_filter("Recordings", &TYPES).pick_file()
        };
        outbox.send(Event::Picked(picked.into_iter().collect()));
    });
}

/// Lets the person choose where to save.
pub fn save(name: &str, kinds: &[(&str, &str)]) -> Option<PathBuf> {
    let dialog = rfd::FileDialog::new().set_title("Save").set_file_name(name);
    kinds.iter().fold(dialog, |d, (about, ending)| d.add_filter(*about, &[ending])).save_file()
}

/// A thread for one dialog.
pub fn on_thread(outbox: &Outbox, work: impl FnOnce() + Send + 'static) {
    if let Err(e) = std::thread::Builder::new().name("dialog".to_owned()).spawn(work) {
        outbox.send(Event::Failed(format!("The dialog could not be opened: {e}")));
    }
}
