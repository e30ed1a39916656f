//! Whatever happens, in whatever order.

use super::*;
use proptest::prelude::*;

fn event() -> impl Strategy<Value = Event> {
    let at = Just(0u64);
    let ids = proptest::sample::subsequence(vec!["acknowledge_feelings", "announce_hold", "argue"], 0..3);
    prop_oneof![
        8 => at.prop_map(|at| Event::Tick { at }),
        4 => Just(Event::AgentOnset { at: 0 }),
        4 => Just(Event::AgentOffset { at: 0 }),
        2 => (0u32..6).prop_map(|play| Event::LineStarted { play, at: 0 }),
        2 => (0u32..6).prop_map(|play| Event::LineEnded { play, at: 0 }),
        2 => proptest::sample::select(vec!["I see.", "um", "It is done.", "and", ""])
            .prop_map(|t| Event::Words { text: t.to_owned(), through: 0 }),
        2 => ids.prop_map(|ids| Event::Heard {
            ids: ids.into_iter().map(str::to_owned).collect(), unsteady: false, rushed: true, through: 0 }),
        1 => any::<bool>().prop_map(|on| Event::Hold { on, at: 0 }),
        1 => Just(Event::TurnDone { at: 0 }),
        1 => Just(Event::DeviceLost { at: 0 }),
        1 => Just(Event::DeviceBack { at: 0 }),
        1 => Just(Event::Begin { at: 0 }),
    ]
}

fn at_moment(event: Event, now: u64) -> Event {
    match event {
        Event::Begin { .. } => Event::Begin { at: now },
        Event::Tick { .. } => Event::Tick { at: now },
        Event::LineStarted { play, .. } => Event::LineStarted { play, at: now },
        Event::LineEnded { play, .. } => Event::LineEnded { play, at: now },
        Event::AgentOnset { .. } => Event::AgentOnset { at: now },
        Event::AgentOffset { .. } => Event::AgentOffset { at: now },
        Event::Words { text, .. } => Event::Words { text, through: now },
        Event::Heard { ids, unsteady, rushed, .. } => Event::Heard { ids, unsteady, rushed, through: now },
        Event::Hold { on, .. } => Event::Hold { on, at: now },
        Event::TurnDone { .. } => Event::TurnDone { at: now },
        Event::DeviceLost { .. } => Event::DeviceLost { at: now },
        Event::DeviceBack { .. } => Event::DeviceBack { at: now },
        Event::End { .. } => Event::End { at: now },
    }
}

proptest! {
    #[test]
    fn whatever_happens_the_course_stays_lawful(steps in prop::collection::vec((event(), 0u64..24_000), 0..300)) {
        let plan = plan();
        let mut call = Call::new(&plan);
        let mut now = 0;
        // The recording that the device is playing: its number, and when it will be over once it has begun.
        let mut playing: Option<(u32, Option<u64>)> = None;
        let mut plays = 0;
        let end = std::iter::once((Event::End { at: 0 }, 10));
        for (event, forward) in steps.into_iter().chain(end) {
            now += forward;
            let event = at_moment(event, now);
            if let Event::LineStarted { play, at } | Event::LineEnded { play, at } = event
                && let Some((p, ends @ None)) = &mut playing
                && *p == play
            {
                let whole = matches!(event, Event::LineStarted { .. });
                *ends = Some(if whole { at + seconds_to_samples(4.0) } else { at });
            }
            if let Event::LineEnded { play, .. } = event && playing.is_some_and(|(p, _)| p == play) {
                playing = None;
            }
            let before = call.phase();
            let (next, effects) = call.step(&plan, event);
            call = next;
            for effect in effects {
                prop_assert!(before != Phase::Finished);
                match effect {
                    Effect::PlayLine { play, line } => {
                        prop_assert!(plan.index(&line).is_some());
                        let over = playing.is_none_or(|(_, ends)| ends.is_some_and(|e| e <= now));
                        prop_assert!(over, "two lines at once");
                        plays += 1;
                        prop_assert_eq!(play, plays);
                        playing = Some((play, None));
                    }
                    Effect::StopPlayback => playing = None,
                    Effect::JudgeReply { from, to } => prop_assert!(from <= to && to <= now),
                    Effect::Show(phase) => prop_assert_eq!(phase, call.phase()),
                    Effect::Finish(_) => prop_assert_eq!(call.phase(), Phase::Finished),
                }
            }
            let log = call.log();
            prop_assert!(log.lines.windows(2).all(|w| w[0].start <= w[1].start && w[0].completion <= w[1].start));
            prop_assert!(log.replies.iter().all(|r| r.from <= r.to && r.to <= r.over));
            prop_assert!(log.holds.iter().rev().skip(1).all(|h| h.end.is_some()));
        }
        prop_assert_eq!(call.phase(), Phase::Finished);
        prop_assert!(call.log().ended.is_some() && call.log().gaps.iter().all(|g| g.end.is_some()));
        prop_assert!(call.log().holds.iter().all(|h| h.end.is_some()));
    }
}
