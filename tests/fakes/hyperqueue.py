#!/usr/bin/env python3
"""hq of HyperQueue, as its documents record it: submit, job list, job cancel, task list.

Sources: HyperQueue documentation (Jobs, Task Arrays, Output mode), and the JSON output of its source, client/output/json.rs.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
import engine  # noqa: E402


def show(value):
    # serde_json sorts the keys of an object.
    print(json.dumps(value, indent=2, sort_keys=True))


def submit(words):
    found, rest = engine.options(words[: words.index("--")], ["--name", "--stdout", "--stderr", "--cwd", "--env", "--array", "--cpus", "--time-limit"])
    given = dict(found)
    argv = words[words.index("--") + 1 :]
    environment = dict(os.environ)
    environment.update(value.split("=", 1) for key, value in found if key == "--env")
    tasks = [0]
    if "--array" in given:
        low, _, high = given["--array"].partition("-")
        tasks = list(range(int(low), int(high or low) + 1))
    limit = given.get("--time-limit")
    seconds = float(limit.rstrip("s")) if limit else None
    print(engine.submit(argv, tasks, None, "HQ_TASK_ID", seconds, environment, None, name=given["--name"]))


def job_list():
    names = {"waiting": "waiting", "running": "running", "cancelled": "canceled", "timeout": "failed"}
    listing = []
    for job in engine.jobs():
        stats = dict.fromkeys(["running", "finished", "failed", "canceled", "waiting"], 0)
        for run in job["runs"]:
            stats[names.get(run["state"], "failed" if run["exit"] else "finished")] += 1
        listing.append(dict(id=job["number"], name=job["name"], task_count=len(job["runs"]), task_stats=stats))
    show(listing)


def task_list(selector):
    listing = {}
    for number in selector.split(","):
        tasks = []
        for run in engine.job(number)["runs"]:
            state = {"waiting": "waiting", "running": "running", "cancelled": "canceled", "timeout": "failed"}.get(
                run["state"], "failed" if run["exit"] else "finished"
            )
            task = dict(id=run["task"], state=state, cwd="/somewhere", stdout=None, stderr=None)
            if run["start"]:
                task.update(started_at="2026-11-20T08:56:16.437123396Z", worker=1)
            if state in ("finished", "failed"):
                task["finished_at"] = "2026-11-20T08:56:18.437123396Z"
            if state == "failed":
                task["error"] = "Time limit reached" if run["state"] == "timeout" else f"Error: Program terminated with exit code {run['exit']}"
            tasks.append(task)
        listing[number] = tasks
    show(listing)


def main(words):
    mode = words[words.index("--output-mode") + 1]
    words = words[2:] if words[0] == "--output-mode" else words
    if engine.is_down():
        text = "No online server was found in the server directory\n\nHelp: To use HyperQueue, first start the server using `hq server start`."
        print(json.dumps({"error": text})) if mode == "json" else sys.stderr.write(text + "\n")
        sys.exit(1)
    if words[0] == "submit":
        submit(words[1:])
    elif words[:2] == ["job", "list"]:
        job_list()
    elif words[:2] == ["task", "list"]:
        task_list(words[2])
    else:
        sys.exit(f"unexpected {words}")


if sys.argv[1:3] == ["job", "cancel"]:
    for number in sys.argv[3].split(","):
        engine.cancel(int(number))
    print(f"[INFO] Job {sys.argv[3]} canceled (1 tasks canceled, 0 tasks already finished)")
else:
    main(sys.argv[1:])
