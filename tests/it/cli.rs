//! The command line as others' programs see it: formats, exit codes, and a clear line for everything that can go wrong.

use crate::program::{evenkeel, root, run, said, text};
use serde_json::Value;
use std::io::Write;
use std::process::Stdio;

const TAKE: &str = "samples/calls/take-calm-double-charge.wav";

fn lines(output: &std::process::Output) -> Vec<Value> {
    text(output).lines().map(|l| serde_json::from_str(l).expect("a JSON line")).collect()
}

#[test]
fn piped_output_is_one_json_line_a_file_in_the_order_given() {
    let other = "samples/calls/take-tense-double-charge.wav";
    let output = run(&["analyze", other, TAKE, "--no-words"]);
    assert!(output.status.success(), "{}", said(&output));
    let paths: Vec<String> =
        lines(&output).iter().map(|l| l["source"]["path"].as_str().unwrap().to_owned()).collect();
    assert_eq!(paths, [other, TAKE]);
}

#[test]
fn equal_input_gives_byte_equal_output() {
    let once = run(&["analyze", TAKE, "--format", "json", "--threads", "2"]);
    let again = run(&["analyze", TAKE, "--format", "json", "--threads", "2"]);
    assert!(once.status.success());
    assert!(once.stdout == again.stdout, "two runs differ");
}

