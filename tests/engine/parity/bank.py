"""Right solutions of the tiny course that do ordinary things: what stands at the top of the module, and in `double`."""

from __future__ import annotations

from pathlib import Path

from tests.engine.tiny_course import COURSE_TOML, HIDDEN_TESTS, PUBLIC_TESTS, SOLUTION, STEP_TOML, edited

CLEAN = """

@exercise("00.double")
def test_its_own_computations_are_its_own(learner):
    before = unclean()
    learner.sums.double(3)
    learner.sums.total([1])
    assert unclean() == before == []
"""
LOOK = Path(__file__).with_name("clean.py").read_text(encoding="utf-8")
CHANGES = {
    "grading_configs/step00.toml": edited(STEP_TOML, ("call_seconds = 3", "call_seconds = 30\ncall_cpu_seconds = 20")),
    "grading_configs/course.toml": edited(COURSE_TOML, ("submission_seconds = 30", "submission_seconds = 120")),
    "tests/public/step00/test_sums.py": LOOK + PUBLIC_TESTS + CLEAN,
    "tests/hidden/step00/test_sums.py": LOOK + HIDDEN_TESTS + CLEAN,
}

TOP = {
    "stdout's encoding": "import sys; assert sys.stdout.encoding.lower() == 'utf-8'",
    "stdout reconfigured": "import sys; sys.stdout.reconfigure(encoding='utf-8', line_buffering=True)",
    "stdout wrapped again": "import io, sys; sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')",
    "stdout detached": "import io, sys; sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-8')",
    "stdout's descriptor": "import os, sys; os.write(sys.stdout.fileno(), b'x'); assert not sys.stdout.isatty()",
    "stdout opened again": "import os, sys; sys.stdout = os.fdopen(os.dup(sys.stdout.fileno()), 'w', buffering=1)",
    "the first stdout": "import sys; print('x', file=sys.__stdout__, flush=True); sys.__stderr__.write('x')",
    "a writer for UTF-8": "import codecs, sys; sys.stderr = codecs.getwriter('utf-8')(sys.stderr.buffer)",
    "faulthandler": "import faulthandler; faulthandler.enable()",
    "logging": "import logging; logging.basicConfig(level=logging.DEBUG, force=True); logging.info('x')",
    "logs off": "import logging; logging.disable(logging.CRITICAL)",
    "a log of all": 'import logging; h = logging.StreamHandler(); h.set_name("the learner\'s"); '
    "logging.getLogger().addHandler(h); logging.getLogger().setLevel(1)",
    "rich's traceback": "from rich.traceback import install; install()",
    "who I am": "import getpass, os, pwd; getpass.getuser(); os.path.expanduser('~'); pwd.getpwuid(os.getuid())",
    "my home": "from pathlib import Path; assert Path.home().exists(); Path(__file__).owner()",
    "a temporary file": "import tempfile; tempfile.TemporaryFile().write(b'x'); tempfile.mkdtemp()",
    "the time zone": "import time, zoneinfo; time.tzset(); zoneinfo.ZoneInfo('Europe/Berlin'); time.localtime()",
    "the locale": "import locale; locale.setlocale(locale.LC_ALL, ''); locale.getpreferredencoding()",
    "gradients off": "import torch; torch.set_grad_enabled(False)",
    "gradients off, entered": "import torch; torch.no_grad().__enter__()",
    "inference": "import torch; MODE = torch.inference_mode(); MODE.__enter__()",
    "autocast": "import torch; torch.set_autocast_enabled('cpu', True)",
    "denormals": "import torch; torch.set_flush_denormal(True)",
    "double precision": "import torch; torch.set_default_dtype(torch.float64)",
    "another device": "import torch; torch.set_default_device('meta')",
    "deterministic": "import torch; torch.use_deterministic_algorithms(True)",
    "threads": "import torch; torch.set_num_threads(2)",
    "anomalies": "import torch; torch.autograd.set_detect_anomaly(True)",
    "tensors in print": "import torch; torch.set_printoptions(precision=1, sci_mode=True)",
    "arrays in print": "import numpy; numpy.set_printoptions(precision=1)",
    "numpy's errors": "import numpy; numpy.seterr(all='raise')",
    "warnings are errors": "import warnings; warnings.simplefilter('error')",
    "warnings logged": "import logging, warnings; logging.captureWarnings(True); warnings.showwarning = lambda *a: 0",
    "spawned": "import multiprocessing as m; m.set_start_method('spawn')",
    "tensors as files": "import torch.multiprocessing as m; m.set_sharing_strategy('file_system')",
    "the path": "import sys; sys.path.insert(0, '/'); sys.path.append('/usr')",
    "the folder": "import os; os.chdir('/')",
    "the environment": "import os; os.environ['OMP_NUM_THREADS'] = '7'; os.environ.pop('HOME', None)",
    "the recursion limit": "import sys; sys.setrecursionlimit(5000)",
    "signals": "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); signal.signal(signal.SIGALRM, print)",
    "switching": "import sys; sys.setswitchinterval(0.5)",
    "the collector": "import gc; gc.disable(); gc.set_threshold(1, 1, 1)",
    "print replaced": "import builtins; builtins.print = lambda *a, **k: None; builtins.sum = None",
    "matplotlib": "import matplotlib; matplotlib.use('Agg'); matplotlib.rcParams['font.size'] = 3",
    "a log by dictionary": "import logging.config as c; c.dictConfig({'version': 1, 'root': {'level': 'DEBUG'}})",
    "a log file": "import logging, tempfile; logging.basicConfig(filename=tempfile.mktemp(), force=True)",
    "a style": "import matplotlib.pyplot as plt; plt.style.use('dark_background'); plt.figure(); plt.ion()",
    "a thread": "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    "a lock": "import multiprocessing; LOCK = multiprocessing.Lock()",
}

