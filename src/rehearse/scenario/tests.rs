use super::*;

const GOOD: &str = r#"schema = "evenkeel.scenario/1"
id = "double-charge"
title = "Charged twice for one month"
sector = "telecom"
heat = 3
fault = "ours"
brief = "Two sentences."
can_offer = ["refund the second charge, 5 working days"]
cannot_offer = ["waive next month"]
expects = ["acknowledge_feelings", "apologise"]
jargon = ["chargeback"]
start = "opening"

[customer]
name = "Dana"

[credit]
audio = "Me, CC0"

[[line]]
id = "opening"
text = "You charged me twice."
audio = "lines/opening.flac"
heat = 3
trap = "pause"
[[line.next]]
when = ["acknowledge_feelings", "!interrupted"]
to = "and"
[[line.next]]
to = "talk"

[[line]]
id = "and"
text = "I called, and ..."
audio = "lines/and.flac"
heat = 2
trap = "trailing"
then = "end"
[[line.next]]
to = "talk"

[[line]]
id = "talk"
text = "Explain."
audio = "lines/talk.flac"
heat = 4
trap = "bait"
[[line.next]]
to = "stop"

[[line]]
id = "stop"
text = "No, stop."
audio = "lines/stop.flac"
heat = 4
trap = "barge_in"
after_s = 2.5
[[line.next]]
to = "end"

[[line]]
id = "end"
text = "Thanks."
audio = "lines/end.flac"
heat = 1
"#;

/// The problems of the good scenario after one replacement.
fn refused(from: &str, to: &str) -> Vec<ScenarioProblem> {
    assert!(GOOD.contains(from), "the sample holds {from:?}");
    Scenario::parse(&GOOD.replacen(from, to, 1), "x/scenario.toml").expect_err("is refused").problems
}

/// Asserts one problem with this key, line and part of the reason.
fn refuses(from: &str, to: &str, key: &str, line: usize, reason: &str) {
    let problems = refused(from, to);
    assert!(
        problems.iter().any(|p| p.key == key
            && p.line == line
            && p.reason.contains(reason)
            && p.file == "x/scenario.toml"),
        "{from:?} -> {to:?}: {problems:#?}"
    );
}

#[test]
fn a_scenario_is_read_with_everything_in_it() {
    let s = Scenario::parse(GOOD, "x").expect("is good");
    assert_eq!((s.id.as_str(), s.heat, s.fault, s.lines.len()), ("double-charge", 3, Fault::Ours, 5));
    assert_eq!(s.line("and").and_then(|l| l.trap.clone()), Some(Trap::Trailing { then: "end".into() }));
    assert_eq!(s.line("stop").and_then(|l| l.trap.clone()), Some(Trap::BargeIn { after_s: 2.5 }));
    assert_eq!(s.lines[0].next[0].when[1], Condition { what: "interrupted".into(), negated: true });
    let facts = s.facts();
    assert_eq!(
        (facts.customer_name.as_deref(), facts.lines.len(), facts.is_abusive()),
        (Some("Dana"), 5, false)
    );
}

#[test]
fn what_is_written_reads_back_equal() {
    let s = Scenario::parse(GOOD, "x").expect("is good");
    assert_eq!(Scenario::parse(&s.to_toml(), "y").expect("written text is good"), s);
    let t = Scenario::template("my-call");
    assert_eq!(Scenario::parse(&t.to_toml(), "y").expect("the template is good"), t);
}

#[test]
fn unknown_keys_are_refused_wherever_they_stand() {
    refuses("sector =", "branch =", "branch", 4, "unknown key");
    refuses("title =", "titel =", "titel", 3, "did you mean `title`?");
    refuses("name = \"Dana\"", "nane = \"Dana\"", "nane", 15, "unknown key");
    refuses("trap = \"pause\"", "trapp = \"pause\"", "trapp", 25, "unknown key");
    refuses("to = \"and\"", "too = \"and\"", "too", 28, "unknown key");
}

#[test]
fn missing_keys_and_wrong_types_are_refused() {
    refuses("title = \"Charged twice for one month\"\n", "", "title", 1, "missing");
    refuses("heat = 3", "heat = \"hot\"", "heat", 5, "a whole number");
    refuses("heat = 3", "heat = \"hot\"", "heat", 5, "text \"hot\"");
    refuses("heat = 3", "heat = 6", "heat", 5, "1 (mild) to 5");
    refuses("fault = \"ours\"", "fault = \"mine\"", "fault", 6, "ours, theirs");
    refuses("scenario/1", "scenario/2", "schema", 1, "evenkeel.scenario/1");
    refuses("id = \"double-charge\"", "id = \"Double Charge\"", "id", 2, "a-z");
}

#[test]
fn text_that_is_not_toml_names_the_line() {
    let problems = refused("fault = \"ours\"", "fault = ours\"");
    assert_eq!(problems[0].line, 6, "{problems:?}");
    assert!(problems[0].reason.contains("a quotation mark is missing"), "{problems:?}");
    let problems = refused("fault = \"ours\"", "fault = ours");
    assert!(problems[0].reason.contains("cannot be read"), "{problems:?}");
}

#[test]
fn unknown_ids_are_refused_with_the_nearest_one() {
    refuses("\"apologise\"]", "\"apologize\"]", "expects", 10, "did you mean `apologise`");
    refuses("!interrupted", "!interupted", "line.opening.next[1].when", 27, "did you mean `interrupted`");
    refuses("\"apologise\"]", "\"argue\"]", "expects", 10, "hazard");
    refuses("!interrupted", "!acknowledge_feelings", "line.opening.next[1].when", 27, "never hold together");
}

