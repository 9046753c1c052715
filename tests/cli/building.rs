//! `build`, `demo`, `list`, `show`, and layers: what makes packs, also where it is cut off.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use sprogkit::corpus::{Check, Pack};
use tempfile::TempDir;

use super::{command, error, printed, run, write};

/// A small corpus with its manifest, and the folder that holds them.
fn corpus(lines: usize) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let text: String = (0..lines).map(|i| format!("Sag {i} blev afgjort i dag.\n")).collect();
    write(&folder.path().join("sager.txt"), &text);
    let manifest = folder.path().join("sager.toml");
    write(
        &manifest,
        r#"schema = 1
id = "sager"
kind = "text"
version = "1"
language = "da"
title.da = "Sager"
title.en = "Cases"
source = "Written for this test"
license = "CC0-1.0"

[personal_data]
category = "NonPersonalData"

[[file]]
name = "sager.txt"

[[read]]
files = "sager.txt"
format = "text"
unit = "line"
"#,
    );
    (folder, manifest)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn object(output: &std::process::Output) -> Value {
    serde_json::from_str(printed(output)).unwrap()
}

/// What lies in a folder besides these names.
fn others(folder: &Path, known: &[&str]) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !known.contains(&name.as_str()));
    names.sort();
    names
}

const CORPUS: &[&str] = &["sager.txt", "sager.toml"];

#[test]
fn a_manifest_becomes_a_pack_that_verifies() {
    let (folder, manifest) = corpus(1000);
    let out = folder.path().join("pakke");
    let output = run(&["build", text(&manifest), "--out", text(&out)]);
    assert!(printed(&output).contains("1,000 documents"), "{}", super::out(&output));
    assert_eq!(super::err(&output), "", "no bar where there is no terminal");
    assert!(printed(&run(&["verify", text(&out)])).contains("sound"));
    assert_eq!(
        Pack::open(&out).unwrap().documents().get(7).unwrap().text().unwrap(),
        "Sag 7 blev afgjort i dag."
    );
    assert_eq!(others(folder.path(), CORPUS), ["pakke"]);
}

#[test]
fn a_pack_that_is_there_is_replaced_only_by_force() {
    let (folder, manifest) = corpus(10);
    let out = folder.path().join("pakke");
    let build = ["build", text(&manifest), "--out", text(&out)];
    assert_eq!(object(&run(&[&build[..], &["--json"]].concat()))["documents"], 10);
    assert!(error(&run(&build), 1).contains("--force"));
    printed(&run(&[&build[..], &["--force"]].concat()));
    let home = folder.path().join("vigtigt");
    fs::create_dir(&home).unwrap();
    write(&home.join("brev.txt"), "Vigtigt");
    let output = run(&["build", text(&manifest), "--out", text(&home), "--force"]);
    assert!(error(&output, 1).contains("is no pack"), "a folder of the user's is not replaced");
    assert_eq!(fs::read(home.join("brev.txt")).unwrap(), b"Vigtigt");
}

#[test]
fn every_mistake_of_a_manifest_is_told_with_its_line() {
    let (folder, manifest) = corpus(1);
    let wrong = fs::read_to_string(&manifest).unwrap();
    write(
        &manifest,
        wrong.replace("kind = \"text\"", "kind = \"tekst\"").replace("\"CC0-1.0\"", "\"CC0\""),
    );
    let output = run(&["build", text(&manifest), "--out", text(&folder.path().join("pakke"))]);
    let lines: Vec<_> = error(&output, 1).lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    for (line, number) in lines.iter().zip([3, 9]) {
        let start = format!("sprogkit: {}:{number}: ", manifest.display());
        assert!(line.starts_with(&start), "{line}");
    }
    assert_eq!(others(folder.path(), CORPUS), Vec::<String>::new());
}

#[test]
fn a_missing_file_of_a_corpus_is_an_error_and_root_is_the_way_out() {
    let (folder, manifest) = corpus(3);
    let elsewhere = folder.path().join("hentet");
    fs::create_dir(&elsewhere).unwrap();
    fs::rename(folder.path().join("sager.txt"), elsewhere.join("sager.txt")).unwrap();
    let out = folder.path().join("pakke");
    let output = run(&["build", text(&manifest), "--out", text(&out)]);
    assert!(error(&output, 1).contains("sager.txt"));
    assert!(!out.exists());
    let args = ["build", text(&manifest), "--out", text(&out), "--root", text(&elsewhere)];
    printed(&run(&args));
}

#[test]
fn layers_of_words_and_sentences_become_part_of_the_pack() {
    let (folder, manifest) = corpus(500);
    let out = folder.path().join("pakke");
    printed(&run(&["build", text(&manifest), "--out", text(&out)]));
    for (name, items) in [("words", 500 * 6 + 500), ("sentences", 500)] {
        let layer = object(&run(&[name, "--json", "--unit", "char", "--pack", text(&out)]));
        assert_eq!((&layer["rows"], &layer["layer"]), (&500.into(), &name.into()));
        assert!(layer["items"].as_u64().unwrap() >= 500, "{layer} of {items}");
    }
    let info = object(&run(&["info", "--json", text(&out)]));
    assert_eq!(info["layers"]["words"]["unit"], "char");
    assert!(printed(&run(&["words", "--pack", text(&out)])).contains("layer words"));
    assert!(printed(&run(&["verify", text(&out)])).contains("sound"));
    assert!(error(&run(&["words", "--pack", text(&out), "fil.txt"]), 2).contains("--pack"));
}