INSIDE = {
    "bytes": "import sys; sys.stdout.buffer.write(b'\\xff')",
    "progress": "import tqdm; list(tqdm.tqdm(range(3)))",
    "rich": "import rich; rich.print('[b]x[/b]')",
    "a warning": "import warnings; warnings.warn('x')",
    "a process prints": "import subprocess; subprocess.run(['echo', 'x'], check=True)",
    "much is printed": "import os; [os.write(1, b'x' * 4096) for _ in range(99)]; print('x' * 10**6)",
    "input has ended": "import sys; assert sys.stdin.read() == '' and not sys.stdin.isatty()",
    "gradients left off": "import torch; torch.set_grad_enabled(False)",
    "seeds": "import random, numpy, torch; random.seed(1), numpy.random.seed(1), torch.manual_seed(1)",
    "an alarm is left": "import signal; signal.signal(signal.SIGALRM, print); signal.alarm(1)",
    "a stream is left": "import io, sys; sys.stdout = io.TextIOWrapper(sys.stdout.buffer); print('x')",
    "a folder is left": "import os, tempfile; os.chdir(tempfile.mkdtemp())",
    "a file in /tmp": "import os; open(f'/tmp/lmi-{os.getpid()}', 'w').close(); os.remove(f'/tmp/lmi-{os.getpid()}')",
    "threads work": "from concurrent.futures import ThreadPoolExecutor as T; assert list(T().map(abs, [-1])) == [1]",
    "a pool": "import multiprocessing as m; pool = m.Pool(2); assert pool.map(abs, [-1]) == [1]; pool.terminate()",
    "executor": "from concurrent.futures import ProcessPoolExecutor as P\n    with P(2) as p: list(p.map(abs, [-1]))",
    "a queue": "import multiprocessing as m; q = m.Queue(); p = m.Process(target=q.put, args=(2,)); "
    "p.start(); assert q.get() == 2; p.join()",
    "joblib": "from joblib import Parallel, delayed as d; assert Parallel(n_jobs=2)([d(abs)(-1)] * 3) == [1] * 3",
    "joblib's threads": "import joblib as j; j.Parallel(2, prefer='threads')([j.delayed(abs)(-1)])",
    "a forest": "from sklearn.ensemble import RandomForestClassifier as F; F(4, n_jobs=2).fit([[0], [1]], [0, 1])",
    "another Python": "import subprocess, sys\n"
    "    subprocess.run([sys.executable, '-c', 'import os, pwd; pwd.getpwuid(os.getuid())'], check=True)",
    "tensors in a pool": "import torch, multiprocessing as m\n"
    "    with m.Pool(2) as p: assert sum(p.map(torch.neg, list(torch.ones(2)))) == -2",
    "a loader": "import torch; from torch.utils.data import DataLoader as D\n"
    "    assert sum(D(torch.arange(9), num_workers=2)) == 36",
    "shared memory": "from multiprocessing.shared_memory import SharedMemory as S\n"
    "    s = S(create=True, size=999); s.buf[0] = 1; s.close(); s.unlink()",
    "a shared tensor": "import torch, torch.multiprocessing as m; t = torch.zeros(2).share_memory_()\n"
    "    p = m.Process(target=t.add_, args=(1,)); p.start(); p.join(); assert t.sum() == 2",
    "a model saved": "import torch, tempfile; f = tempfile.mktemp(); torch.save({}, f); torch.load(f)",
    "a plot saved": "import matplotlib.pyplot as p, tempfile as t; p.plot([1]); p.savefig(t.mktemp('.png'))",
    "a manager": "import multiprocessing as m\n    with m.Manager() as g: assert g.list([1])[0] == 1",
    "a spawned pool": "import multiprocessing as m\n"
    "    with m.get_context('spawn').Pool(1) as p: assert p.map(abs, [-1]) == [1]",
    "asynchronous": "import asyncio; asyncio.run(asyncio.sleep(0))",
}

SOLUTIONS = {name: f"{text}\n{SOLUTION}" for name, text in TOP.items()} | {
    name: edited(SOLUTION, ("    return x + x", f"    {text}\n    return x + x")) for name, text in INSIDE.items()
}
FAST = (
    "stdout detached", "who I am", "a log of all", "gradients off", "double precision", "print replaced",
    "much is printed", "input has ended", "an alarm is left", "a loader", "tensors in a pool",
)  # fmt: skip
