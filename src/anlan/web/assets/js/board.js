// The drawing board of fault trees, event trees and bow-ties. Parts of the picture are buttons that arrow keys walk
// along; each step is sent with the whole form and the answer replaces the board in place, so that every state
// before can be gone back to. Without it the table chooses parts and every button sends the page.
const WAYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
const NATIVE = ["run", "copy"]; // these go to another page
const MOST_STATES = 200;
let states = [];
let at = 0;
let busy = Promise.resolve();
let leaving = false;

export function drawBoards(root) {
  prepare(root, true);
  root.addEventListener("click", (event) => onClick(event, root));
  root.addEventListener("keydown", (event) => onKey(event, root));
  root.addEventListener("submit", (event) => onSubmit(event, root));
  root.addEventListener("change", (event) => {
    if (event.target.closest("#panel") && event.target.name?.startsWith("in.")) send(root, "apply");
  });
  root.addEventListener("focusin", (event) => {
    const part = event.target.closest?.("[data-parts] .part");
    if (part) rove(part);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && root.querySelector("[data-board][data-changed]")) event.preventDefault();
  });
}

const board = (root) => root.getElementById("board");
const drawing = (root) => board(root)?.querySelector("[name=inputs]");

function prepare(root, fresh) {
  const form = board(root);
  if (!form) return;
  for (const part of form.querySelectorAll("[data-scripted]")) part.hidden = false;
  for (const frame of form.querySelectorAll("[data-parts]")) {
    const chosen = frame.querySelector(".part[aria-pressed=true]");
    if (chosen) rove(chosen);
    const first = chosen ?? frame.querySelector(".part");
    if (fresh && first) inSight(first);
  }
  if (drawing(root)) noted(root, fresh);
}

function noted(root, fresh) {
  const now = { inputs: drawing(root).value, part: board(root).elements.part.value, root: board(root).elements.root.value };
  if (fresh) { states = [now]; at = 0; }
  else if (states[at].inputs === now.inputs) states[at] = now;
  else { states = [...states.slice(0, at + 1), now].slice(-MOST_STATES); at = states.length - 1; }
  root.querySelector("[data-undo]").disabled = at === 0;
  root.querySelector("[data-redo]").disabled = at === states.length - 1;
}

function rove(part) {
  for (const other of part.closest("[data-parts]").querySelectorAll(".part")) other.setAttribute("tabindex", other === part ? "0" : "-1");
}

function inSight(part) {
  const frame = part.closest("[data-parts]");
  const box = part.getBoundingClientRect(), window = frame.getBoundingClientRect();
  if (box.left < window.left || box.right > window.right) frame.scrollLeft += box.left + box.width / 2 - window.left - window.width / 2;
  if (box.top < window.top || box.bottom > window.bottom) frame.scrollTop += box.top + box.height / 2 - window.top - window.height / 2;
}

function onClick(event, root) {
  if (!board(root)) return;
  const part = event.target.closest("[data-parts] .part");
  if (part?.dataset.part) send(root, `choose:${part.dataset.part}`, { to: "picture", place: part.id });
  if (event.target.closest("[data-undo]")) goBack(root, -1);
  if (event.target.closest("[data-redo]")) goBack(root, 1);
}

function onSubmit(event, root) {
  if (event.target !== board(root)) { leaving ||= Boolean(event.target.closest("[data-board]")); return; }
  const step = event.submitter?.value ?? "apply";
  if (NATIVE.includes(step)) { leaving = true; return; }
  event.preventDefault();
  send(root, step, after(step, event.submitter));
}

// Where the focus goes: to the name of a new part, to the picture when its part is gone, else where it was.
function after(step, button) {
  if (/^(add|key)/.test(step)) return { to: "panel" };
  if (step.startsWith("remove") || step.startsWith("draw")) return { to: "picture" };
  return { to: "same", id: button?.id, value: button?.value };
}

function onKey(event, root) {
  const form = board(root);
  if (!form || !event.target.closest?.("[data-board]")) return;
  const typing = event.target.matches("input:not([type=checkbox]),textarea,select");
  const letter = event.key.length === 1 ? event.key.toLowerCase() : "";
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !typing && ["z", "y"].includes(letter)) {
    event.preventDefault();
    goBack(root, letter === "y" || event.shiftKey ? 1 : -1);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target.closest("#panel")) { toPicture(root); return; }
  const part = event.target.closest("[data-parts] .part");
  if (part) onPartKey(event, root, part, letter);
}

