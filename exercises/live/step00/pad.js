// The pad to draw on: 28 × 28 pixels of ink, with a pen for mouse, finger and keyboard.

import { SIDE } from "./templates.js";

const CORE = 0.75; // pixels from the pen's middle that are all ink
const SOFT = 1.05; // pixels beyond, over which the ink fades

/** Lets people draw on `canvas` into `ink` [784]; calls `changed` after every mark and `finished` after every stroke. */
export function drawingPad(canvas, ink, { changed, finished, moved }) {
  let last = null;
  const pen = { column: SIDE / 2, row: SIDE / 2, shown: false, down: false };

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.shown = false;
    last = place(event);
    mark(ink, last, last);
    changed();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    for (const step of event.getCoalescedEvents?.() ?? [event]) {
      const next = place(step);
      mark(ink, last, next);
      last = next;
    }
    changed();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (last) finished();
      last = null;
    });
  }

  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    if (event.key === " ") pen.down = !pen.down;
    else if (!(event.key in KEYS)) return;
    event.preventDefault();
    pen.shown = true;
    const from = [pen.column, pen.row];
    const [right, down] = KEYS[event.key] ?? [0, 0];
    pen.column = Math.min(Math.max(pen.column + right, 1), SIDE - 1);
    pen.row = Math.min(Math.max(pen.row + down, 1), SIDE - 1);
    if (pen.down) {
      mark(ink, from, [pen.column, pen.row]);
      changed();
      finished();
    } else moved();
  });
  canvas.addEventListener("blur", () => {
    pen.shown = pen.down = false;
    moved();
  });
  return pen;
}

/** Leaves ink along the line between two places; a pixel never loses any. */
function mark(ink, [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squared = dx * dx + dy * dy;
  for (let p = 0; p < ink.length; p++) {
    const [x, y] = [(p % SIDE) + 0.5, Math.floor(p / SIDE) + 0.5];
    const along = squared ? Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / squared, 0), 1) : 0;
    const distance = Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
    ink[p] = Math.max(ink[p], Math.min(Math.max((CORE + SOFT - distance) / SOFT, 0), 1));
  }
}
