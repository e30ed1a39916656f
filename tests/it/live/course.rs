//! The course of a call.

use super::*;

#[test]
fn a_call_goes_its_way_by_itself_and_the_take_is_what_sounded() {
    let bench = Bench::new("double-charge");
    for (n, (peak, _)) in [SORRY, STEPS, STEPS, SORRY].into_iter().enumerate() {
        bench.fake.say(When::AfterEnd(n, 0.4), utterance(peak, 2.5));
    }
    let (ended, events, fake, dir) = bench.run();
    let lines: Vec<&str> = ended.log.lines.iter().map(|l| l.line.as_str()).collect();
    assert_eq!(lines, ["opening", "overdrawn", "which-day", "written-down"]);
    assert_eq!(ended.log.ended.map(|e| e.how), Some(How::Completed));
    assert!(ended.log.lines.iter().all(|l| l.whole));
    assert!(ended.log.replies[0].heard.iter().any(|id| id == "apologise"), "{:?}", ended.log.replies[0]);
    assert!(ended.log.replies.iter().all(|r| r.judged_whole && !r.flags.interrupted && !r.flags.dead_air));
    for (reply, next) in ended.log.replies.iter().zip(&ended.log.lines[1..]) {
        assert_eq!(reply.ended_by, TurnEndedBy::Finished);
        let (judged, since) = (next.start - reply.over, next.start - reply.to);
        assert!(judged <= 160, "{judged} samples after the turn was judged over");
        assert!((11_200..12_800).contains(&since), "{since} samples after the last sound");
    }
    let (played, heard) = fake.truth();
    let (left, right) = channels(&dir.path().join("take.wav"));
    assert_same("left", &left, &played);
    assert_same("right", &right, &heard);
    assert!((ended.duration_s - left.len() as f64 / 16_000.0).abs() < 1e-9);
    assert!(events.iter().any(|e| matches!(e, LiveEvent::Began { .. })));
    let speaks =
        |e: &LiveEvent| matches!(e, LiveEvent::Meter { agent, speaking: true, .. } if agent.peak_db > -8.0);
    assert!(events.iter().any(speaks));
    assert_eq!(ended.heard.len(), 4);
    assert!(ended.cut_short.is_none() && ended.words_failed.is_none());
}

#[test]
fn nobody_is_cut_off_after_an_open_word_and_the_customer_barges_in_where_planned() {
    let bench = Bench::new("double-charge");
    bench.fake.say(When::AfterEnd(0, 0.4), utterance(COLD.0, 2.0));
    bench.fake.say(When::AfterEnd(1, 0.4), utterance(AND.0, 1.5));
    bench.fake.say(When::AfterEnd(1, 3.5), utterance(COLD.0, 2.0));
    bench.fake.say(When::AfterEnd(2, 0.4), utterance(STEPS.0, 4.5));
    let (ended, ..) = bench.run();
    let lines: Vec<&str> = ended.log.lines.iter().map(|l| l.line.as_str()).collect();
    assert_eq!(lines[..4], ["opening", "four-times", "the-system", "stop-talking"]);
    assert_eq!(ended.log.lines[3].why, Why::BargeIn);
    assert_eq!(ended.log.replies[2].ended_by, TurnEndedBy::BargedIn);
    let into = ended.log.lines[3].start as f64 / 16_000.0 - ended.log.replies[2].from as f64 / 16_000.0;
    assert!((2.4..2.7).contains(&into), "{into}");
}

#[test]
fn an_interruption_is_flagged_and_leakage_is_not_one() {
    for (leak, early, interrupted) in [(0.0, -2.0, true), (0.1, 0.4, false), (0.1, -2.0, true)] {
        let bench = Bench::new("double-charge");
        bench.fake.leak(leak, 0.02);
        bench.fake.say(When::AfterEnd(0, early), utterance(SORRY.0, 4.0));
        bench.fake.say(When::AfterEnd(1, 0.4), utterance(COLD.0, 2.0));
        let (ended, ..) = bench.run();
        assert_eq!(ended.log.replies[0].flags.interrupted, interrupted, "leak {leak}");
        assert!(!ended.log.replies[1].flags.interrupted);
        let second = if interrupted { "four-times" } else { "overdrawn" };
        assert_eq!(ended.log.lines[1].line, second, "leak {leak}");
    }
}

#[test]
fn a_hold_is_waited_for_and_space_ends_a_turn_at_once() {
    let mut bench = Bench::new("double-charge");
    bench.fake.say(When::AfterEnd(0, 0.4), utterance(SORRY.0, 2.0));
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    bench.until(1.5, |_, _| false);
    bench.session.command(Command::Hold(true));
    assert!(!bench.until(20.0, |s, _| s.phase() != Phase::Hold));
    bench.session.command(Command::Hold(false));
    assert!(bench.until(20.0, |s, _| s.phase() == Phase::Customer));
    bench.fake.say(When::AfterEnd(1, 0.4), utterance(AND.0, 1.0));
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    bench.until(1.5, |_, _| false);
    let pressed = bench.session.at_s();
    bench.session.command(Command::TurnDone);
    assert!(bench.until(5.0, |s, _| s.phase() == Phase::Customer));
    assert!(bench.session.at_s() - pressed < 0.05);
    bench.session.command(Command::End);
    let (ended, ..) = bench.run();
    assert_eq!(ended.log.holds.len(), 1);
    assert_eq!(ended.log.replies[1].ended_by, TurnEndedBy::Space);
    assert_eq!(ended.log.ended.map(|e| e.how), Some(How::ByAgent));
}

#[test]
fn what_is_said_on_hold_is_neither_recognized_nor_judged_nor_part_of_the_analysis() {
    let mut bench = Bench::new("double-charge");
    bench.fake.say(When::AfterEnd(0, 0.4), utterance(SORRY.0, 2.0));
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    bench.until(2.9, |_, _| false);
    bench.session.command(Command::Hold(true));
    assert_eq!(bench.session.phase(), Phase::Hold);
    let from = bench.session.at_s();
    let now = bench.fake.now().seconds();
    bench.fake.say(When::At(now + 1.0), utterance(COLD.0, 3.0));
    bench.until(6.0, |_, _| false);
    bench.session.command(Command::Hold(false));
    let back = bench.session.at_s();
    assert!(!bench.until(3.0, |s, _| s.phase() != Phase::Agent), "the customer waits for a word");
    let now = bench.fake.now().seconds();
    bench.fake.say(When::At(now + 0.2), utterance(STEPS.0, 2.5));
    assert!(bench.until(20.0, |s, _| s.phase() == Phase::Customer));
    bench.session.command(Command::End);
    let (ended, ..) = bench.run();
    let reply = &ended.log.replies[0];
    assert!(reply.heard.iter().any(|id| id == "apologise"), "{reply:?}");
    assert!(!reply.heard.iter().any(|id| id == "policy_wall"), "{reply:?}");
    let words = ended.heard.iter().flat_map(|(_, t)| &t.words);
    assert!(words.clone().any(|w| w.0.starts_with("refund")), "what is said afterwards is heard");
    assert!(words.clone().all(|w| !w.0.starts_with("policy")), "{:?}", ended.heard);
    let mut options = evenkeel::analyze::Options::default();
    evenkeel::live::know_take(&mut options, &ended.log);
    let [hold] = options.holds[..] else { panic!("{:?}", options.holds) };
    assert!((hold.start_s() - from).abs() < 0.05 && (hold.end_s() - back).abs() < 0.05);
}
