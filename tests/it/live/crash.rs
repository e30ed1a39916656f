//! A program that is killed, and a disk that is full.

use super::*;

/// Runs the call below in a child; with full disk when so many bytes were written to a file.
fn child(take: &Path, room: Option<u64>) -> std::process::Child {
    std::process::Command::new("bash")
        // A limit on the size of files, with its signal ignored, is a full disk to the program.
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().expect("this test"))
        .args(["--exact", "live::crash::inner_call", "--ignored", "--test-threads=1"])
        .env("EVENKEEL_TEST_TAKE", take)
        .env("EVENKEEL_TEST_ROOM", room.map_or_else(String::new, |r| r.to_string()))
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("starts")
}

#[test]
#[ignore = "the child of the two next tests: a call in real time on its own thread"]
fn inner_call() {
    let take = std::env::var_os("EVENKEEL_TEST_TAKE").expect("set by the parent");
    let fakes = Arc::<Mutex<Vec<FakeHandle>>>::default();
    let mut setup = setup(script("double-charge"), Path::new(&take), fakes, 0.01);
    setup.threaded = true;
    setup.opener = Box::new(|_| Ok(Box::new(FakeAudio::in_real_time(0.01)) as Box<dyn AudioIo + Send>));
    let room = std::env::var("EVENKEEL_TEST_ROOM").unwrap_or_default();
    if !room.is_empty() {
        let limit = format!("--fsize={room}:{room}");
        let pid = std::process::id().to_string();
        let status = std::process::Command::new("prlimit").args(["--pid", &pid, &limit]).status();
        assert!(status.expect("prlimit").success());
    }
    let call = CallSession::start(setup, || {}).expect("starts");
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(30) {
        match call.wait(Duration::from_secs(1)) {
            Some(LiveEvent::Ended(ended)) => {
                let said = ended.cut_short.expect("the disk was full");
                std::fs::write(Path::new(&take).with_extension("txt"), said).expect("the limit is per file");
                return;
            }
            Some(LiveEvent::Failed(why)) => panic!("{why}"),
            _ => {}
        }
    }
}

#[cfg(unix)]
#[test]
fn a_killed_call_loses_at_most_a_quarter_of_a_second() {
    let dir = tempfile::tempdir().expect("a folder");
    let take = dir.path().join("take.wav");
    let mut child = child(&take, None);
    let limit = Instant::now() + Duration::from_secs(60);
    while !take.metadata().is_ok_and(|m| m.len() > 44) {
        assert!(Instant::now() < limit, "no take");
        std::thread::sleep(Duration::from_millis(2));
    }
    let seen = (take.metadata().expect("there").len() - 44) as f64 / 64_000.0;
    let watched = Instant::now();
    std::thread::sleep(Duration::from_millis(2_345));
    child.kill().expect("killed");
    let recorded_s = seen + watched.elapsed().as_secs_f64();
    child.wait().expect("gone");
    let (left, right) = channels(&take);
    let kept_s = right.len() as f64 / 16_000.0;
    assert!(recorded_s - kept_s < 0.25, "{kept_s} s of about {recorded_s} s");
    assert!(left.iter().any(|s| s.abs() > 0.01), "the customer's line is in it");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_what_was_recorded_is_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let take = dir.path().join("take.wav");
    let mut child = child(&take, Some(128 * 1024));
    assert!(child.wait().expect("ends").success());
    let said = std::fs::read_to_string(take.with_extension("txt")).expect("said");
    assert!(said.contains("take.wav"), "{said}");
    let kept_s = channels(&take).1.len() as f64 / 16_000.0;
    assert!((1.8..2.1).contains(&kept_s), "{kept_s} s of the 2.048 s that had room");
}
