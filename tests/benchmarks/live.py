"""How fast the live experiments are, in Debian's Chromium: a table of each page.

    python tests/benchmarks/live.py

First paint (median of 5 fresh visits, ms), ready (data loaded, ms), data (gzip, kB), the time from an input to the
frame that shows it (median of 20, ms), and frames a second while training, where a page trains.
"""

import statistics
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from autograder.course import load_course  # noqa: E402
from autograder.study.experiments import steps_with_one  # noqa: E402
from autograder.study.serving import served  # noqa: E402

PAINT = "performance.getEntriesByType('paint').find((entry) => entry.name === 'first-contentful-paint')?.startTime"
TOUCH = {  # an input of a visitor's, as JavaScript: it may differ from one time to the next by `i`
    "00": "document.querySelectorAll('.digits button')[i % 10].click()",
    "01": "document.getElementById('features').value = 3 + i % 4; "
    "document.getElementById('features').dispatchEvent(new Event('input'))",
    "02": "document.getElementById('time').value = i % 12; "
    "document.getElementById('time').dispatchEvent(new Event('input'))",
    "03": "document.getElementById('time').value = i % 19; "
    "document.getElementById('time').dispatchEvent(new Event('input'))",
    "04": "document.querySelectorAll('#places button')[7 * i % 60].click()",
    "05": "document.getElementById('more').click(); document.getElementById('times').value = i % 30 / 10; "
    "document.getElementById('times').dispatchEvent(new Event('input'))",
}
LATENCY = """async () => {
  const times = [];
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    %s;
    await new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)));
    times.push(performance.now() - start);
    await new Promise((rest) => setTimeout(rest, 50));
  }
  return times;
}"""


def visit(browser: Browser, address: str, step: str) -> tuple[float, float, float, float | None]:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{address}/live/step{step}/index.html")
    ready = page.evaluate("window.experiment.ready.then(() => performance.now())")
    page.wait_for_timeout(300)
    paint = page.evaluate(PAINT)
    latency = statistics.median(page.evaluate(LATENCY % TOUCH[step]))
    rate = None
    if page.evaluate("Boolean(experiment.frames)"):
        page.evaluate("experiment.restart()")
        before = page.evaluate("experiment.frames()")
        page.wait_for_timeout(2000)
        rate = (page.evaluate("experiment.frames()") - before) / 2
    page.context.close()
    return paint, ready, latency, rate


def main() -> None:
    course = load_course(ROOT)
    with tempfile.TemporaryDirectory() as folder, served(course, Path(folder), steps_with_one(course)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            print("step  first paint  ready  data kB  input to frame  frames/s")
            for step in steps_with_one(course):
                visits = [visit(browser, f"http://127.0.0.1:{server.server_port}", step) for _ in range(5)]
                paint, ready, latency = (statistics.median(values) for values in list(zip(*visits, strict=True))[:3])
                rates = [rate for *_, rate in visits if rate is not None]
                size = sum(file.stat().st_size for file in Path(folder, f"step{step}").iterdir()) / 1000
                shown = f"{statistics.median(rates):8.0f}" if rates else f"{'':>8}"
                print(f"{step:4}  {paint:11.0f}  {ready:5.0f}  {size:7.0f}  {latency:14.0f}  {shown}")
            browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
