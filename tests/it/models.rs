//! Fetching weights from a server on loopback that drops connections, knows ranges or does not, and lies.

use evenkeel::asr::{Embedded, ModelsError, Store};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// How the server behaves.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Manner {
    /// Sends the whole file, or the range.
    Well,
    /// Breaks the connection in the middle of the first answer.
    DropsOnce,
    /// Always breaks it after 1000 bytes more.
    DropsAlways,
    /// Knows no ranges.
    NoRanges,
    /// Has no such file.
    NotFound,
}

pub(super) struct Server {
    pub url: String,
    ranges: Arc<Mutex<Vec<Option<u64>>>>,
}

pub(super) fn serve(body: Vec<u8>, manner: Manner) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let ranges: Arc<Mutex<Vec<Option<u64>>>> = Arc::default();
    let (seen, answers) = (Arc::clone(&ranges), AtomicUsize::new(0));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = answer(stream, &body, manner, answers.fetch_add(1, Ordering::Relaxed), &seen);
        }
    });
    Server { url, ranges }
}

fn answer(
    mut stream: TcpStream,
    body: &[u8],
    manner: Manner,
    nth: usize,
    seen: &Mutex<Vec<Option<u64>>>,
) -> std::io::Result<()> {
    let mut range = None;
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?.to_ascii_lowercase();
        if let Some(from) = line.strip_prefix("range: bytes=") {
            range = from.trim_end_matches('-').parse::<u64>().ok();
        }
        if line.is_empty() {
            break;
        }
    }
    seen.lock().unwrap().push(range);
    if manner == Manner::NotFound {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    let from = if manner == Manner::NoRanges { 0 } else { range.unwrap_or(0) as usize };
    let rest = &body[from.min(body.len())..];
    let status = if from > 0 { "206 Partial Content" } else { "200 OK" };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n", rest.len())?;
    if from > 0 {
        write!(stream, "Content-Range: bytes {from}-{}/{}\r\n", body.len() - 1, body.len())?;
    }
    write!(stream, "\r\n")?;
    let sent = match manner {
        Manner::DropsOnce if nth == 0 => rest.len() / 2,
        Manner::DropsAlways => rest.len().min(1000),
        _ => rest.len(),
    };
    stream.write_all(&rest[..sent])
}

/// A file with a Whisper header and the size of tiny.en-q8_0, whose bytes are not the real ones. (`tiny-q8_0` has no known
/// checksum, so only its size and header are checked.)
pub(super) fn stand_in(bytes: usize) -> Vec<u8> {
    let words: [u32; 12] = [0x6767_6d6c, 51865, 1500, 384, 6, 4, 448, 384, 6, 4, 80, 7];
    let mut body: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
    body.resize(bytes, 7);
    body
}

pub(super) const TINY_Q8: usize = 43_537_433;

fn store(folder: &std::path::Path, url: &str) -> Store {
    Store::with_folders(
        Embedded::default(),
        vec![folder.into()],
        false,
        Some(folder.into()),
        Some(url.into()),
    )
}

fn get(store: &Store, name: &str) -> Result<std::path::PathBuf, ModelsError> {
    store.get(name, &mut |_, _| {}, &AtomicBool::new(false))
}

#[test]
fn a_model_is_fetched_whole_with_progress_and_then_found() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(stand_in(TINY_Q8), Manner::Well);
    let store = store(folder.path(), &server.url);
    let mut last = (0, None);
    let path =
        store.get("tiny-q8_0", &mut |got, whole| last = (got, whole), &AtomicBool::new(false)).unwrap();
    assert_eq!(last, (TINY_Q8 as u64, Some(TINY_Q8 as u64)));
    assert_eq!(std::fs::metadata(&path).unwrap().len(), TINY_Q8 as u64);
    assert!(!folder.path().join("ggml-tiny-q8_0.bin.part").exists());
    assert!(store.find("tiny-q8_0").is_ok());
    // A second time nothing is asked for.
    get(&store, "tiny-q8_0").unwrap();
    assert_eq!(server.ranges.lock().unwrap().len(), 1);
}

#[test]
fn a_dropped_connection_goes_on_where_it_broke() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(stand_in(TINY_Q8), Manner::DropsOnce);
    let path = get(&store(folder.path(), &server.url), "tiny-q8_0").unwrap();
    assert_eq!(std::fs::read(path).unwrap(), stand_in(TINY_Q8));
    let ranges = server.ranges.lock().unwrap();
    assert_eq!(ranges.len(), 2);
    assert!(ranges[1].is_some_and(|from| from > 0));
}

#[test]
fn a_server_without_ranges_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ggml-tiny-q8_0.bin.part"), [9; 5000]).unwrap();
    let server = serve(stand_in(TINY_Q8), Manner::NoRanges);
    let path = get(&store(folder.path(), &server.url), "tiny-q8_0").unwrap();
    assert_eq!(std::fs::read(path).unwrap(), stand_in(TINY_Q8));
}

#[test]
fn a_connection_that_always_breaks_keeps_what_came_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(stand_in(TINY_Q8), Manner::DropsAlways);
    let error = get(&store(folder.path(), &server.url), "tiny-q8_0").unwrap_err();
    assert!(matches!(error, ModelsError::Broken { got: 4000, .. }), "{error}");
    assert!(error.to_string().contains("goes on from there"));
    assert!(!folder.path().join("ggml-tiny-q8_0.bin").exists());
}

#[test]
fn wrong_bytes_of_the_right_size_are_refused_and_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    // base.en-q5_1 has a known checksum, which these bytes do not have.
    let server = serve(stand_in(59_721_011), Manner::Well);
    let error = get(&store(folder.path(), &server.url), "base.en-q5_1").unwrap_err();
    assert!(error.to_string().contains("SHA-256"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_web_page_instead_of_a_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(b"<html>Log in to the hotel network</html>".to_vec(), Manner::Well);
    // The size of tiny-q5_1 is not known: the first bytes tell.
    let error = get(&store(folder.path(), &server.url), "tiny-q5_1").unwrap_err();
    assert!(error.to_string().contains("no whisper.cpp model"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_missing_file_and_a_missing_server_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(Vec::new(), Manner::NotFound);
    let error = get(&store(folder.path(), &server.url), "tiny-q8_0").unwrap_err();
    assert!(matches!(error, ModelsError::Refused { status: 404, .. }), "{error}");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = get(&store(folder.path(), &format!("http://{closed}")), "tiny-q8_0").unwrap_err();
    assert!(matches!(error, ModelsError::Offline { .. }), "{error}");
    assert!(error.to_string().contains("EVENKEEL_MODELS_URL"));
}