#[test]
fn one_broken_file_is_named_and_the_others_are_done() {
    let dir = tempfile::tempdir().unwrap();
    let broken = dir.path().join("broken.wav");
    std::fs::write(&broken, b"RIFF but nothing else").unwrap();
    let output = run(&["analyze", broken.to_str().unwrap(), TAKE, "--no-words"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines(&output).len(), 1);
    assert!(said(&output).contains("broken.wav"), "{}", said(&output));
}

#[test]
fn what_cannot_be_analyzed_is_refused_with_file_and_remedy_and_exit_2() {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path().join("empty.wav");
    std::fs::write(&empty, b"").unwrap();
    let letter = dir.path().join("letter.wav");
    std::fs::write(&letter, "Dear customer, this is not a recording at all.\n".repeat(20)).unwrap();
    for (file, word) in [
        ("nowhere.wav", "no such file"),
        (dir.path().to_str().unwrap(), "evenkeel batch"),
        (empty.to_str().unwrap(), "empty"),
        (letter.to_str().unwrap(), "not a recording"),
    ] {
        let output = run(&["analyze", file, "--no-words"]);
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(output.stdout.is_empty(), "{file} wrote data");
        assert!(said(&output).contains(word), "{file}: {}", said(&output));
    }
}

#[test]
fn wrong_choices_are_refused_before_any_work() {
    for (arguments, word) in [
        (vec!["analyze", TAKE, "--agent", "middle"], "left, right"),
        (vec!["analyze", TAKE, "--agent", "7", "--no-words"], "no channel 7"),
        (vec!["analyze", TAKE, "--model", "nothing-like-it"], "models list"),
        (vec!["analyze", TAKE, "--scenario", "nothing-like-it"], "double-charge"),
        (vec!["analyze", TAKE, "--threads", "0"], "at least 1"),
        (vec!["analyze", TAKE, TAKE, "--format", "json"], "jsonl"),
        (vec!["analyze", TAKE, TAKE, "--format", "html", "--no-words"], "name a folder with --out"),
        (vec!["transcribe", TAKE, "--format", "csv"], "text, json, jsonl"),
        (vec!["analyze", TAKE, "--no-words", "--out", "/nowhere/at/all.json"], "cannot write"),
        (vec!["analyze"], "FILE"),
        (vec!["analyse", TAKE], "analyze"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(word), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn a_result_file_appears_whole_and_nothing_is_left_of_a_failed_one() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("call.html");
    let output = run(&["analyze", TAKE, "--no-words", "--out", out.to_str().unwrap()]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(output.stdout.is_empty());
    let page = std::fs::read_to_string(&out).unwrap();
    assert!(page.starts_with("<!") && page.contains("UklGR"), "a page with a WAV in base64");
    let failed = dir.path().join("failed.json");
    let output = run(&["analyze", "nowhere.wav", "--no-words", "--out", failed.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "only the page stays");
}

#[test]
fn standard_input_is_a_recording_too() {
    let home = tempfile::tempdir().unwrap();
    let mut child = evenkeel(home.path())
        .args(["analyze", "-", "--no-words"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let bytes = std::fs::read(root().join(TAKE)).unwrap();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(lines(&output)[0]["source"]["channels"], 1);
}

#[test]
fn silence_is_analyzed_with_warnings_and_absent_metrics() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("silence.wav");
    std::fs::write(&file, evenkeel::audio::wav_pcm16(&vec![0.0; 32_000], 16_000)).unwrap();
    let output = run(&["analyze", file.to_str().unwrap()]);
    assert!(output.status.success(), "{}", said(&output));
    let line = &lines(&output)[0];
    assert_eq!(line["turns"], serde_json::json!([]));
    assert_eq!(line["voice"]["heat"]["confidence"], "absent");
    assert!(line["warnings"].as_array().unwrap().iter().any(|w| w["code"] == "silent_channel"), "{line}");
}

#[test]
fn transcribe_writes_the_reduced_object_and_nothing_else() {
    let output = run(&["transcribe", TAKE]);
    let line = &lines(&output)[0];
    let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
    let mut sorted = keys.clone();
    sorted.sort();
    assert_eq!(sorted, ["engine", "schema", "source", "turns", "warnings"]);
    assert!(line["turns"][0]["text"].as_str().unwrap().to_lowercase().contains("sorry"), "{line}");
}

#[test]
fn words_answers_every_line_and_names_the_bad_one() {
    let home = tempfile::tempdir().unwrap();
    let mut child = evenkeel(home.path())
        .arg("words")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(
            b"{\"id\":\"a\",\"customer_name\":\"Dana\",\"customer_line\":null,\"reply\":\"I'm so sorry about that, Dana.\"}\n\
              not json\n\
              {\"id\":\"b\",\"customer_name\":null,\"customer_line\":null,\"reply\":\"Okay.\"}\n",
        )
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let answers = lines(&output);
    assert_eq!(answers.len(), 2);
    let ids: Vec<&str> =
        answers[0]["behaviors"].as_array().unwrap().iter().filter_map(|b| b["id"].as_str()).collect();
    assert!(ids.contains(&"apologise") && ids.contains(&"use_name"), "{ids:?}");
    assert_eq!(answers[1], serde_json::json!({"id": "b", "behaviors": []}));
    assert!(said(&output).contains(":2:2: "), "{}", said(&output));
    assert!(!said(&output).contains("at line"), "one line number is enough: {}", said(&output));
}

#[test]
fn a_batch_goes_on_where_it_stopped_and_survives_a_broken_file() {
    let dir = tempfile::tempdir().unwrap();
    let (calls, out) = (dir.path().join("calls"), dir.path().join("out"));
    std::fs::create_dir_all(calls.join("monday")).unwrap();
    std::fs::copy(root().join(TAKE), calls.join("monday/b.wav")).unwrap();
    std::fs::copy(root().join("samples/calls/take-tense-double-charge.wav"), calls.join("a.wav")).unwrap();
    std::fs::write(calls.join("c.wav"), b"RIFF\0\0\0\0WAVE").unwrap();
    let batch = || {
        let arguments = [
            "batch",
            calls.to_str().unwrap(),
            "--out",
            out.to_str().unwrap(),
            "--no-words",
            "--relative",
            "--jobs",
            "2",
        ];
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        output
    };
    let first = batch();
    assert!(said(&first).contains("c.wav"), "{}", said(&first));
    let results = std::fs::read(out.join("results.jsonl")).unwrap();
    let table = std::fs::read_to_string(out.join("results.csv")).unwrap();
    let names: Vec<String> =
        csv::Reader::from_reader(table.as_bytes()).records().map(|r| r.unwrap()[0].to_owned()).collect();
    assert_eq!(names, ["a.wav", "monday/b.wav"]);
    assert!(std::fs::read_to_string(out.join("index.html")).unwrap().contains("c.wav"));
    // The name of what failed stands once, not again as a path.
    let failed = std::fs::read_to_string(out.join("failed.csv")).unwrap();
    assert_eq!(failed.matches("c.wav").count(), 1, "{failed}");
    assert_eq!(said(&first).lines().find(|l| l.contains("c.wav")).unwrap().matches("c.wav").count(), 1);
    // Of one channel nobody can tell replies from silences.
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let at = |name: &str| evenkeel::report::COLUMNS.iter().position(|c| *c == name).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        for column in
            ["customer_turns", "replies", "interruptions", "backchannels", "dead_air", "dead_air_unannounced"]
        {
            assert_eq!(&row[at(column)], "", "{column}");
        }
        assert_ne!(&row[at("agent_turns")], "");
    }
    assert!(out.join("reports").read_dir().unwrap().count() == 2);
    // A renamed recording is the same recording.
    std::fs::rename(calls.join("a.wav"), calls.join("z.wav")).unwrap();
    std::fs::rename(calls.join("z.wav"), calls.join("a.wav")).unwrap();
    let second = batch();
    assert!(said(&second).contains("2 from an earlier run"), "{}", said(&second));
    assert_eq!(std::fs::read(out.join("results.jsonl")).unwrap(), results);
}

#[test]
fn without_a_display_the_way_to_analyze_is_shown() {
    let output = run(&[]);
    if cfg!(target_os = "linux") {
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains("evenkeel analyze"), "{}", said(&output));
    }
}

#[test]
fn a_policy_turns_voice_metrics_off_everywhere_with_the_reason() {
    let home = tempfile::tempdir().unwrap();
    let policy = home.path().join("policy.toml");
    let reason = "voice metrics are off by house agreement 7";
    std::fs::write(&policy, format!("voice_metrics = false\nreason = \"{reason}\"\n")).unwrap();
    let shown = |format: &str| {
        evenkeel(home.path())
            .env("EVENKEEL_POLICY", &policy)
            .args(["analyze", TAKE, "--no-words", "--format", format])
            .output()
            .unwrap()
    };
    let output = shown("jsonl");
    let line = &lines(&output)[0];
    for metric in [
        "heat",
        "steadiness",
        "pitch_st",
        "loudness_lu",
        "vocal_effort_db",
        "rate_shift",
        "pitch_slope_shift",
    ] {
        assert_eq!(line["voice"][metric]["confidence"], "absent", "{metric}");
        assert_eq!(line["voice"][metric]["reason"], reason, "{metric}");
    }
    assert_eq!(line["voice"]["turns"], serde_json::json!([]));
    assert!(text(&shown("html")).contains(reason) && text(&shown("text")).contains("house agreement 7"));
    assert!(text(&shown("csv")).contains("voice_off"));
}

#[test]
fn the_shipped_scenarios_are_listed_and_pass_their_own_check() {
    let output = run(&["scenarios", "list"]);
    assert!(output.status.success(), "{}", said(&output));
    let ids: Vec<String> =
        text(&output).lines().filter_map(|l| l.split_whitespace().next().map(str::to_owned)).collect();
    assert_eq!(ids.len(), 10, "{ids:?}");
    let mut check = vec!["scenarios", "check"];
    check.extend(ids.iter().map(String::as_str));
    let output = run(&check);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn doctor_says_what_is_here() {
    let output = run(&["doctor"]);
    assert!(
        text(&output).contains("recognizer") && text(&output).contains("inside the program"),
        "{}",
        text(&output)
    );
}

#[test]
fn a_language_without_rules_is_transcribed_and_not_judged() {
    let output = run(&["analyze", TAKE, "--language", "de"]);
    assert!(output.status.success(), "{}", said(&output));
    let line = &lines(&output)[0];
    assert_eq!(line["behaviors"], serde_json::json!([]));
    assert!(line["warnings"].as_array().unwrap().iter().any(|w| w["code"] == "no_rules"), "{line}");
}

#[test]
fn a_band_of_the_rubric_is_the_one_that_is_shown_and_checked() {
    let dir = tempfile::tempdir().unwrap();
    let rubric = dir.path().join("mine.toml");
    let shipped = std::fs::read_to_string(root().join("src/coach/rubric.toml")).unwrap();
    let bands = [("heat", "[-0.01, 0.01]"), ("steadiness", "[99.9, 100.0]")];
    let mut mine = shipped.clone();
    for (name, band) in bands {
        let line =
            shipped.lines().find(|l| l.starts_with(&format!("{name} = ["))).expect("a band of the voice");
        mine = mine.replace(line, &format!("{name} = {band}"));
    }
    mine = mine.replace("# rate_shift = [-0.15, 0.15]", "rate_shift = [-0.01, 0.01]");
    std::fs::write(&rubric, mine).unwrap();
    let tense = "samples/calls/take-tense-double-charge.wav";
    let with = |more: &[&str]| {
        let mut arguments = vec!["analyze", tense, "--baseline", TAKE, "--no-words"];
        arguments.extend(more);
        run(&arguments)
    };
    let own = rubric.to_str().unwrap();
    let output = with(&["--rubric", own, "--check"]);
    let voice = &lines(&output)[0]["voice"];
    assert_eq!(voice["heat"]["band"], serde_json::json!([-0.01, 0.01]));
    assert_eq!(voice["steadiness"]["band"], serde_json::json!([99.9, 100.0]));
    assert_eq!(voice["rate_shift"]["band"], serde_json::json!([-0.01, 0.01]));
    let ok = |id: &str| voice[id]["confidence"] == "ok";
    if ok("heat") {
        assert!(
            said(&output).contains("heat is") && said(&output).contains("-0.01 to 0.01"),
            "{}",
            said(&output)
        );
    }
    // Without one of its own the rubric that ships says what is shown; what it leaves out comes from the person.
    let voice = &lines(&with(&[]))[0]["voice"];
    assert!(shipped.contains("\nheat = [-2.0, 2.0]") && shipped.contains("\nsteadiness = [70.0, 100.0]"));
    assert_eq!(voice["heat"]["band"], serde_json::json!([-2.0, 2.0]));
    assert_eq!(voice["steadiness"]["band"], serde_json::json!([70.0, 100.0]));
    assert!(voice["pitch_st"]["band"][1].as_f64().unwrap() > 0.0);
}

#[test]
fn both_people_on_one_channel_are_told_as_far_as_they_can_be() {
    let warnings = |file: &str| -> Vec<(String, String)> {
        let output = run(&["analyze", file, "--no-words"]);
        let line = &lines(&output)[0];
        let all = line["warnings"].as_array().unwrap().iter();
        all.map(|w| (w["code"].as_str().unwrap().to_owned(), w["text"].as_str().unwrap().to_owned()))
            .collect()
    };
    let mixed = warnings("samples/calls/poor-lost-form-mono-8k-mulaw.wav");
    assert!(mixed.iter().any(|(code, _)| code == "two_voices"), "{mixed:?}");
    for alone in [TAKE, "samples/calls/take-tense-double-charge.wav"] {
        let alone = warnings(alone);
        assert!(alone.iter().all(|(code, _)| code != "two_voices"), "{alone:?}");
        let (_, text) = alone.iter().find(|(code, _)| code == "one_voice").unwrap();
        assert!(!text.contains("only one voice"), "{text}");
    }
}

#[test]
fn where_nothing_was_heard_nothing_is_called_fine() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("silence.wav");
    let (rate, frames) = (8000u32, 16_000u32);
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + frames * 4).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * 4).to_le_bytes());
    bytes.extend(b"\x04\0\x10\0data");
    bytes.extend((frames * 4).to_le_bytes());
    bytes.resize(bytes.len() + frames as usize * 4, 0);
    std::fs::write(&file, bytes).unwrap();
    for format in ["text", "html"] {
        let output = run(&["analyze", file.to_str().unwrap(), "--no-words", "--format", format]);
        let page = text(&output);
        assert!(page.contains("Nothing was measured") && !page.contains("Nothing to change"), "{page}");
        assert!(page.contains("digital silence") && !page.contains("same sound"), "{page}");
    }
}

#[test]
fn help_shows_what_is_taken_and_errors_are_in_words() {
    let help = text(&run(&["transcribe", "--help"]));
    assert!(help.contains("--language") && help.contains("jsonl"), "{help}");
    for word in ["csv", "html", "--no-words", "--baseline", "--rubric"] {
        assert!(!help.contains(word), "{word} in {help}");
    }
    let help = text(&run(&["words", "--help"]));
    assert!(help.contains(r#"{"id","customer_name","customer_line","reply"}"#), "{help}");
    for arguments in [
        vec!["scenarios", "unpack", "nope.zip", "--out", "/tmp"],
        vec!["analyze", TAKE, "--no-words", "--out", "/nowhere/at/all.json"],
        vec!["analyze", TAKE, "--no-words", "--rubric", "nope.toml"],
    ] {
        let output = run(&arguments);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(
            !told.contains("os error") && !told.contains(".part") && told.contains("there is no such"),
            "{told}"
        );
    }
}

#[test]
fn scenarios_say_what_is_wrong_once_and_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("my-call");
    assert!(run(&["scenarios", "new", "my-call", "--out", dir.path().to_str().unwrap()]).status.success());
    let file = folder.join("scenario.toml");
    let template = std::fs::read_to_string(&file).unwrap();
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        said(&run(&["scenarios", "check", folder.to_str().unwrap()]))
    };
    let told = check(&template.replace("to = \"softer\"", "to = \"sofer\""));
    assert!(told.contains("did you mean `softer`?"), "{told}");
    let packed = run(&[
        "scenarios",
        "pack",
        folder.to_str().unwrap(),
        "--out",
        dir.path().join("p.zip").to_str().unwrap(),
    ]);
    assert_eq!(said(&packed).matches("sofer").count(), 1, "{}", said(&packed));
    // Sound in every way, and nobody has written it yet.
    for name in ["opening", "softer", "hotter"] {
        std::fs::copy(root().join(TAKE), folder.join(format!("lines/{name}.wav"))).unwrap();
    }
    let told = check(&template);
    assert!(
        told.contains("template") && told.contains("line.opening.text") && told.contains("brief"),
        "{told}"
    );
    assert!(run(&["scenarios", "check", folder.to_str().unwrap()]).status.success());
}

#[test]
fn a_list_of_devices_says_nothing_of_what_is_missing_in_the_libraries() {
    let output = run(&["devices"]);
    for line in said(&output).lines() {
        assert!(line.starts_with("evenkeel: "), "{line}");
    }
    for line in text(&output).lines() {
        assert!(!line.contains("[ALSA 0 Hz]"), "{line}");
    }
    let output = run(&["doctor"]);
    assert!(said(&output).is_empty(), "{}", said(&output));
}
