use super::*;
use std::io::Write;
use zip::write::SimpleFileOptions;

static EMBEDDED: &[(&str, &[u8])] = &[];

/// A folder with one sound scenario `my-call`.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let call = ScenarioStore::create(dir.path(), "my-call").expect("is new");
    for name in ["opening", "softer", "hotter"] {
        std::fs::write(call.join(format!("lines/{name}.wav")), tone(0.5)).expect("is written");
    }
    dir
}

fn tone(seconds: f32) -> Vec<u8> {
    let samples: Vec<f32> = (0..(seconds * 8000.0) as usize).map(|i| (i as f32 * 0.3).sin() * 0.3).collect();
    crate::audio::wav_pcm16(&samples, 8000)
}

fn store(dir: &Path) -> ScenarioStore {
    ScenarioStore::new(EMBEDDED, Some(dir.to_owned()))
}

/// The refusal of the one scenario after something was done to it.
fn refusal(change: impl FnOnce(&Path)) -> String {
    let dir = folder();
    change(&dir.path().join("my-call"));
    store(dir.path()).check("my-call").expect_err("is refused").to_string()
}

fn replace(call: &Path, from: &str, to: &str) {
    let file = call.join(FILE_NAME);
    let text = std::fs::read_to_string(&file).expect("is text");
    assert!(text.contains(from));
    std::fs::write(file, text.replacen(from, to, 1)).expect("is written");
}

#[test]
fn every_shipped_scenario_is_sound() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/scenarios");
    let store = store(&dir);
    let found = store.list();
    assert_eq!(found.len(), 10);
    for f in found {
        let s = f.scenario.expect("is good");
        assert_eq!(Scenario::parse(&s.to_toml(), "again").expect("is good"), s);
    }
    for id in ["double-charge", "late-parcel"] {
        let bundle = store.check(id).expect("its recordings are sound");
        assert_eq!(bundle.scenario.facts().scenario, id);
    }
}

#[test]
fn a_new_scenario_lacks_its_recordings_and_then_is_sound() {
    let dir = tempfile::tempdir().expect("a folder");
    ScenarioStore::create(dir.path(), "my-call").expect("is new");
    let error = store(dir.path()).check("my-call").expect_err("nothing is recorded").to_string();
    assert_eq!(error.lines().count(), 3, "{error}");
    assert!(
        error.contains("scenario.toml:") && error.contains("line.softer.audio") && error.contains("missing"),
        "{error}"
    );
    assert!(store(folder().path()).check("nope").is_err());
    let whole = folder();
    let bundle = store(whole.path()).check("my-call").expect("is sound");
    assert_eq!(bundle.samples(&bundle.scenario.lines[0]).map(|s| s.len() / 100).ok(), Some(80));
    assert!(matches!(ScenarioStore::create(whole.path(), "my-call"), Err(LibraryError::Exists(_))));
    assert!(matches!(ScenarioStore::create(whole.path(), "../x"), Err(LibraryError::BadId(_))));
}

#[test]
fn a_folder_can_be_named_by_its_path() {
    let dir = folder();
    let path = dir.path().join("my-call").display().to_string();
    assert!(ScenarioStore::default().check(&path).is_ok());
}

#[test]
fn recordings_that_cannot_serve_are_refused_with_their_line() {
    let missing = refusal(|c| std::fs::remove_file(c.join("lines/softer.wav")).expect("was there"));
    assert!(missing.contains("line.softer.audio: `lines/softer.wav`: is missing"), "{missing}");
    let text = refusal(|c| std::fs::write(c.join("lines/softer.wav"), "no sound").expect("is written"));
    assert!(text.contains("can't be decoded"), "{text}");
    let silent = refusal(|c| {
        std::fs::write(c.join("lines/softer.wav"), crate::audio::wav_pcm16(&[0.0; 8000], 8000))
            .expect("is written")
    });
    assert!(silent.contains("silent"), "{silent}");
    let long = refusal(|c| std::fs::write(c.join("lines/softer.wav"), tone(61.0)).expect("is written"));
    assert!(long.contains("60 s"), "{long}");
    let dir = refusal(|c| replace(c, "lines/softer.wav", "lines"));
    assert!(dir.contains("plain file"), "{dir}");
    let outside = refusal(|c| replace(c, "lines/softer.wav", "../../softer.wav"));
    assert!(outside.contains("outside"), "{outside}");
    let name = refusal(|c| replace(c, "id = \"my-call\"", "id = \"your-call\""));
    assert!(name.contains("the folder is called `my-call`"), "{name}");
}

