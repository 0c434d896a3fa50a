// J and K walk through the rows of a list, Enter or a click opens, X selects, Ctrl K or / goes to the search.
export function walkLists(root) {
  root.addEventListener("click", (event) => {
    const row = event.target.closest?.("[data-walk] [data-row]");
    if (!row || event.target.closest("a, button, input, label, select, textarea, summary, details")) return;
    if (!String(getSelection())) row.querySelector("a.main")?.click();
  });
  root.addEventListener("keydown", (event) => {
    if ((event.ctrlKey && event.key === "k") || (event.key === "/" && !typing(event.target))) {
      const search = root.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
      return;
    }
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...root.querySelectorAll("[data-walk] [data-row]")];
    const at = rows.findIndex((row) => row.contains(root.activeElement) || row === root.activeElement);
    if (event.key === "j") go(rows, Math.min(at + 1, rows.length - 1));
    else if (event.key === "k") go(rows, Math.max(at - 1, 0));
    else if (event.key === "Enter" && at >= 0 && root.activeElement === rows[at]) rows[at].querySelector("a[href]")?.click();
    else if (event.key === "x" && at >= 0) rows[at].querySelector("input[type=checkbox]")?.click();
  });
}

function typing(target) {
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

function go(rows, position) {
  if (!rows.length) return;
  rows[position].tabIndex = -1;
  rows[position].focus({ preventScroll: false });
}
