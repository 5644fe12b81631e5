#!/usr/bin/env python3
"""bsub, bjobs and bkill of IBM Spectrum LSF 10.1, as its documents record them.

Sources: IBM Spectrum LSF 10.1 Command Reference (bsub, bjobs -o, bjobs -hms, bkill); LSF Administration, "Job termination by LSF";
logs of TERM_RUNLIMIT jobs in DTU's HPC documentation; run_time as gc3pie's issue 514 shows it; messages for finished and unknown
jobs as the tests of equinor/ert record them.
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
import engine  # noqa: E402

command = os.path.basename(sys.argv[0])
# Half a minute is left of the time of every job that runs, and stays so.
LAST_MINUTE = bool(os.environ.get("FAKE_LAST_MINUTE"))


def fail(code, *lines):
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    sys.exit(code)


def parse(identifier):
    number, bracket, task = identifier.partition("[")
    return int(number) if number.isdigit() else 0, int(task.rstrip("]")) if bracket else None


def bsub(words):
    with_value = ["-J", "-o", "-e", "-q", "-n", "-R", "-W", "-M", "-P", "-G", "-L"]
    found, rest = engine.options(words, with_value)
    given = dict(found)
    for key in given:
        if key not in with_value:
            fail(255, f"{key[1:]}: Illegal option. Job not submitted.")
    if engine.is_down():
        fail(255, "Failed in an LSF library call: LIM is down; try later. Job not submitted.")
    if given.get("-q") == "nope":
        fail(255, "nope: No such queue. Job not submitted.")
    title = given.get("-J", "")
    tasks, limit = [None], None
    if "[" in title:
        title, _, span = title.partition("[")
        span, _, most = span.partition("]")
        low, _, high = span.partition("-")
        tasks = list(range(int(low), int(high or low) + 1))
        limit = int(most[1:]) if most else None
    minutes = given.get("-W")
    number = engine.submit(
        ["/bin/sh", "-c", sys.stdin.read()], tasks, limit, "LSB_JOBINDEX", float(minutes) * 60 if minutes else None, None,
        given.get("-o", os.devnull).replace("%I", "%TASK%"), name=title, queue=given.get("-q"),
    )  # fmt: skip
    queue = given.get("-q")
    print(f"Job <{number}> is submitted to {'queue' if queue else 'default queue'} <{queue or 'normal'}>.")


def bjobs(words):
    found, rest = engine.options(words, ["-o"])
    fields = dict(found)["-o"].split()
    delimiter = fields.pop().partition("=")[2].strip("'")
    if engine.is_down():
        fail(255, "Failed in an LSF library call: A connect sys call failed: Connection refused")
    code = 0
    for identifier in rest:
        number, _ = parse(identifier)
        job = engine.job(number)
        if not job:
            sys.stderr.write(f"Job <{identifier}> is not found\n")
            code = 255
            continue
        for run in job["runs"]:
            print(delimiter.join(column(field, job, run) for field in fields))
    sys.exit(code)


def ran(job, run):
    if LAST_MINUTE and job["walltime"] and not run["end"]:
        return job["walltime"] - 30
    return (run["end"] or time.time()) - run["start"]


def column(field, job, run):
    state, exits = run["state"], run["exit"]
    if state in ("waiting", "running"):
        stat = {"waiting": "PEND", "running": "RUN"}[state]
    else:
        stat = "DONE" if state == "ended" and exits == 0 else "EXIT"
    if field == "jobid":
        return str(job["number"])
    if field == "jobindex":
        return str(run["task"] or 0)
    if field == "stat":
        return stat
    if field == "exit_code" and stat == "EXIT" and run["start"]:
        return str({"timeout": 140, "cancelled": 130}.get(state, exits))
    if field == "exec_host" and run["start"]:
        return "4*hostA:2*hostB"
    if field == "time_left" and stat == "RUN" and job["walltime"]:
        left = max(0, job["walltime"] - ran(job, run))
        return f"{int(left) // 3600}:{int(left) // 60 % 60} L"
    if field == "run_time" and run["start"]:
        return f"{int(ran(job, run))} second(s)"
    if field == "runtimelimit" and job["walltime"]:
        return f"{job['walltime'] / 60}/hostA"
    if field == "exit_reason" and stat == "EXIT":
        return {
            "timeout": "TERM_RUNLIMIT: job killed after reaching LSF run time limit",
            "cancelled": "TERM_OWNER: job killed by owner",
        }.get(state, "-")
    if field == "pend_reason" and stat == "PEND":
        return "New job is waiting for scheduling;"
    return "-"


def bkill(words):
    code = 0
    for identifier in words:
        number, task = parse(identifier)
        if not engine.job(number):
            sys.stderr.write(f"Job <{identifier}>: No matching job found\n")
            code = 255
        elif engine.cancel(number, task, whole=task is None):
            print(f"Job <{identifier}> is being terminated")
        else:
            sys.stderr.write(f"Job <{identifier}>: Job has already finished\n")
            code = 255
    sys.exit(code)


{"bsub": bsub, "bjobs": bjobs, "bkill": bkill}[command](sys.argv[1:])
