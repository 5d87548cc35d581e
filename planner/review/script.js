"use strict";
// Search, filter, sort and opening for print. Without this script the page shows everything, in order.
for (const filters of document.querySelectorAll("[data-filter-for]")) {
  const rows = [...document.getElementById(filters.dataset.filterFor).tBodies[0].rows];
  const search = filters.querySelector("[data-search]");
  const boxes = [...filters.querySelectorAll("[data-standing]")];
  const shown = filters.querySelector("[data-shown]");
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hidden = new Set(boxes.filter((box) => !box.checked).map((box) => box.dataset.standing));
    let count = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = hidden.has(row.dataset.standing) || !words.every((word) => text.includes(word));
      count += row.hidden ? 0 : 1;
    }
    shown.textContent = count === rows.length ? `all ${count}` : `${count} of ${rows.length}`;
  };
  filters.addEventListener("input", apply);
  filters.hidden = false;
  apply();
}
const key = (row, column) => {
  const cell = row.cells[column];
  return cell.dataset.sort === undefined ? cell.textContent.trim().toLowerCase() : Number(cell.dataset.sort);
};
for (const table of document.querySelectorAll("table.sortable")) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.className = "sort";
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const body = table.tBodies[0];
      const sorted = [...body.rows].sort((one, other) => {
        const [a, b] = [key(one, column), key(other, column)];
        return typeof a === "number" ? a - b : a.localeCompare(b, undefined, { numeric: true });
      });
      body.append(...(down ? sorted.reverse() : sorted));
    });
  });
}
const openTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let around = target; around; around = around.parentElement) {
    if (around.tagName === "DETAILS") around.open = true;
  }
  if (target) target.scrollIntoView();
};
addEventListener("hashchange", openTarget);
if (location.hash) openTarget();
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details.wave:not([open])")];
  closed.forEach((details) => { details.open = true; });
});
addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