#[test]
fn a_to_or_then_or_start_that_leads_nowhere_is_refused() {
    refuses("to = \"and\"", "to = \"softer\"", "line.opening.next[1].to", 28, "leads nowhere");
    refuses("then = \"end\"", "then = \"gone\"", "line.and.then", 38, "leads nowhere");
    refuses("then = \"end\"", "then = \"edn\"", "line.and.then", 38, "did you mean `end`?");
    refuses("start = \"opening\"", "start = \"begin\"", "start", 12, "no line is called");
}

#[test]
fn unreachable_lines_and_calls_without_an_end_are_refused() {
    refuses("to = \"and\"", "to = \"talk\"", "line.and", 33, "never reached");
    let endless = GOOD.replace(
        "text = \"Thanks.\"\naudio = \"lines/end.flac\"\nheat = 1\n",
        "text = \"Thanks.\"\naudio = \"lines/end.flac\"\nheat = 1\n[[line.next]]\nto = \"opening\"\n",
    );
    let error = Scenario::parse(&endless, "x").expect_err("has no end");
    assert!(error.to_string().contains("no end"), "{error}");
    let stuck = GOOD
        .replace("after_s = 2.5\n[[line.next]]\nto = \"end\"", "after_s = 2.5\n[[line.next]]\nto = \"talk\"");
    let error = Scenario::parse(&stuck, "x").expect_err("two lines go in a circle");
    assert!(error.problems.iter().any(|p| p.key == "line.talk" && p.reason.contains("never end")), "{error}");
    let none = GOOD.split("[[line]]").next().unwrap_or_default();
    assert!(Scenario::parse(none, "x").is_err());
}

#[test]
fn a_reply_that_matches_no_row_may_not_be_stranded() {
    refuses("[[line.next]]\nto = \"talk\"\n", "", "line.opening.next", 28, "without `when`");
    refuses(
        "when = [\"acknowledge_feelings\", \"!interrupted\"]\n",
        "",
        "line.opening.next[1].to",
        27,
        "never taken",
    );
}

#[test]
fn traps_need_their_own_keys_and_no_others() {
    refuses("then = \"end\"\n", "", "line.and.then", 37, "names in `then`");
    refuses("after_s = 2.5\n", "", "line.stop.after_s", 56, "seconds");
    refuses("after_s = 2.5", "after_s = 0.0", "line.stop.after_s", 57, "over 0");
    refuses("after_s = 2.5", "after_s = nan", "line.stop.after_s", 57, "over 0");
    refuses("trap = \"pause\"", "trap = \"bait\"\nafter_s = 1.0", "line.opening.after_s", 26, "barge_in");
    refuses("trap = \"pause\"", "trap = \"bait\"\nthen = \"end\"", "line.opening.then", 26, "trailing");
    refuses("trap = \"pause\"", "trap = \"silence\"", "line.opening.trap", 25, "pause, trailing");
}

#[test]
fn a_barge_in_is_only_ever_a_single_unconditional_next() {
    refuses(
        "to = \"stop\"",
        "when = [\"apologise\"]\nto = \"stop\"\n[[line.next]]\nto = \"end\"",
        "line.talk.next[1].to",
        50,
        "only next",
    );
    refuses("to = \"and\"", "to = \"stop\"", "line.opening.next[1].to", 28, "only next");
    refuses("then = \"end\"", "then = \"stop\"", "line.and.then", 38, "follows a reply");
    refuses("start = \"opening\"", "start = \"stop\"", "start", 12, "cannot be the first");
}

#[test]
fn audio_outside_the_folder_is_refused() {
    for path in [
        "../x.wav",
        "lines/../../x.wav",
        "/etc/passwd",
        "C:/x.wav",
        "lines//x.wav",
        "",
        "./x.wav",
        "lines/x.wav.",
    ] {
        refuses("lines/opening.flac", path, "line.opening.audio", 23, "");
    }
    let problems = refused("\"lines/opening.flac\"", r#"'lines\x.wav'"#);
    assert!(problems[0].reason.contains("backslash"), "{problems:?}");
}

#[test]
fn two_lines_of_one_id_are_refused() {
    refuses("id = \"talk\"", "id = \"and\"", "line.and.id", 43, "another line");
}

#[test]
fn everything_wrong_is_said_at_once_in_the_order_of_the_file() {
    let bad = GOOD.replace("heat = 4", "heat = 9").replace("\"apologise\"", "\"sorry\"");
    let error = Scenario::parse(&bad, "x").expect_err("is refused");
    assert_eq!(error.problems.len(), 3, "{error}");
    assert!(error.problems.windows(2).all(|w| w[0].line <= w[1].line));
    assert!(error.to_string().starts_with("x:10: expects: "), "{error}");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(cut in 0usize..1200, junk in "\\PC{0,12}") {
        let cut = (0..=cut.min(GOOD.len())).rev().find(|i| GOOD.is_char_boundary(*i)).unwrap_or(0);
        let text = format!("{}{junk}{}", &GOOD[..cut], &GOOD[cut..]);
        if let Err(error) = Scenario::parse(&text, "x") {
            proptest::prop_assert!(!error.problems.is_empty());
        }
    }
}
