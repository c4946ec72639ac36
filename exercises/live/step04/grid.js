// A table of buttons, one of which the Tab key reaches; arrow keys go on from there.

import { html } from "../common/plots.js";

/** Builds it; `act(row, column, event)` is called for a click, Enter or Space. Returns the buttons, row after row. */
export function makeGrid(table, rowNames, columnNames, act) {
  table.setAttribute("role", "grid");
  const buttons = rowNames.map((_, i) => columnNames.map((_, j) => {
    const button = html("button", { type: "button", tabIndex: i || j ? -1 : 0 });
    button.addEventListener("click", (event) => act(i, j, event));
    button.addEventListener("focus", () => buttons.flat().forEach((one) => (one.tabIndex = one === button ? 0 : -1)));
    button.addEventListener("keydown", (event) => {
      const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      const next = by && buttons[i + by[0]]?.[j + by[1]];
      if (!by) return;
      event.preventDefault();
      next?.focus();
    });
    return button;
  }));
  const head = html("tr", {}, html("td", {}), ...columnNames.map((name) => html("th", { scope: "col" }, html("span", { textContent: name }))));
  const body = buttons.map((row, i) => html("tr", {}, html("th", { scope: "row", textContent: rowNames[i] }), ...row.map((button) => html("td", { role: "gridcell" }, button))));
  table.replaceChildren(html("thead", {}, head), html("tbody", {}, ...body));
  return buttons;
}
