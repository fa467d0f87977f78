#!/usr/bin/env python3
"""Load a running SIP server with SIPp and account for what it costs the server.

    measure.py --pid PID [--host 127.0.0.1] [--port 5070] [--load-cpu 1] [--server-cpu 0]
               [--rt] [--out FILE] CASE ...

CASE is one of
    options:RATE:SECONDS             OPTIONS at RATE/s
    ivr:RATE:SECONDS[:EXTEN]         menu calls at RATE/s (exten 100)
    playback:CALLS:SECONDS[:EXTEN]   CALLS held, measured for SECONDS (exten 200)
    bridge:CALLS:SECONDS[:EXTEN]     CALLS held through the server to a SIPp far end
                                     that echoes RTP at port 5080 (exten 300)
    conference:MEMBERS:SECONDS[:EXTEN]  MEMBERS in one conference, each sending speech all the time (exten 400)
    waiting:CALLS:SECONDS            CALLS held in a queue with music, but for one who talks with
                                     the only agent, at port 5080 (exten 500); 501 at most
    idle:SECONDS                     nothing

The server is started by whoever runs this, pinned to one core; SIPp and the
receiver are pinned to the other.  On a machine that others use too, run the server
under chrt -r 10 and this with --rt: both then have their
core when they need it.  CPU time is of the server's whole process tree
(utime+stime).  One line of JSON a case, on standard output and added to FILE.
The measured window is cut in seconds; "clean" holds the same figures over those
seconds only in which other processes took under 5 % of the server's core and
under 25 % of the load's.
Loopback only.  Needs sipp, and cc for the menu case's preload.
"""
import argparse
import csv
import glob
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TICK = os.sysconf("SC_CLK_TCK")


def stat(pid):
    with open(f"/proc/{pid}/stat") as f:
        return f.read().rsplit(")", 1)[1].split()


def tree(pid):
    out, todo = [], [pid]
    while todo:
        p = todo.pop()
        out.append(p)
        for path in glob.glob(f"/proc/{p}/task/*/children"):
            try:
                with open(path) as f:
                    todo += map(int, f.read().split())
            except OSError:
                pass
    return out


def cpu(pid):
    """CPU seconds of the process tree, children already gone included."""
    total = 0
    for p in tree(pid):
        try:
            f = stat(p)
        except OSError:
            continue
        total += sum(map(int, f[11:15]))
    return total / TICK


def memory(pid):
    rss = 0
    for p in tree(pid):
        try:
            with open(f"/proc/{p}/status") as f:
                rss += sum(int(line.split()[1]) for line in f if line.startswith("VmRSS"))
        except OSError:
            pass
    return rss


def core_busy(n):
    with open("/proc/stat") as f:
        for line in f:
            if line.startswith(f"cpu{n} "):
                v = list(map(int, line.split()[1:9]))
                return (sum(v) - v[3] - v[4]) / TICK
    return 0.0


def udp_sent():
    with open("/proc/net/snmp") as f:
        rows = [line.split()[1:] for line in f if line.startswith("Udp:")]
    row = dict(zip(rows[0], map(int, rows[1]), strict=False))
    return row["OutDatagrams"], row["RcvbufErrors"], row["NoPorts"]


