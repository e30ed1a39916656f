//! Devices that fail, sleep, are busy or silent.

use super::*;

#[test]
fn a_lost_device_is_said_the_take_is_kept_and_the_call_goes_on_with_another() {
    let mut bench = Bench::new("double-charge");
    assert!(bench.until(3.0, |s, _| s.phase() == Phase::Customer));
    bench.until(2.0, |_, _| false);
    bench.fake.fail(Side::Input, TroubleKind::Gone);
    let told = bench.until(1.0, |_, new| {
        new.iter().any(|e| matches!(e, LiveEvent::Trouble { sentence, waits: true } if sentence.contains("disconnected")))
    });
    assert!(told);
    let at = bench.session.at_s();
    assert!(!bench.until(30.0, |s, _| s.phase() != Phase::Lost));
    assert_eq!(bench.session.at_s(), at);
    bench.session.command(Command::Resume(Choice::default()));
    assert!(bench.until(5.0, |s, _| s.phase() == Phase::Customer));
    let second = bench.fakes.lock().expect("one thread")[1].clone();
    second.say(When::AfterEnd(0, 0.4), utterance(SORRY.0, 2.0));
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Customer));
    bench.until(0.5, |_, _| false);
    bench.session.command(Command::End);
    let first = bench.fake.clone();
    let (ended, _, _, dir) = bench.run();
    let whys: Vec<Why> = ended.log.lines.iter().map(|l| l.why).collect();
    assert_eq!(whys, [Why::Opening, Why::Resumed, Why::Row { row: 0 }]);
    assert!(!ended.log.lines[0].whole && ended.log.gaps.len() == 1);
    let (left, right) = channels(&dir.path().join("take.wav"));
    let (played, heard) = first.truth();
    let before = heard.len();
    assert_same("left before", &left[..before - 320], &played[..before - 320]);
    assert_same("right before", &right[..before], &heard);
    assert!(right[before..before + 16_000].iter().all(|s| *s == 0.0));
    let (played, heard) = second.truth();
    assert_same("left after", &left[before + 16_000..], &played);
    assert_same("right after", &right[before + 16_000..], &heard);
}

#[test]
fn a_device_that_falls_asleep_and_wakes_goes_on_by_itself() {
    let mut bench = Bench::new("double-charge");
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    bench.fake.fail(Side::Input, TroubleKind::Stalled);
    assert!(bench.until(1.0, |_, new| {
        new.iter().any(
            |e| matches!(e, LiveEvent::Trouble { sentence, waits: true } if sentence.contains("wake it")),
        )
    }));
    assert!(!bench.until(5.0, |s, _| s.phase() != Phase::Lost));
    bench.fake.recover(Side::Input);
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Agent));
    let now = bench.fake.now().seconds();
    bench.fake.say(When::At(now + 0.5), utterance(SORRY.0, 2.0));
    assert!(bench.until(20.0, |s, _| s.phase() == Phase::Customer));
    bench.session.command(Command::End);
    let (ended, ..) = bench.run();
    assert_eq!(ended.log.gaps.len(), 1);
    assert!(ended.log.replies[0].heard.iter().any(|id| id == "apologise"), "{:?}", ended.log.replies);
    assert!(!ended.log.replies[0].flags.dead_air, "the gap is not the agent's");
}

#[test]
fn a_device_that_fails_for_no_known_reason_is_tried_again_once_without_asking() {
    let mut bench = Bench::new("double-charge");
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    bench.fake.fail(Side::Output, TroubleKind::Failed);
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Lost));
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Agent));
    let second = bench.fakes.lock().expect("one thread")[1].clone();
    second.fail(Side::Output, TroubleKind::Failed);
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Lost));
    assert!(!bench.until(5.0, |s, _| s.phase() != Phase::Lost), "it is not tried for ever");
    bench.session.command(Command::Resume(Choice::default()));
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Agent));
    assert_eq!(bench.fakes.lock().expect("one thread").len(), 3);
}

/// Devices that cannot be opened until one can.
fn refusing(errors: Vec<DeviceError>, fakes: Arc<Mutex<Vec<FakeHandle>>>) -> Opener {
    let mut errors = errors.into_iter();
    Box::new(move |_| match errors.next() {
        Some(error) => Err(error),
        None => {
            let fake = FakeAudio::new(0.01);
            fakes.lock().expect("one thread").push(fake.handle());
            Ok(Box::new(fake) as Box<dyn AudioIo + Send>)
        }
    })
}

#[test]
fn a_missing_or_busy_device_is_said_before_there_is_a_take() {
    let name = || "Headset".to_owned();
    let side = Side::Input;
    for (error, remedy) in [
        (DeviceError::None(side), "connect one"),
        (DeviceError::NotFound { side, name: name() }, "choose another"),
        (DeviceError::Busy { side, name: name() }, "close that program"),
        (DeviceError::Denied { side, name: name() }, "privacy settings"),
        (DeviceError::NoAnswer, "restart"),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let take = dir.path().join("take.wav");
        let mut setup = setup(script("double-charge"), &take, Arc::default(), 0.01);
        setup.opener = refusing(vec![error], Arc::default());
        let mut told = Vec::new();
        drive(setup, &mut || None, &mut |e| told.push(e));
        assert!(matches!(&told[..], [LiveEvent::Failed(why)] if why.contains(remedy)), "{told:?}");
        assert!(!take.exists());
    }
}

#[test]
fn a_device_that_is_busy_when_the_call_wants_to_go_on_is_said_and_the_next_choice_is_taken() {
    let mut bench = Bench::new("double-charge");
    let busy = DeviceError::Busy { side: Side::Input, name: "Headset".to_owned() };
    bench.session.command(Command::End);
    let dir = tempfile::tempdir().expect("a folder");
    let fakes = Arc::<Mutex<Vec<FakeHandle>>>::default();
    let mut setup = setup(script("double-charge"), &dir.path().join("take.wav"), fakes.clone(), 0.01);
    let mut opener = refusing(vec![busy], fakes.clone());
    let mut first = Some(FakeAudio::new(0.01));
    let handle = first.as_ref().expect("new").handle();
    setup.opener = Box::new(move |choice| match first.take() {
        Some(fake) => Ok(Box::new(fake) as Box<dyn AudioIo + Send>),
        None => opener(choice),
    });
    bench.session = Session::open(setup).expect("opens");
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    handle.fail(Side::Input, TroubleKind::Gone);
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Lost));
    bench.session.command(Command::Resume(Choice::default()));
    assert!(bench.until(1.0, |_, new| {
        new.iter().any(
            |e| matches!(e, LiveEvent::Trouble { sentence, waits: true } if sentence.contains("in use by another")),
        )
    }));
    assert!(!bench.until(5.0, |s, _| s.phase() != Phase::Lost));
    bench.session.command(Command::Resume(Choice::default()));
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Agent));
    assert_eq!(fakes.lock().expect("one thread").len(), 1);
}

#[test]
fn zeros_from_the_microphone_are_said_and_the_call_goes_on() {
    let mut bench = Bench::new("double-charge");
    bench.until(2.0, |_, _| false);
    bench.fake.fail(Side::Input, TroubleKind::Silent);
    assert!(bench.until(1.0, |_, new| {
        new.iter()
            .any(|e| matches!(e, LiveEvent::Trouble { sentence, waits: false } if sentence.contains("zeros")))
    }));
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
}
