#!/usr/bin/env python3
"""condor_submit, condor_q, condor_history and condor_rm of HTCondor, as 23.4.0 was seen to answer.

$FAKE_PAUSED is a cluster that was held as a whole: none of its later jobs is made.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
import engine  # noqa: E402

command = os.path.basename(sys.argv[0])


def fail(code, *lines):
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    sys.exit(code)


def condor_submit(words):
    if engine.is_down():
        fail(1, "", "ERROR: Can't find address of local schedd")
    if words != ["-terse", "-"]:
        fail(1, f"unexpected {words}")
    given, count = {}, 1
    for line in sys.stdin.read().splitlines():
        key, equals, value = (part.strip() for part in line.partition("="))
        if line.startswith("queue"):
            count = int(line.split()[1])
        elif equals:
            given[key.lower()] = value
        elif line.strip():
            fail(1, "ERROR: on Line 9 of submit file:", f"ERROR: Parse error in expression: {line}")
    if given.get("requirements", "").count("(") != given.get("requirements", "").count(")"):
        fail(1, "ERROR: Parse error in expression: ", f"\tRequirements = ({given['requirements']}) && (TARGET.Arch == \"X86_64\")", "")
    environment = {"_CONDOR_SCRATCH_DIR": "/var/lib/condor/execute/dir_1"}
    limit = int(given["max_materialize"]) if "max_materialize" in given else None
    # A process gets its number as its argument: $(ProcId).
    argv = ["/bin/sh", "-c", 'exec "$0" "$PROC"', given["executable"]]
    seconds = float(given["allowed_job_duration"]) if "allowed_job_duration" in given else None
    cluster = engine.submit(argv, list(range(count)), limit, "PROC", seconds, environment, None, given=given)
    print(f"{cluster}.0 - {cluster}.{count - 1}" if count > 1 else f"{cluster}.0 - {cluster}.0")


def asked(words):
    """The jobs and the fields that are asked for."""
    constraint = words[words.index("-constraint") + 1]
    wanted = {int(part.split("==")[1]) for part in constraint.split("||")}
    return [job for job in engine.jobs() if job["number"] in wanted], words[words.index("-af") + 1 :]


def made(job):
    """The processes that there are. With max_materialize one is made when fewer than so many are in the queue."""
    if not job["limit"]:
        return job["runs"]
    there = [run for run in job["runs"] if run["state"] != "waiting"]
    room = job["limit"] - sum(run["state"] == "running" for run in there)
    if os.environ.get("FAKE_PAUSED") == str(job["number"]):
        room = 0
    return there + [run for run in job["runs"] if run["state"] == "waiting"][: max(room, 0)]


def factories(words):
    """The clusters with max_materialize that have processes yet to be made, or in the queue."""
    jobs, fields = asked(words)
    for job in jobs:
        if not job["limit"] or all(run["state"] not in ("waiting", "running") for run in job["runs"]):
            continue
        paused = "1" if os.environ.get("FAKE_PAUSED") == str(job["number"]) else "undefined"
        values = {"ClusterId": job["number"], "JobMaterializeNextProcId": len(made(job)), "JobMaterializePaused": paused}
        print(" ".join(str(values[field]) for field in fields))


def runs(words, alive):
    jobs, fields = asked(words)
    for job in jobs:
        for run in made(job):
            if (run["state"] in ("waiting", "running")) == alive:
                print(" ".join(column(field, job, run) for field in fields))


def column(field, job, run):
    state, exits = run["state"], run["exit"]
    if field == "ClusterId":
        return str(job["number"])
    if field == "ProcId":
        return str(run["task"])
    if field == "JobStatus":
        return {"waiting": "1", "running": "2", "cancelled": "3", "timeout": "3"}.get(state, "4")
    if field == "RemoteHost" and state == "running" or field == "LastRemoteHost" and run["start"]:
        return "slot1_1@n01.pool"
    if field == "LastHoldReasonCode" and state == "timeout":
        return "46"
    if field == "ExitBySignal":
        return "true" if exits is not None and exits < 0 else "false"
    if field == "ExitCode" and state == "ended" and exits >= 0:
        return str(exits)
    if field == "ExitSignal" and exits is not None and exits < 0:
        return str(-exits)
    return "undefined"


def condor_q(words):
    if engine.is_down():
        fail(
            1,
            "Error: Can't find address for schedd login",
            "",
            "Extra Info: You probably saw this error because the condor_schedd is not ",
            "running on the machine you are trying to query.",
        )
    factories(words) if "-factory" in words else runs(words, True)


def condor_history(words):
    runs(words, False)


def condor_rm(words):
    if engine.is_down():
        fail(1, "condor_rm: Can't find address for schedd login")
    code = 0
    for identifier in words:
        cluster, dot, process = identifier.partition(".")
        if engine.cancel(int(cluster), int(process) if dot else None, whole=not dot):
            print(f"Job {identifier} marked for removal" if dot else f"All jobs in cluster {cluster} have been marked for removal")
        else:
            sys.stderr.write(f"Job {identifier} not found\n" if dot else f"Couldn't find/remove all jobs in cluster {cluster}\n")
            code = 1
    sys.exit(code)


globals()[command](sys.argv[1:])
