// What every page does: it says what its live.toml says, and it says so when something goes wrong.

/** Fills title, sentence, what to try and the exercise's name from live.toml, then waits for `start`.
 *
 * `start` returns what tests and curious readers may call: window.experiment, complete once `ready` has come true.
 */
export async function openPage(start) {
  let ready;
  window.experiment = { ready: new Promise((resolve) => (ready = resolve)) };
  try {
    const [said, experiment] = await Promise.all([readLive("live.toml"), start()]);
    show(said);
    Object.assign(window.experiment, experiment);
    ready(true);
  } catch (error) {
    console.error(error);
    const problem = document.createElement("p");
    problem.className = "problem";
    problem.setAttribute("role", "alert");
    problem.textContent = `This experiment could not start: ${error.message}`;
    document.querySelector("main").prepend(problem);
  }
}

/** The keys of a live.toml, whose values are written so that they are JSON, too (but for a comma at a list's end). */
export async function readLive(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} cannot be loaded (${answer.status}).`);
  const keys = (await answer.text()).matchAll(/^(\w+) = (".*"|\[[^]*?^\])$/gm);
  return Object.fromEntries(Array.from(keys, ([, key, value]) => [key, JSON.parse(value.replace(/,\s*\]$/, "]"))]));
}

function show(said) {
  document.querySelector("h1").textContent = said.title;
  document.querySelector(".lead").textContent = said.sentence;
  document.querySelector(".exercise").textContent = said.exercise;
  const list = document.querySelector(".try ol");
  list.replaceChildren(...said.try.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
}

/** Calls `draw` once before the next frame, however often it was asked for. */
export function eachFrame(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}

/** A button that moves a slider on, place after place to its last, and begins anew there; `go(place)` shows one.
 *
 * Whoever takes the slider in hand stops it.
 */
export function playing(button, slider, go, pause) {
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    button.textContent = "Play";
  };
  const on = () => {
    go(Math.min(Number(slider.value) + 1, Number(slider.max)));
    if (Number(slider.value) >= Number(slider.max)) stop();
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    button.textContent = "Stop";
    if (Number(slider.value) === Number(slider.max)) go(0);
    timer = setInterval(on, calm() ? 1500 : pause);
  });
  slider.addEventListener("input", stop);
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