function onPartKey(event, root, part, letter) {
  const name = part.dataset.part, writes = Boolean(drawing(root));
  const all = [...part.closest("[data-parts]").querySelectorAll(".part")];
  let to = null;
  if (WAYS[event.key]) to = root.getElementById(part.dataset[WAYS[event.key]]);
  else if (event.key === "Home") to = all[0];
  else if (event.key === "End") to = all[all.length - 1];
  else if (!name) return;
  else if (event.key === "Enter" || event.key === " ") send(root, `choose:${name}`, { to: "panel" });
  else if (event.key === "Delete" && writes && name !== "model") send(root, `remove:${name}`, { to: "picture" });
  else if (letter === "d") send(root, `from:${name}`, { to: "picture" });
  else if (letter && writes && root.querySelector("[data-keys]").dataset.keys.includes(letter)) send(root, `key:${letter}:${name}`, { to: "panel" });
  else return;
  event.preventDefault();
  if (to) { to.focus({ preventScroll: true }); inSight(to); }
}

function goBack(root, by) {
  if (!drawing(root)) return;
  busy = busy.then(() => {
    const wanted = states[at + by];
    if (!wanted) return null;
    at += by;
    const sent = new FormData(board(root));
    for (const key of [...sent.keys()]) if (key === "panel" || key.startsWith("in.")) sent.delete(key);
    for (const key of ["inputs", "part", "root"]) sent.set(key, wanted[key]);
    const said = board(root).querySelector(".board-said").dataset[by < 0 ? "undone" : "redone"];
    return exchange(root, sent, "apply", { to: "picture", said });
  });
}

// One step after the other, each from the answer to the one before.
function send(root, step, then = { to: "same" }) {
  busy = busy.then(() => (board(root) ? exchange(root, new FormData(board(root)), step, then) : null));
  return busy;
}

async function exchange(root, sent, step, then) {
  const form = board(root);
  sent.set("step", step);
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1]; // a new sign-in has a new one
  if (token && sent.has("csrfmiddlewaretoken")) sent.set("csrfmiddlewaretoken", token);
  const before = typed(form);
  const writes = form.method === "post";
  const address = writes ? form.action : `${form.action}?${new URLSearchParams(sent)}`;
  const asked = writes ? { method: "POST", body: sent } : {};
  const answer = await fetch(address, { ...asked, headers: { "X-Board": "1", Accept: "text/html" } }).catch(() => null);
  const page = answer && [200, 409, 422].includes(answer.status) && new DOMParser().parseFromString(await answer.text(), "text/html");
  const view = page && page.getElementById("board-view");
  if (!view) { // signed out, cut off, refused: the drawing stays on the page, so that nothing is lost
    const said = form.querySelector(".board-said");
    said.textContent = said.dataset.lost;
    said.scrollIntoView({ block: "center" });
    return;
  }
  replace(root, view, before, then);
}

function replace(root, view, before, then) {
  const form = board(root);
  const focus = root.activeElement, kept = { name: focus?.name, id: focus?.id, value: focus?.value, panel: form.elements.panel?.value };
  const frames = [...form.querySelectorAll("[data-parts]")].map((frame) => [frame.scrollLeft, frame.scrollTop]);
  const open = [...root.querySelectorAll("#board-view details")].map((each) => each.open);
  const now = typed(form);
  root.getElementById("board-view").replaceWith(root.adoptNode(view));
  const fresh = board(root);
  [...root.querySelectorAll("#board-view details")].forEach((each, n) => { each.open ||= open[n] ?? false; });
  fresh.querySelectorAll("[data-parts]").forEach((frame, n) => { if (frames[n]) [frame.scrollLeft, frame.scrollTop] = frames[n]; });
  if (fresh.elements.panel?.value === kept.panel) {
    for (const [name, value] of now) { // typed while the answer was on its way
      const box = fresh.elements[name];
      if (before.get(name) !== value && box && "value" in box && box.type !== "checkbox") box.value = value;
    }
  }
  if (then.said) fresh.querySelector(".board-said").textContent = then.said;
  prepare(root, false);
  root.dispatchEvent(new CustomEvent("board:shown")); // shows what is hidden without script, so that it can have the focus
  focused(root, then, kept);
}

const typed = (form) => new Map([...form.querySelectorAll("#panel [name^='in.'],#panel #existing")].map((box) => [box.name, box.value]));

function focused(root, then, kept) {
  const fresh = board(root);
  if (then.to === "panel") {
    const first = fresh.querySelector("#panel [name='in.name'],#panel [name='in.event'],#panel .bare input,#panel .bare select");
    if (first && !first.disabled) { first.focus(); first.select?.(); } else toPicture(root);
  } else if (then.to === "picture") toPicture(root, then.place);
  else {
    const again = (kept.id && root.getElementById(kept.id)) || (kept.name === "step"
      ? [...fresh.querySelectorAll("button[name=step]")].find((each) => each.value === kept.value)
      : kept.name && [...fresh.querySelectorAll("[name]")].find((each) => each.name === kept.name));
    again?.focus({ preventScroll: true });
  }
}

function toPicture(root, place) {
  const form = board(root);
  const part = (place && root.getElementById(place)) || form.querySelector("[data-parts] .part[aria-pressed=true]") || form.querySelector("[data-parts] .part");
  if (part) { part.focus({ preventScroll: true }); inSight(part); }
}
