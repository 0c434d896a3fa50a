// <details> open where an address leads into them, and all of them while the page is printed.
// <button data-unfolds data-other="fold all"> opens those of its page, and closes them again.
export function openFolds(root) {
  reveal(root);
  window.addEventListener("hashchange", () => reveal(root));
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) open(root.getElementById(decodeURIComponent(link.hash.slice(1))));
    const all = event.target.closest("[data-unfolds]");
    if (all) unfold(root, all);
  });
  for (const button of root.querySelectorAll("[data-unfolds]")) button.hidden = false;
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...root.querySelectorAll("main details:not([open])")];
    for (const each of closed) each.open = true;
  });
  window.addEventListener("afterprint", () => { for (const each of closed) each.open = false; closed = []; });
}

function reveal(root) {
  const found = location.hash && root.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (found) { open(found); found.scrollIntoView(); }
}

function open(found) {
  found?.querySelector(":scope > details")?.setAttribute("open", "");
  for (let each = found?.closest("details"); each; each = each.parentElement?.closest("details")) each.open = true;
}

function unfold(root, button) {
  const parts = [...root.querySelectorAll("details.part, details.risk")];
  const opening = parts.some((each) => !each.open);
  for (const each of parts) each.open = opening;
  [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
}
