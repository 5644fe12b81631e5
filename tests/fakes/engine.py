"""What the fake schedulers share: jobs in a folder ($FAKE_SCHEDULER), their tasks run by a process of their own, two at once.

$FAKE_DOWN makes a scheduler that cannot be reached, $FAKE_HOLD one that starts nothing, $FAKE_SLOTS another number at once.
"""

import json
import os
import signal
import subprocess
import sys
import time

folder = os.environ["FAKE_SCHEDULER"]


def is_down():
    return bool(os.environ.get("FAKE_DOWN"))


def write(path, value):
    with open(path + ".tmp", "w") as file:
        json.dump(value, file)
    os.rename(path + ".tmp", path)


def read(path):
    with open(path) as file:
        return json.load(file)


def submit(argv, tasks, limit=None, index="", walltime=None, environment=None, stdout=None, **more):
    """Puts a job into the queue; tasks are the numbers of an array, [None] for none. Returns its number."""
    number = 1
    while True:
        path = os.path.join(folder, str(number))
        try:
            os.makedirs(path)
            break
        except FileExistsError:
            number += 1
    job = dict(
        more, number=number, argv=argv, tasks=tasks, limit=limit, index=index, walltime=walltime, stdout=stdout, submitted=time.time()
    )
    for task in tasks:
        write(os.path.join(path, f"task.{task}"), dict(task=task, state="waiting", exit=None, start=None, end=None))
    write(os.path.join(path, "job"), job)
    sys.stdout.flush()
    if os.fork() == 0:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        try:
            run(path, job, environment)
        finally:
            os._exit(0)
    return number


def run(path, job, environment):
    """Runs the tasks of a job until all have ended."""
    slots = min(job["limit"] or 10**9, int(os.environ.get("FAKE_SLOTS", 2)))
    running, waiting, stop = {}, list(job["tasks"]), time.time() + 120
    while (running or waiting) and time.time() < stop and os.path.isdir(path):
        for task in list(waiting):
            if os.path.exists(os.path.join(path, f"cancel.{task}")):
                waiting.remove(task)
                end(path, task, "cancelled", None)
        while waiting and len(running) < slots and not os.environ.get("FAKE_HOLD"):
            task = waiting.pop(0)
            env = dict(os.environ if environment is None else environment)
            if task is not None:
                env[job["index"]] = str(task)
            argv = [word.replace("%TASK%", str(task)) for word in job["argv"]]
            output = open(job["stdout"].replace("%TASK%", str(task)), "w") if job["stdout"] else subprocess.DEVNULL
            process = subprocess.Popen(
                argv, cwd="/", env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
            running[task] = process
            update(path, task, state="running", start=time.time())
        for task, process in list(running.items()):
            state = "ended"
            start = read(os.path.join(path, f"task.{task}"))["start"]
            if os.path.exists(os.path.join(path, f"cancel.{task}")):
                state = "cancelled"
                kill(process)
            elif job["walltime"] and time.time() - start > job["walltime"]:
                state = "timeout"
                kill(process)
            if process.poll() is not None:
                del running[task]
                end(path, task, state, process.returncode)
        time.sleep(0.02)


def kill(process):
    """Ends all processes of a task, and waits for them: no scheduler says that a job has ended while one of them goes on."""
    for sent, patience in [(signal.SIGTERM, 60), (signal.SIGKILL, 60)]:
        stop = time.time() + patience
        try:
            os.killpg(process.pid, sent)
        except ProcessLookupError:
            pass
        while is_any_left(process) and time.time() < stop:
            time.sleep(0.02)


def is_any_left(process):
    process.poll()
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                state, _, group = file.read().rpartition(") ")[2].split()[:3]
        except OSError:
            continue
        if int(group) == process.pid and state not in "ZX":
            return True
    return False


def update(path, task, **values):
    name = os.path.join(path, f"task.{task}")
    write(name, dict(read(name), **values))


def end(path, task, state, code):
    update(path, task, state=state, exit=code, end=time.time())


def job(number):
    """A job and its tasks, or None."""
    path = os.path.join(folder, str(number))
    if not os.path.exists(os.path.join(path, "job")):
        return None
    found = read(os.path.join(path, "job"))
    found["runs"] = [read(os.path.join(path, f"task.{task}")) for task in found["tasks"]]
    return found


def jobs():
    return [job(number) for number in sorted(int(name) for name in os.listdir(folder) if name.isdigit())]


def cancel(number, task=None, whole=True):
    """Asks for the end of a job, or of one task of it; False if there is nothing to end."""
    found = job(number)
    asked = False
    for run_ in found["runs"] if found else []:
        if (whole or run_["task"] == task) and run_["state"] in ("waiting", "running"):
            open(os.path.join(folder, str(number), f"cancel.{run_['task']}"), "w").close()
            asked = True
    return asked


def options(words, with_value):
    """Splits a command line as getopt does: (letter or long name, value) pairs, and the rest."""
    found, rest, words = [], [], list(words)
    while words:
        word = words.pop(0)
        if word.startswith("-") and len(word) > 1:
            found.append((word, words.pop(0) if word in with_value else None))
        else:
            rest.append(word)
    return found, rest