#[cfg(unix)]
#[test]
fn links_are_refused_wherever_they_stand_in_the_path() {
    use std::os::unix::fs::symlink;
    let file = refusal(|c| {
        std::fs::rename(c.join("lines/softer.wav"), c.join("lines/real.wav")).expect("was there");
        symlink("real.wav", c.join("lines/softer.wav")).expect("is linked");
    });
    assert!(file.contains("line.softer.audio") && file.contains("is a link"), "{file}");
    let dir = refusal(|c| {
        std::fs::rename(c.join("lines"), c.join("real")).expect("was there");
        symlink("real", c.join("lines")).expect("is linked");
    });
    assert!(dir.contains("is a link"), "{dir}");
}

#[test]
fn a_pack_comes_out_as_it_went_in() {
    let dir = folder();
    let out = dir.path().join("pack.zip");
    store(dir.path()).pack(&["my-call".to_owned()], &out).expect("is packed");
    assert!(matches!(store(dir.path()).pack(&["my-call".to_owned()], &out), Err(LibraryError::Exists(_))));
    let into = tempfile::tempdir().expect("a folder");
    let made = ScenarioStore::unpack(&out, into.path()).expect("is unpacked");
    assert_eq!(made, [into.path().join("my-call")]);
    let (before, after) = (store(dir.path()).open("my-call"), store(into.path()).check("my-call"));
    assert_eq!(before.expect("is there").scenario, after.expect("is sound").scenario);
    assert!(matches!(ScenarioStore::unpack(&out, into.path()), Err(LibraryError::Exists(_))));
}

/// Unpacks a zip of these files and gives back the refusal; asserts that nothing at all was left behind.
fn unpack_refused(files: &[(&str, &[u8])], link: Option<&str>) -> String {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("x.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).expect("is new"));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("starts");
        zip.write_all(bytes).expect("is written");
    }
    if let Some(name) = link {
        zip.add_symlink(name, "/etc/passwd", SimpleFileOptions::default()).expect("is added");
    }
    zip.finish().expect("is whole");
    let into = dir.path().join("in");
    let error = ScenarioStore::unpack(&path, &into).expect_err("is refused").to_string();
    std::fs::remove_file(&path).expect("is there");
    // The target may have been made, but it is empty, and nothing lies beside it.
    let left: Vec<_> = std::fs::read_dir(dir.path()).expect("is there").flatten().map(|e| e.path()).collect();
    assert!(left.is_empty() || left == [into.clone()], "{left:?}");
    assert_eq!(std::fs::read_dir(&into).map_or(0, Iterator::count), 0, "nothing stays behind");
    error
}

#[test]
fn nothing_in_a_pack_can_leave_the_target() {
    let text = Scenario::template("my-call").to_toml();
    let text = text.as_bytes();
    for name in [
        "../evil.toml",
        "my-call/../../evil.wav",
        "/tmp/evil",
        "C:/evil",
        "my-call\\..\\..\\evil",
        "scenario.toml",
        "My Call/x.wav",
        "my-call/CON.wav",
        "my-call/.hidden",
    ] {
        let error = unpack_refused(&[("my-call/scenario.toml", text), (name, b"x")], None);
        assert!(error.contains('`'), "{name}: {error}");
    }
    assert!(
        unpack_refused(&[("my-call/scenario.toml", text)], Some("my-call/lines/opening.wav"))
            .contains("link")
    );
    assert!(unpack_refused(&[("my-call/a.wav", b"x"), ("my-call/A.wav", b"x")], None).contains("twice"));
}

#[test]
fn a_pack_is_refused_as_a_whole_when_any_scenario_is_not_sound() {
    let text = Scenario::template("my-call").to_toml();
    assert!(unpack_refused(&[("my-call/scenario.toml", text.as_bytes())], None).contains("missing"));
    assert!(unpack_refused(&[("my-call/lines/a.wav", b"x")], None).contains("no scenario.toml"));
    assert!(unpack_refused(&[], None).contains("no scenario"));
}

#[test]
fn a_pack_that_swells_or_holds_too_many_files_is_refused() {
    let zeros = vec![0u8; (33 << 20) as usize];
    assert!(unpack_refused(&[("my-call/a.wav", &zeros)], None).contains("more than a pack may hold"));
    let names: Vec<String> = (0..2001).map(|i| format!("my-call/{i}.wav")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), b"x".as_slice())).collect();
    assert!(unpack_refused(&files, None).contains("2000 files"));
}

#[test]
fn a_file_that_is_no_zip_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("x.zip");
    std::fs::write(&path, "not a zip").expect("is written");
    assert!(
        ScenarioStore::unpack(&path, dir.path())
            .expect_err("is refused")
            .to_string()
            .contains("not a readable zip")
    );
}