#[test]
fn the_catalogue_is_listed_and_each_entry_shown() {
    let output = run(&["list", "--json"]);
    let ids: Vec<String> = printed(&output)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(ids.contains(&"smagsproeve".to_owned()));
    for line in printed(&run(&["list"])).lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for id in &ids {
        assert!(printed(&run(&["show", id])).contains(id.as_str()));
        assert_eq!(object(&run(&["show", "--json", id]))["id"], id.as_str());
    }
    assert!(error(&run(&["show", "smagsprove"]), 1).contains("did you mean smagsproeve?"));
}

#[test]
fn the_demo_fits_eighty_columns_and_leaves_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let output = command(&["demo"]).env("TMPDIR", temporary.path()).output().unwrap();
    let shown = printed(&output);
    for part in ["documents", "every byte as written", "word error rate", "⣿", "Next"] {
        assert!(shown.contains(part), "{part} is not in:\n{shown}");
    }
    for line in shown.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
        assert_eq!(line, line.trim_end(), "space at the end");
    }
    assert_eq!(super::err(&output), "");
    assert_eq!(others(temporary.path(), &[]), Vec::<String>::new());
}

#[test]
fn the_demo_keeps_the_pack_where_it_is_told_to_and_builds_it_anew() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("prøve");
    let first = object(&run(&["demo", "--json", "--out", text(&out)]));
    let again = object(&run(&["demo", "--json", "--out", text(&out)]));
    assert_eq!(first["words"], again["words"]);
    assert_eq!(first["sentence"], again["sentence"]);
    let pack = Pack::open_with(&out, Check::Full).unwrap();
    assert_eq!(pack.layers().collect::<Vec<_>>(), ["sentences", "words"]);
    assert_eq!(others(folder.path(), &["prøve"]), Vec::<String>::new());
    let output = run(&["demo", "--out", text(folder.path())]);
    assert!(error(&output, 1).contains("not replaced"));
    assert!(out.exists());
}

/// A random number below `below`, by a fixed recurrence.
fn random(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below
}

#[test]
#[cfg(unix)]
fn a_build_that_is_killed_leaves_no_wrong_pack_and_blocks_no_other() {
    let (folder, manifest) = corpus(2000);
    let out = folder.path().join("pakke");
    let args = ["build", text(&manifest), "--out", text(&out), "--force", "--threads", "1"];
    let took = || {
        let started = std::time::Instant::now();
        printed(&run(&args));
        u64::try_from(started.elapsed().as_micros()).unwrap()
    };
    // One run may be slow, and the others long done when they are to be killed.
    let whole = (0..5).map(|_| took()).min().unwrap();
    let (mut state, mut killed) = (1, 0);
    for _ in 0..200 {
        // Half of them onto nothing, half onto a pack that is there.
        if random(&mut state, 2) == 0 && out.exists() {
            fs::remove_dir_all(&out).unwrap();
        }
        let mut child = command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(random(&mut state, whole * 5 / 4)));
        child.kill().unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        if out.exists() {
            let pack = Pack::open_with(&out, Check::Full).unwrap();
            assert_eq!(pack.documents().len(), 2000);
        }
    }
    assert!(killed >= 50, "only {killed} of 200 were killed: too late");
    printed(&run(&args));
    assert_eq!(Pack::open_with(&out, Check::Full).unwrap().documents().len(), 2000);
    assert_eq!(others(folder.path(), CORPUS), ["pakke"], "leftovers are swept");
}

#[test]
#[cfg(unix)]
fn ctrl_c_during_a_build_says_that_nothing_was_left() {
    let (folder, manifest) = corpus(200_000);
    let out = folder.path().join("pakke");
    let mut stopped = 0;
    for wait in [20, 40, 80, 160] {
        let child = command(&["build", text(&manifest), "--out", text(&out)])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        let id = child.id().to_string();
        std::process::Command::new("kill").args(["-INT", &id]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        match output.status.code() {
            Some(0) => fs::remove_dir_all(&out).unwrap(),
            Some(1) => {
                stopped += 1;
                let said = error(&output, 1);
                assert!(
                    said.contains("nothing was left") && said.contains("same command"),
                    "{said}"
                );
            }
            // Before the command could watch for it: the system ended it.
            other => assert_eq!(other, None, "{}", super::err(&output)),
        }
        assert_eq!(others(folder.path(), CORPUS), Vec::<String>::new());
    }
    assert!(stopped > 0, "no build ran long enough to be stopped");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_during_a_build_is_an_error_and_leaves_nothing() {
    let (folder, manifest) = corpus(20_000);
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mount = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=400k", "tmpfs", text(&disk)])
        .stderr(Stdio::null())
        .status();
    if !mount.is_ok_and(|status| status.success()) {
        eprintln!("skipped: a small disk can only be mounted by root");
        return;
    }
    let out = disk.join("pakke");
    let output = run(&["build", text(&manifest), "--out", text(&out)]);
    let left = others(&disk, &[]);
    std::process::Command::new("umount").arg(&disk).status().unwrap();
    let said = error(&output, 1);
    assert!(said.contains(text(&disk)) && said.contains("No space left"), "{said}");
    assert_eq!(left, Vec::<String>::new());
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_grow_is_an_error_and_leaves_nothing() {
    let (folder, manifest) = corpus(20_000);
    let out = folder.path().join("pakke");
    // The limit counts blocks of 512 or 1024 bytes; the signal is ignored so that writing fails.
    let script = "ulimit -f 100; trap '' XFSZ; exec \"$0\" \"$@\"";
    let output = std::process::Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_sprogkit")])
        .args(["build", text(&manifest), "--out", text(&out)])
        .output()
        .unwrap();
    assert!(error(&output, 1).contains("pakke"), "{}", super::err(&output));
    assert_eq!(others(folder.path(), CORPUS), Vec::<String>::new());
}
