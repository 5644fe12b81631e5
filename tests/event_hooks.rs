//! The examples of event hooks in hooks/: what they make of the JSON on their standard input.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use common::{Repo, Said};

const RUN_END: &str = r#"{"event": "run_end", "repository": "/r", "sweep": "grid-1", "point": 12, "commit": "4f58717",
    "params": {"g_e": 0.5, "kind": "it's\n"}, "record": {"v": 1, "attempt": 1, "status": "failed", "exit": 3}}"#;
const SWEEP_END: &str = r#"{"event": "sweep_end", "repository": "/r", "sweep": "grid-1", "total": 36,
    "counts": {"ok": 34, "failed": 2, "pending": 0}, "best": {"point": 33, "value": 0.4165, "params": {"g_e": 3.0, "g_i": -15}},
    "best_mean": {"mean": 0.5, "sd": 0.04, "n": 3, "points": [12, 24, 36]}}"#;
const NOTHING_OK: &str = r#"{"event": "sweep_end", "repository": "/r", "sweep": "grid-1\nBcc: all@example.org", "total": 1,
    "counts": {"ok": 0, "failed": 1, "pending": 0}, "best": null}"#;

fn hook(repo: &Repo, name: &str, event: &str, environment: &[(&str, &str)]) -> Said {
    let mut command = repo.command(Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks").join(name));
    command.envs(environment.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(event.as_bytes()).unwrap();
    Said::of(child.wait_with_output().unwrap())
}

#[test]
fn a_mail_says_what_the_sweep_has_come_to() {
    let repo = Repo::empty();
    let settings = [("GITSWEEP_MAIL_TO", "ada@example.org"), ("GITSWEEP_SENDMAIL", "tee")];
    let said = hook(&repo, "on-sweep-end-mail", SWEEP_END, &settings);
    assert_eq!(said.code, 0, "{}", said.err);
    for line in [
        "To: ada@example.org",
        "Subject: grid-1: 34 ok, 2 failed of 36",
        "in /r",
        "best: point 33 with 0.4165",
        "      g_e=3.0 g_i=-15",
        "best mean: 0.5, standard deviation 0.04 of 3 runs: points 12, 24, 36",
    ] {
        assert!(said.out.lines().any(|known| known == line), "{line} is not in\n{}", said.out);
    }
    let said = hook(&repo, "on-sweep-end-mail", NOTHING_OK, &settings);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.out.lines().any(|line| line.starts_with("Bcc:")), "{}", said.out);
    let said = hook(&repo, "on-sweep-end-mail", RUN_END, &settings);
    assert!(said.code == 1 && said.err.contains("on_sweep_end"), "{}", said.err);
}

#[test]
fn a_hook_that_is_brought_along_needs_no_file_in_the_repository() {
    let repo = Repo::with(&[
        ("model.sh", "g=0\necho $g > output.json\n"),
        (
            "gitsweep.toml",
            "name = \"s\"\n[run]\ncommand = \"sh model.sh\"\n[hooks]\non_sweep_end = \"hooks/on-sweep-end-mail\"\n\
             [params.g]\nfile = \"model.sh\"\nvalues = [1, 2]\n",
        ),
        ("post.sh", "#!/bin/sh\ncat > \"$MAIL\"\n"),
    ]);
    let mail = repo.outside().join("mail");
    let post = format!("sh '{}'", repo.root().join("post.sh").display());
    repo.set("MAIL", &mail);
    repo.set("GITSWEEP_MAIL_TO", "ada@example.org");
    repo.set("GITSWEEP_SENDMAIL", &post);
    let said = repo.run(["run", "--branch", "s"]);
    assert!(said.code == 0 && !said.err.contains("hook"), "{}", said.err);
    let mail = std::fs::read_to_string(mail).unwrap();
    assert!(mail.contains("Subject: s: 2 ok of 2"), "{mail}");
    // One of the repository's own comes first.
    repo.write("hooks/on-sweep-end-mail", "echo mine >&2; exit 3\n");
    let said = repo.run(["queue", "s", "--repeat", "1"]);
    assert!(said.err.contains("the hook `hooks/on-sweep-end-mail` failed"), "{}", said.err);
}

/// What the hook posts to a server that answers with `answer`; none if it posts nothing.
fn posted(repo: &Repo, event: &str, answer: &'static str, more: &[(&str, &str)]) -> (Said, Option<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hooks/secret", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let server = std::thread::spawn(move || {
        while is_done.try_recv().is_err() {
            let Ok((mut stream, _)) = listener.accept() else {
                std::thread::sleep(std::time::Duration::from_millis(5));
                continue;
            };
            stream.set_nonblocking(false).unwrap();
            let mut heard = String::new();
            let mut part = [0; 4096];
            while !heard.split_once("\r\n\r\n").is_some_and(|(_, body)| body.ends_with('}')) {
                let count = stream.read(&mut part).unwrap();
                assert!(count > 0, "{heard}");
                heard.push_str(std::str::from_utf8(&part[..count]).unwrap());
            }
            stream.write_all(answer.as_bytes()).unwrap();
            return heard.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        }
        None
    });
    let mut environment = vec![("GITSWEEP_WEBHOOK_URL", url.as_str())];
    environment.extend(more);
    let said = hook(repo, "on-run-end-webhook", event, &environment);
    let _ = done.send(());
    (said, server.join().unwrap())
}

