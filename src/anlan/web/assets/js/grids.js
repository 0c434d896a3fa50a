// Tables of boxes: <table data-grid="in.events">. Enter goes down, a table copied from a spreadsheet is pasted
// from the box on, and there is always an empty row at the end (with data-cells an empty column, too).
const BOX = "input,select,textarea";

export function growGrids(root) {
  for (const table of root.querySelectorAll("table[data-grid]")) settle(table);
  root.addEventListener("input", (event) => {
    growInside(event.target);
    const table = event.target.closest?.("table[data-grid]");
    if (table) settle(table);
  });
  root.addEventListener("focusin", (event) => chooseNames(root, event.target));
  root.addEventListener("paste", (event) => {
    const table = event.target.closest?.("table[data-grid]");
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    if (event.target.tagName === "TEXTAREA") return; // rows inside a row take what is pasted as lines
    if (!table || !/[\t\n]/.test(pasted.trim())) return;
    event.preventDefault();
    fill(table, event.target.closest("td"), pasted);
  });
  root.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("table[data-grid] td");
    if (!cell || event.key !== "Enter" || event.isComposing || event.target.tagName === "TEXTAREA") return;
    event.preventDefault();
    cell.parentElement.nextElementSibling?.children[cell.cellIndex]?.querySelector(BOX)?.focus();
  });
}

// Rows inside a row, and lists with a box for each entry: an empty one more as soon as the last is used.
function growInside(box) {
  let inside = box.closest?.("[data-boxes],[data-rows]");
  while (inside) {
    if (inside.lastElementChild.contains(box)) inside.append(emptied(inside));
    inside = inside.parentElement.closest("[data-rows]");
  }
}

function emptied(inside) {
  const start = inside.dataset.boxes ?? inside.dataset.rows;
  const fresh = inside.lastElementChild.cloneNode(true);
  const moved = (name) => name.startsWith(`${start}.`) ? `${start}.${[inside.children.length, ...name.slice(start.length + 1).split(".").slice(1)].join(".")}` : name;
  for (const inner of fresh.querySelectorAll("[data-rows]")) {
    inner.dataset.rows = moved(inner.dataset.rows);
    while (inner.children.length > 1) inner.lastElementChild.remove();
  }
  for (const each of fresh.querySelectorAll("[name]")) {
    each.name = moved(each.name);
    each.removeAttribute("aria-invalid");
    if (each.type === "checkbox") each.checked = false;
    else if (each.tagName === "SELECT") each.selectedIndex = 0;
    else each.value = "";
  }
  for (const wrong of fresh.querySelectorAll(".wrong")) wrong.remove();
  return fresh;
}

// <input list="names-gates-events">: names that the rows of these tables have in the form as it stands.
function chooseNames(root, box) {
  const list = box.getAttribute?.("list")?.startsWith("names-") && root.getElementById(box.getAttribute("list"));
  if (!list || !root.querySelector("table[data-grid]")) return;
  const tables = list.id.slice("names-".length).split("-");
  const names = [...root.querySelectorAll("table[data-grid] [name$='.name']")].filter((each) => tables.some((table) => new RegExp(`^in\\.${table}\\.\\d+\\.name$`).test(each.name))).map((each) => each.value.trim());
  list.replaceChildren(...[...new Set(names.filter(Boolean))].map((name) => Object.assign(root.createElement("option"), { value: name })));
}

function fill(table, cell, pasted) {
  const top = cell.parentElement.rowIndex - (table.tHead ? 1 : 0);
  pasted.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) => {
    line.split("\t").forEach((text, across) => {
      while (top + down >= table.tBodies[0].rows.length) addRow(table);
      while (table.hasAttribute("data-cells") && cell.cellIndex + across >= width(table)) addColumn(table);
      const box = table.tBodies[0].rows[top + down].children[cell.cellIndex + across]?.querySelector(BOX);
      if (!box) return;
      if (box.type === "checkbox") box.checked = /^(1|true|yes|是|x|√)$/i.test(text.trim());
      else if (box.tagName === "SELECT") choose(box, text.trim());
      else box.value = text.trim();
    });
  });
  settle(table);
}

function choose(box, text) {
  const found = [...box.options].find((option) => [option.value, option.text].includes(text));
  if (found) box.value = found.value;
}

const width = (table) => table.tBodies[0].rows[0].children.length;
const filled = (cells) => cells.some((cell) => [...cell.querySelectorAll("input:not([type=checkbox]),textarea")].some((box) => box.value.trim()));

function settle(table) {
  const rows = table.tBodies[0].rows;
  if (filled([...rows[rows.length - 1].children])) addRow(table);
  if (table.hasAttribute("data-cells") && filled([...rows].map((row) => row.lastElementChild))) addColumn(table);
}

function addRow(table) {
  const rows = table.tBodies[0].rows;
  const fresh = rows[rows.length - 1].cloneNode(true);
  for (const inside of fresh.querySelectorAll("[data-rows]")) {
    while (inside.children.length > 1) inside.lastElementChild.remove();
    const [, ...rest] = inside.dataset.rows.slice(table.dataset.grid.length + 1).split(".");
    inside.dataset.rows = [table.dataset.grid, rows.length, ...rest].join(".");
  }
  renamed(table, fresh.querySelectorAll("[name]"), rows.length, null);
  table.tBodies[0].append(fresh);
}

function addColumn(table) {
  const at = width(table);
  for (const row of table.tBodies[0].rows) {
    const fresh = row.lastElementChild.cloneNode(true);
    renamed(table, fresh.querySelectorAll("[name]"), null, at);
    row.append(fresh);
  }
}

// Names are in.events.3.probability or in.cells.3.2.
function renamed(table, boxes, row, column) {
  for (const box of boxes) {
    const parts = box.name.slice(table.dataset.grid.length + 1).split(".");
    if (row !== null) parts[0] = row;
    if (column !== null) parts[1] = column;
    box.name = `${table.dataset.grid}.${parts.join(".")}`;
    box.removeAttribute("aria-invalid");
    if (box.type === "checkbox") box.checked = box.defaultChecked;
    else if (box.tagName !== "SELECT") box.value = "";
    box.parentElement.querySelector(".wrong")?.remove();
  }
}

// <table data-triangle>: arrow keys walk over the boxes below the diagonal; left and right only at the ends
// of what is written, so that a number can be edited.
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export function walkTriangles(root) {
  root.addEventListener("keydown", (event) => {
    const box = event.target.closest?.("table[data-triangle] input");
    const step = event.key === "Enter" ? [1, 0] : STEPS[event.key];
    if (!box || !step || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const atEnd = step[1] < 0 ? box.selectionEnd === 0 : box.selectionStart === box.value.length;
    if (step[1] && !atEnd) return;
    event.preventDefault();
    const row = box.closest("tr"), cell = box.closest("td");
    const rows = [...row.parentElement.rows];
    const next = rows[rows.indexOf(row) + step[0]]?.cells[cell.cellIndex + step[1]]?.querySelector("input");
    next?.focus();
    next?.select();
  });
}
