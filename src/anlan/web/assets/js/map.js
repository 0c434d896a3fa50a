// The process map: arrow keys walk along the flow, choices replace the view in place, buttons zoom.
// Without it every box, overlay and column is a link and the filter a form.
import htmx from "htmx.org";

const WAYS = { ArrowRight: "next", ArrowLeft: "previous", ArrowUp: "above", ArrowDown: "below" };
const STEP = 1.25;
const NARROW = 1100; // below this the panel stands above or below the map, out of sight
let zoom = null;
let asked = 0;

export function walkMap(root) {
  prepare(root);
  root.addEventListener("htmx:afterSettle", () => prepare(root));
  root.addEventListener("keydown", (event) => onKey(event, root));
  root.addEventListener("focusin", (event) => {
    const node = event.target.closest?.("[data-map] a.node");
    if (node) rove(node);
  });
  root.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("[data-map-link], [data-map] a.node");
    if (link) { event.preventDefault(); show(root, link.getAttribute("href"), link.id); return; }
    const button = event.target.closest("[data-zoom]");
    if (button) zoomed(root, button.dataset.zoom);
  });
  root.addEventListener("input", (event) => {
    if (event.target.id === "share-slider") root.getElementById("share").value = event.target.value;
    else if (event.target.id === "share") root.getElementById("share-slider").value = event.target.value;
  });
  root.addEventListener("change", (event) => {
    if (["share", "share-slider"].includes(event.target.id)) filter(root, event.target);
  });
  root.addEventListener("submit", (event) => {
    if (event.target.matches("[data-map-filter]")) { event.preventDefault(); filter(root, root.getElementById("share")); }
  });
}

function prepare(root) {
  const frame = root.querySelector("[data-map]");
  if (!frame || frame.dataset.ready) return;
  frame.dataset.ready = "1";
  for (const part of root.querySelectorAll("[data-map-view] [data-scripted]")) part.hidden = false;
  for (const part of root.querySelectorAll("[data-map-view] [data-unscripted]")) part.hidden = true;
  const nodes = [...frame.querySelectorAll("a.node")];
  const first = frame.querySelector("a.node[aria-current]") ?? nodes[0];
  for (const node of nodes) node.setAttribute("tabindex", node === first ? "0" : "-1");
  scale(frame, zoom ?? Math.max(fit(frame), 0.85));
}

function rove(node) {
  for (const other of node.closest("[data-map]").querySelectorAll("a.node")) other.setAttribute("tabindex", other === node ? "0" : "-1");
}

function onKey(event, root) {
  const node = event.target.closest?.("[data-map] a.node");
  if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
  const nodes = [...node.closest("[data-map]").querySelectorAll("a.node")];
  let to = null;
  if (WAYS[event.key]) to = root.getElementById(node.dataset[WAYS[event.key]]);
  else if (event.key === "Home") to = nodes[0];
  else if (event.key === "End") to = nodes[nodes.length - 1];
  else if (event.key === "+" || event.key === "=") zoomed(root, "in");
  else if (event.key === "-") zoomed(root, "out");
  else if (event.key === "0") zoomed(root, "fit");
  else if (event.key === " ") show(root, node.getAttribute("href"), node.id);
  else return;
  event.preventDefault();
  if (to) { to.focus({ preventScroll: true }); inSight(to); }
}

function inSight(node) {
  const frame = node.closest("[data-map]");
  const box = node.getBoundingClientRect(), window = frame.getBoundingClientRect();
  if (box.left < window.left || box.right > window.right) frame.scrollLeft += box.left + box.width / 2 - window.left - window.width / 2;
  if (box.top < window.top || box.bottom > window.bottom) frame.scrollTop += box.top + box.height / 2 - window.top - window.height / 2;
}

function filter(root, field) {
  const form = field.closest("form");
  if (!form.reportValidity()) return;
  show(root, `?${new URLSearchParams(new FormData(form))}`, field.id);
}

// The newest choice wins; what had the focus has it again, and the map stays where it was scrolled to.
async function show(root, address, id) {
  const turn = ++asked;
  const frame = root.querySelector("[data-map]");
  const place = frame && [frame.scrollLeft, frame.scrollTop];
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (turn !== asked) return;
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  const view = page && page.getElementById("process-view");
  if (!view || turn !== asked) { window.location.assign(address); return; }
  root.getElementById("process-view").replaceWith(root.adoptNode(view));
  htmx.process(root.getElementById("process-view"));
  history.replaceState(history.state, "", address);
  prepare(root);
  const fresh = root.querySelector("[data-map]");
  if (fresh && place) [fresh.scrollLeft, fresh.scrollTop] = place;
  (root.getElementById(id) ?? root.querySelector("[data-map] a.node[tabindex='0']"))?.focus({ preventScroll: true });
  const panel = root.querySelector(".has-node");
  if (panel && window.innerWidth <= NARROW && root.getElementById(id)?.closest("[data-map], [data-walk]")) panel.scrollIntoView({ block: "start" });
}

const natural = (svg) => svg.viewBox.baseVal;

function fit(frame) {
  const svg = frame.querySelector("svg.chart");
  const style = getComputedStyle(frame);
  return Math.min(1, (frame.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)) / natural(svg).width);
}

function scale(frame, factor) {
  const svg = frame.querySelector("svg.chart");
  svg.style.width = `${natural(svg).width * factor}px`;
  svg.style.height = `${natural(svg).height * factor}px`;
  frame.dataset.zoom = factor.toFixed(3);
}

function zoomed(root, how) {
  const frame = root.querySelector("[data-map]");
  const now = Number(frame.dataset.zoom);
  zoom = how === "fit" ? fit(frame) : Math.min(3, Math.max(0.15, how === "in" ? now * STEP : now / STEP));
  scale(frame, zoom);
}