#[test]
fn a_webhook_gets_what_failed_and_what_the_sweep_has_come_to() {
    let repo = Repo::empty();
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let (said, body) = posted(&repo, RUN_END, ok, &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    let body: serde_json::Value = serde_json::from_str(&body.unwrap()).unwrap();
    assert_eq!(body, serde_json::json!({"text": "grid-1, point 12: failed (g_e=0.5 kind=\"it's\\n\")"}));
    let (said, body) = posted(&repo, SWEEP_END, ok, &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(body.unwrap().contains("grid-1: 34 ok, 2 failed of 36; best is point 33 with 0.4165"));
    let fine = RUN_END.replace("\"failed\"", "\"ok\"");
    let (said, body) = posted(&repo, &fine, ok, &[]);
    assert_eq!((said.code, body), (0, None), "{}", said.err);
    let (_, body) = posted(&repo, &fine, ok, &[("GITSWEEP_WEBHOOK_EACH", "all")]);
    assert!(body.unwrap().contains("point 12: ok"));
}

#[test]
fn a_webhook_that_does_not_work_is_told_without_its_address() {
    let repo = Repo::empty();
    let (said, _) = posted(&repo, RUN_END, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", &[]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("Forbidden") && !said.err.contains("secret"), "{}", said.err);
    for (url, word) in
        [("", "is not set"), ("file:///etc/passwd", "https://"), ("http://127.0.0.1:1/secret", "refused")]
    {
        let said = hook(&repo, "on-run-end-webhook", RUN_END, &[("GITSWEEP_WEBHOOK_URL", url)]);
        assert!(said.code == 1 && said.err.contains(word) && !said.err.contains("secret"), "{}", said.err);
    }
}

#[test]
fn a_report_is_written_when_the_sweep_ends() {
    let repo = Repo::with(&[("gitsweep", "#!/bin/sh\nprintf '%s\\n' \"$@\" >said; exit ${CODE:-0}\n")]);
    assert!(repo.command("chmod").args(["+x", "gitsweep"]).status().unwrap().success());
    let root = repo.root().to_str().unwrap();
    let event = SWEEP_END.replace("/r", root);
    let settings = [("GITSWEEP", "./gitsweep")];
    let said = hook(&repo, "on-sweep-end-report", &event, &settings);
    assert_eq!(said.code, 0, "{}", said.err);
    let target = format!("{root}/sweeps/grid-1/report.html");
    assert_eq!(repo.read("said"), format!("-C\n{root}\nreport\ngrid-1\n-o\n{target}\n"));
    assert_eq!(said.out, format!("{target}\n"));
    assert_eq!(hook(&repo, "on-sweep-end-report", &event, &[settings[0], ("CODE", "3")]).code, 3);
    let said = hook(&repo, "on-sweep-end-report", &event, &[("GITSWEEP", "no-such-gitsweep")]);
    assert!(said.code == 1 && said.err.contains("there is no no-such-gitsweep"), "{}", said.err);
}
