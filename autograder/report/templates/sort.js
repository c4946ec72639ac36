"use strict";
document.documentElement.classList.add("sorts");
const keyOf = (row, column) => {
  const cell = row.cells[column];
  const number = Number(cell.dataset.key);
  return cell.dataset.key === undefined || Number.isNaN(number) ? cell.textContent.trim().toLowerCase() : number;
};
const compare = (a, b) =>
  typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
for (const button of document.querySelectorAll("button.sort")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const body = head.closest("table").tBodies[0];
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...body.rows].sort((a, b) => compare(keyOf(a, head.cellIndex), keyOf(b, head.cellIndex)) * (down ? -1 : 1));
    body.append(...rows);
  });
}
