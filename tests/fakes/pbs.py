#!/usr/bin/env python3
"""qsub, qstat and qdel of PBS Professional ($FAKE_PBS=pro) and of Torque ($FAKE_PBS=torque), as their documents record them; of
Torque 2.4 ($FAKE_PBS=torque-2.4), as 2.4.16 was seen to answer.

Sources: PBS Professional 2022.1 Reference Guide (qsub, qstat, qdel, Job Attributes, Job Exit Codes); OpenPBS manual pages qsub.1B,
qstat.1B; UNSW Katana documentation (qstat -xf of a finished job); MetaCentrum documentation (Exit_status -29); TORQUE Administrator
Guide, "Job Exit Status" and "Job Arrays"; Linux man page qstat-torque(1).
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
import engine  # noqa: E402

PRO = os.environ["FAKE_PBS"] == "pro"
OLD = os.environ["FAKE_PBS"] == "torque-2.4"
# Every job was suspended for so long, before it began here. PBS's mom_walltime.c does not count that, Torque's mom_mach.c does.
SUSPENDED = float(os.environ.get("FAKE_SUSPENDED", 0))
SERVER = "pbs01"
UNPLACED = "Not Running: Not enough of the right type of nodes are available"
command = os.path.basename(sys.argv[0])


if os.environ["FAKE_PBS"] == "slurm":
    # What Slurm 22.05's slurm-wlm-torque says to a word that it does not know.
    sys.stderr.write(
        "Unknown option: version\nUsage:\n    qsub [-a start_time] [-A account] [-b y|n] [-e err_path] [-I] [-l\n"
        "    resource_list] [-m mail_options] [-M user_list] [-N job_name] [-o\n"
        "    out_path] [-p priority] [-pe shm task_cnt] [-P wckey] [-q destination]\n"
    )
    sys.exit(1)


def fail(code, *lines):
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    sys.exit(code)


def unreachable():
    if OLD:
        fail(
            111 if command == "qsub" else 1,
            f"Cannot connect to default server host '{SERVER}' - check pbs_server daemon.",
            f"{command}: cannot connect to server {SERVER} (errno=111) Connection refused",
        )
    fail(255, "Connection refused", f"{command}: cannot connect to server {SERVER} (errno=15010)")


def name(job, task=None):
    if job["tasks"] == [None] or (OLD and task is None):
        return f"{job['number']}.{SERVER}"
    if OLD:
        return f"{job['number']}-{task}.{SERVER}"
    return f"{job['number']}[{'' if task is None else task}].{SERVER}"


def parse(identifier):
    head = identifier.split(".")[0]
    if OLD and "[" in head:
        fail(1, f"{command}: illegally formed job identifier: {identifier}")
    number, bracket, task = head.partition("-" if OLD else "[")
    task = task.rstrip("]")
    return int(number) if number.isdigit() else 0, bool(bracket), int(task) if task else None


def seconds(text):
    value = 0
    for part in text.split(":"):
        value = value * 60 + int(part)
    return value


def hms(value):
    return f"{int(value) // 3600:02}:{int(value) // 60 % 60:02}:{int(value) % 60:02}"


def wrapped(attribute, value):
    """An attribute as qstat -f prints it: broken at a comma where that is possible, else in the middle, after 78 columns."""
    line, lines = f"    {attribute} = ", []
    parts = value.split(",")
    for at, part in enumerate(parts):
        piece = part + ("," if at + 1 < len(parts) else "")
        if len(line) + len(piece) >= 78 and at:
            lines.append(line)
            line = "\t"
        while len(line) + len(piece) > 78:
            cut = 78 - len(line)
            lines.append(line + piece[:cut])
            line, piece = "\t", piece[cut:]
        line += piece
    return "\n".join(lines + [line])


def qsub(words):
    if "--version" in words:
        if PRO:
            print("pbs_version = 22.05.11")
        elif OLD:
            fail(0, "version: 2.4.16")
        else:
            fail(0, "Version: 6.1.3", "Commit: 6bf0b4bf8ea3ec9ee8ae9f7bb43c7eb0b8d4a3f5")
        return
    letters = ["-N", "-S", "-j", "-o", "-e", "-l", "-q", "-A", "-J", "-t", "-W", "-v"]
    found, rest = engine.options(words, letters)
    given = {}
    for key, value in found:
        if key not in letters + ["-V"] or (key == "-J" and not PRO) or (key == "-t" and PRO):
            fail(2, f"qsub: invalid option -- '{key[1:]}'", "usage: qsub [-a date_time] [-A account_string] [-c interval]")
        given.setdefault(key, []).append(value)
    if engine.is_down():
        unreachable()
    if given.get("-q", ["short"])[-1] == "nope":
        fail(170 if PRO or OLD else 184, "qsub: Unknown queue" + ("" if PRO else " MSG=cannot locate queue"))
    resources = dict(item.split("=", 1) for value in given.get("-l", []) for item in value.split(","))
    tasks, limit = [None], None
    text = given.get("-J" if PRO else "-t", [None])[-1]
    if text:
        span, _, most = text.partition("%")
        if OLD and most:
            fail(233, "qsub: Bad Job Array Request")
        low, _, high = span.partition("-")
        if PRO and not (high and int(low) < int(high)):
            fail(2, "qsub: illegal -J value", "usage: qsub [-a date_time] [-A account_string] [-c interval]")
        tasks, limit = list(range(int(low), int(high or low) + 1)), int(most) if most else None
    script = sys.stdin.read()
    # The job starts in the home folder with a login environment, and knows of the submitter's only PBS_O_*.
    environment = {key: value for key, value in os.environ.items() if key in ("HOME", "PATH", "PYTHONDONTWRITEBYTECODE") or key.startswith("FAKE_")}
    environment.update(PBS_O_WORKDIR=os.getcwd(), PBS_ENVIRONMENT="PBS_BATCH")
    number = engine.submit(
        [given.get("-S", ["/bin/sh"])[-1], "-c", script], tasks, limit, "PBS_ARRAY_INDEX" if PRO else "PBS_ARRAYID",
        seconds(resources["walltime"]) if "walltime" in resources else None, environment, None,
        name=given.get("-N", ["STDIN"])[-1], queue=given.get("-q", ["short"])[-1], account=given.get("-A", [None])[-1], resources=resources,
    )  # fmt: skip
    print(name(engine.job(number)))


def show(job, run, task=None):
    state, code = run["state"], run["exit"]
    letter = {"waiting": "Q", "running": "R"}.get(state, ("F" if task is None or done(job) else "X") if PRO else "C")
    started = run["start"] is not None
    rows = [("Job_Name", job["name"]), ("Job_Owner", f"ada@login.{SERVER}")]
    if started:
        used = (run["end"] or time.time()) - run["start"] + (0 if PRO else SUSPENDED)
        rows += [("resources_used.cpupercent", "0")] if PRO else []
        rows += [("resources_used.cput", "00:00:00"), ("resources_used.mem", "6896kb")]
        rows += [("resources_used.ncpus", "1")] if PRO else []
        rows += [("resources_used.vmem", "6896kb"), ("resources_used.walltime", hms(used))]
    rows += [("job_state", letter), ("queue", job["queue"]), ("server", SERVER), ("Checkpoint", "u")]
    rows += [("ctime", time.ctime(job["submitted"])), ("Error_Path", f"login.{SERVER}:/dev/null")]
    if started:
        rows += [("exec_host", "n01/0*2" if PRO else "n01/0+n01/1")] + ([("exec_vnode", "(n01:ncpus=2)")] if PRO else [])
    rows += [("Hold_Types", "n"), ("Join_Path", "oe"), ("Keep_Files", "n"), ("Mail_Points", "a"), ("mtime", time.ctime())]
    rows += [("Output_Path", f"login.{SERVER}:/dev/null"), ("Priority", "0"), ("qtime", time.ctime(job["submitted"])), ("Rerunable", "True")]
    rows += [(f"Resource_List.{key}", value) for key, value in job["resources"].items()]
    exits = None
    if code is not None:
        exits = 256 - code if code < 0 else code
        if state == "timeout":
            exits = -29 if PRO else 271
    if PRO and started:
        rows += [("stime", time.ctime(run["start"] - SUSPENDED))]
    if PRO:
        substate = {"waiting": "10", "running": "42", "cancelled": "91"}.get(state, "93" if exits else "92")
        rows += [("substate", substate)]
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/a/rather/long/folder/that/has/to/be/broken/somewhere"
    rows += [("Variable_List", f"PBS_O_HOME=/home/ada,PBS_O_LANG=en_AU.UTF-8,PBS_O_LOGNAME=ada,PBS_O_PATH={path},PBS_O_SHELL=/bin/bash")]
    if PRO and state == "waiting":
        rows += [("comment", "Not Running: Insufficient amount of resource: ncpus (R: 1 A: 0 T: 2)")]
    if not PRO:
        rows += [("etime", time.ctime(job["submitted"]))]
        rows += [("comment", time.strftime("Job started on %a %b %d at %H:%M") if started else UNPLACED)]
        rows += [("start_time", time.ctime(run["start"] - SUSPENDED))] if started else []
        if code is not None:
            rows += [("exit_status", str(exits))]
        rows += [("submit_args", "-N x -S /bin/bash -j oe -o /dev/null"), ("job_array_id", str(task))]
    if PRO and task is not None:
        rows += [("array_id", name(job)), ("array_index", str(task))]
    if PRO and exits is not None:
        rows += [("Exit_status", str(exits))]
    if PRO and run["end"]:
        rows += [("comment", {"cancelled": "Job run and terminated"}.get(state, "Job run and finished") if started else "Not Running and terminated")]
    print(f"Job Id: {name(job, task)}")
    for row in rows:
        print(wrapped(*row))
    print()


def done(job):
    return all(run["state"] not in ("waiting", "running") for run in job["runs"])


def show_array(job):
    print(f"Job Id: {name(job)}")
    count = [sum(run["state"] == state for run in job["runs"]) for state in ("waiting", "running")]
    state = "F" if done(job) else "B" if any(run["start"] for run in job["runs"]) else "Q"
    for row in [
        ("Job_Name", job["name"]),
        ("job_state", state),
        ("queue", job["queue"]),
        ("array", "True"),
        ("array_state_count", f"Queued:{count[0]} Running:{count[1]} Exiting:0 Expired:{len(job['runs']) - sum(count)} "),
        ("array_indices_submitted", f"1-{len(job['runs'])}"),
    ]:
        print(wrapped(*row))
    print()


def qstat(words):
    found, rest = engine.options(words, [])
    flags = {key for key, _ in found}
    if not PRO and "-x" in flags:
        fail(1, "<Data>XML, and not what was wanted</Data>")
    if OLD and "-t" in flags:
        fail(2, "qstat: invalid option -- 't'", "usage: ", "  qstat [-f [-1]] [-W site_specific] [-x] [ job_identifier... | destination... ]")
    if engine.is_down():
        unreachable()
    code = 0
    if OLD and not rest:
        for job in engine.jobs():
            for run in job["runs"]:
                show(job, run, run["task"])
    for identifier in rest:
        number, array, index = parse(identifier)
        job = engine.job(number)
        if not job or array != (job["tasks"] != [None]):
            sys.stderr.write(f"qstat: Unknown Job Id {identifier}\n" if PRO or OLD else f"qstat: Unknown Job Id Error {identifier}\n")
            code = 153
        elif PRO and done(job) and "-x" not in flags:
            sys.stderr.write(f"qstat: {identifier} Job has finished, use -x or -H to obtain historical job information\n")
            code = 35
        elif not array:
            show(job, job["runs"][0])
        else:
            if PRO:
                show_array(job)
            for run in job["runs"] if "-t" in flags else []:
                show(job, run, run["task"])
    sys.exit(code)


def qdel(words):
    _, rest = engine.options(words, [])
    if engine.is_down():
        unreachable()
    code = 0
    for identifier in rest:
        number, array, index = parse(identifier)
        job = engine.job(number)
        if not job:
            sys.stderr.write(f"qdel: Unknown Job Id {identifier}\n" if PRO or OLD else f"qdel: nonexistent job id: {identifier}\n")
            code = 153
        elif not engine.cancel(number, index, whole=index is None):
            sys.stderr.write(
                f"qdel: Job has finished {identifier}\n"
                if PRO
                else f"qdel: Request invalid for state of job MSG=invalid state for job - COMPLETE {identifier}\n"
            )
            code = 35 if PRO else 170
    sys.exit(code)


{"qsub": qsub, "qstat": qstat, "qdel": qdel}[command](sys.argv[1:])
