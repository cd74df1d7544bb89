"""A proxy's process: started on its core, measured from /proc, stopped."""

import os
import subprocess
import time
from pathlib import Path


class Process:
    """One started command and all the processes below it."""

    def __init__(self, command, cpu, log):
        self.log = log
        with open(log, "wb") as out:
            self.child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                preexec_fn=lambda: os.sched_setaffinity(0, {cpu}))

    def cpu_seconds(self):
        """User and system time so far, of the threads that are alive."""
        nanoseconds = 0
        for pid in self._family():
            for thread in Path(f"/proc/{pid}/task").iterdir():
                nanoseconds += int((thread / "schedstat").read_text().split()[0])
        return nanoseconds / 1e9

    def pss_kib(self):
        """Proportional share of memory; pages shared between a master and its workers count once."""
        total = 0
        for pid in self._family():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total

    def settle(self, seconds=5.0):
        """Waits until the process has nothing left to do."""
        end, before = time.monotonic() + seconds, -1.0
        while time.monotonic() < end:
            now = self.cpu_seconds()
            if now - before < 0.002:
                return
            before = now
            time.sleep(0.05)

    def failed(self):
        """The log's end where the process has ended by itself, otherwise nothing."""
        if self.child.poll() is None:
            return None
        return f"exit {self.child.returncode}: {Path(self.log).read_text(errors='replace')[-800:]}"

    def stop(self):
        """Ends the process; workers follow their master."""
        self.child.terminate()
        try:
            self.child.wait(3)
        except subprocess.TimeoutExpired:
            for pid in self._family():
                os.kill(pid, 9)
            self.child.wait()

    def _family(self):
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    stat = (entry / "stat").read_text()
                except OSError:
                    continue
                parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
        family = [self.child.pid]
        for pid in family:
            family.extend(child for child, parent in parents.items() if parent == pid)
        return family