class Bench:
    def __init__(self, a):
        self.a = a
        self.dir = tempfile.mkdtemp(prefix="bench-")
        subprocess.run([sys.executable, HERE + "/sipp/make_media.py", self.dir], check=True)
        for f in glob.glob(HERE + "/sipp/*.xml"):
            shutil.copy(f, self.dir)
        os.sched_setaffinity(0, {a.load_cpu})
        if a.rt:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(10))

    def sipp(self, scenario, exten, *more, env=None, listen=None):
        self.n = getattr(self, "n", 0) + 1
        self.stf = f"{self.dir}/stat{self.n}.csv"
        cmd = ["sipp", "-sf", scenario + ".xml", "-nostdin", "-i", self.a.host, "-mi", self.a.host,
               "-buff_size", "4194304", "-trace_err", "-error_file", f"err{self.n}.log",
               "-trace_stat", "-fd", "1", "-stf", self.stf]
        if exten:
            cmd += [f"{self.a.host}:{self.a.port}", "-s", exten, "-l", "100000"]
        cmd += list(map(str, more))
        p = subprocess.Popen(cmd, cwd=self.dir, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, env=dict(os.environ, **(env or {})))
        p.stf = self.stf
        return p

    def result(self, p):
        """SIPp's own counts, and its response times (ms)."""
        out = {"rc": p.returncode}
        with open(p.stf) as f:
            rows = list(csv.DictReader(f, delimiter=";"))
        last = rows[-1]
        out["ok"] = int(last["SuccessfulCall(C)"])
        out["failed"] = int(last["FailedCall(C)"])
        out["retrans"] = int(last["Retransmissions(C)"])
        out["peak"] = max(int(r["CurrentCall"]) for r in rows)
        rtt = glob.glob(f"{self.dir}/*_{p.pid}_rtt.csv")
        if rtt:
            with open(rtt[0]) as f:
                first = sorted(float(line.split(";")[1]) for line in f
                               if line.count(";") == 2 and line.rstrip().endswith(";1") and line[0].isdigit())
            if first:
                for name, q in (("p50", .5), ("p95", .95), ("p99", .99)):
                    out["rt_" + name] = first[min(len(first) - 1, int(q * len(first)))]
                out["rt_max"] = first[-1]
        return out

    def marks(self, load=()):
        a = self.a
        return {"t": time.time(), "cpu": cpu(a.pid), "load": sum(cpu(p) for p in load),
                "c0": core_busy(a.server_cpu), "c1": core_busy(a.load_cpu), "udp": udp_sent()}

    def between(self, x, y):
        w = y["t"] - x["t"]
        s = y["cpu"] - x["cpu"]
        return {"window_s": round(w, 2), "server_cpu_s": round(s, 2),
                "server_core": round(s / w, 3),
                "load_core": round((y["load"] - x["load"]) / w, 3),
                "other_on_server_core": round((y["c0"] - x["c0"] - s) / w, 3),
                "core0": round((y["c0"] - x["c0"]) / w, 3), "core1": round((y["c1"] - x["c1"]) / w, 3),
                "udp_out": y["udp"][0] - x["udp"][0], "rcvbuf_err": y["udp"][1] - x["udp"][1],
                "no_port": y["udp"][2] - x["udp"][2]}

    def slices(self, marks, calls, sink=None):
        """Figures over the seconds of the window in which the machine was ours."""
        good = []
        for x, y in itertools.pairwise(marks):
            d = self.between(x, y)
            if d["other_on_server_core"] < 0.05 and d["core1"] - d["load_core"] < 0.25:
                good.append((x, y))
        out = {"seconds": len(good), "of": len(marks) - 1}
        if not good:
            return out
        w = sum(y["t"] - x["t"] for x, y in good)
        out["server_core"] = round(sum(y["cpu"] - x["cpu"] for x, y in good) / w, 3)
        out["load_core"] = round(sum(y["load"] - x["load"] for x, y in good) / w, 3)
        out["server_us_per"] = round(out["server_core"] / calls * 1e6, 1)
        out["load_us_per"] = round(out["load_core"] / calls * 1e6, 1)
        out["udp_out_per"] = round(sum(y["udp"][0] - x["udp"][0] for x, y in good) / w / calls, 2)
        if sink:
            out["rtp"] = self.ask(sink, good)
        return out

    def ask(self, sink, pairs):
        sink.stdin.write(" ".join("{:f} {:f}".format(x["t"], y["t"]) for x, y in pairs) + "\n")
        sink.stdin.flush()
        return json.loads(sink.stdout.readline())

    def rated(self, scenario, exten, rate, seconds, env=None):
        total = int(rate * seconds)
        before = self.marks()
        p = self.sipp(scenario, exten, "-mp", 42000, "-r", rate, "-m", total, "-trace_rtt",
                      "-rtt_freq", 1, "-timeout", f"{int(seconds * 2 + 40)}s", env=env)
        load, rss = 0.0, 0
        mids = []
        begun = time.time()
        while p.poll() is None:
            try:
                load = cpu(p.pid)
            except OSError:
                pass
            rss = max(rss, memory(self.a.pid))
            at = time.time() - begun
            if min(5, seconds / 4) + len(mids) < at < seconds:
                mids.append(self.marks([p.pid]))
            time.sleep(0.1)
        time.sleep(0.3)
        after = self.marks()
        out = self.between(before, after)
        out.update(self.result(p))
        out["rss_peak_kb"] = rss
        if len(mids) > 1:
            m = self.between(mids[0], mids[-1])
            kept = ("window_s", "server_core", "load_core", "other_on_server_core", "core0", "core1")
            out["steady"] = {k: m[k] for k in kept}
            out["clean"] = self.slices(mids, rate)
        out["load_cpu_s"] = round(load, 2)
        if out["ok"]:
            out["server_us_each"] = round(out["server_cpu_s"] / out["ok"] * 1e6, 1)
            out["load_us_each"] = round(load / out["ok"] * 1e6, 1)
        return out

    def options(self, rate, seconds, exten="100"):
        return self.rated("options", exten, float(rate), float(seconds))

    def ivr(self, rate, seconds, exten="100"):
        so = self.dir + "/rawquiet.so"
        if not os.path.exists(so):
            subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", so, HERE + "/sipp/rawquiet.c", "-ldl"], check=True)
        return self.rated("ivr_menu", exten, float(rate), float(seconds), {"LD_PRELOAD": so})

    def held(self, p, calls, ramp, seconds, sink=None, also=()):
        rss0 = memory(self.a.pid)
        time.sleep(calls / ramp + 3)
        loads = [p.pid] + ([sink.pid] if sink else []) + [q.pid for q in also]
        marks = [self.marks(loads)]
        rss1 = memory(self.a.pid)
        while len(marks) <= seconds:
            time.sleep(max(0.01, marks[0]["t"] + len(marks) - time.time()))
            marks.append(self.marks(loads))
        out = self.between(marks[0], marks[-1])
        if sink:
            out["rtp"] = self.ask(sink, [(marks[0], marks[-1])])
        out["clean"] = self.slices(marks, calls, sink)
        p.wait()
        out.update(self.result(p))
        w = out["window_s"]
        out["server_us_per_call_s"] = round(out["server_cpu_s"] / w / calls * 1e6, 1)
        out["load_us_per_call_s"] = round(out["load_core"] / calls * 1e6, 1)
        out["udp_out_per_call_s"] = round(out["udp_out"] / w / calls, 2)
        out["rss_before_kb"], out["rss_held_kb"] = rss0, rss1
        return out

    def playback(self, calls, seconds, exten="200"):
        calls, seconds = int(calls), float(seconds)
        ramp = min(100.0, max(20.0, calls / 10))
        hold = calls / ramp + 3 + seconds + 2
        sink = subprocess.Popen([sys.executable, HERE + "/rtp_sink.py", "--ip", self.a.host, "--count", str(calls)],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        sink.stdout.readline()
        p = self.sipp("playback", exten, "-mp", 42000, "-r", ramp, "-m", calls, "-d", int(hold * 1000))
        try:
            return self.held(p, calls, ramp, seconds, sink)
        finally:
            sink.stdin.close()
            sink.wait()

    def bridge(self, calls, seconds, exten="300"):
        calls, seconds = int(calls), float(seconds)
        ramp = min(50.0, max(10.0, calls / 10))
        hold = calls / ramp + 3 + seconds + 2
        far = self.sipp("bridge_uas", None, "-p", 5080, "-mp", 55000, "-rtp_echo")
        time.sleep(0.5)
        p = self.sipp("bridge_uac", exten, "-mp", 42000, "-r", ramp, "-m", calls, "-d", int(hold * 1000))
        try:
            return self.held(p, calls, ramp, seconds, also=[far])
        finally:
            far.terminate()
            far.wait()

    def conference(self, members, seconds, exten="400"):
        """All speak at once, which is the most that a mix can have to add up."""
        members, seconds = int(members), float(seconds)
        ramp = 10.0
        hold = members / ramp + 3 + seconds + 2
        p = self.sipp("bridge_uac", exten, "-mp", 42000, "-r", ramp, "-m", members, "-d", int(hold * 1000))
        return self.held(p, members, ramp, seconds)

    def waiting(self, calls, seconds, exten="500"):
        far = self.sipp("bridge_uas", None, "-p", 5080, "-mp", 55000, "-rtp_echo")
        time.sleep(0.5)
        try:
            return self.playback(calls, seconds, exten)
        finally:
            far.terminate()
            far.wait()

    def idle(self, seconds):
        x = self.marks()
        time.sleep(float(seconds))
        return dict(self.between(x, self.marks()), rss_kb=memory(self.a.pid))


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--pid", type=int, required=True)
    p.add_argument("--host", default="127.0.0.1")
    p.add_argument("--port", type=int, default=5070)
    p.add_argument("--load-cpu", type=int, default=1)
    p.add_argument("--server-cpu", type=int, default=0)
    p.add_argument("--rt", action="store_true")
    p.add_argument("--out")
    p.add_argument("case", nargs="+")
    a = p.parse_args()
    if not a.host.startswith("127."):
        sys.exit("loopback only")
    b = Bench(a)
    try:
        for case in a.case:
            name, *args = case.split(":")
            with open("/proc/loadavg") as f:
                loadavg = float(f.read().split()[0])
            r = {"case": case, "loadavg": loadavg, **getattr(b, name)(*args)}
            line = json.dumps(r)
            print(line, flush=True)
            if a.out:
                with open(a.out, "a") as f:
                    f.write(line + "\n")
            time.sleep(2)
    finally:
        shutil.rmtree(b.dir, ignore_errors=True)


if __name__ == "__main__":
    main()
