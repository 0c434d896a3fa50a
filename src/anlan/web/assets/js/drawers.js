// <button data-opens="id"> opens the <dialog id="id">; a click outside it or Escape closes it.
// <form data-submits> is sent as soon as one of its fields changes.
export function openDrawers(root) {
  root.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) { event.preventDefault(); root.getElementById(opener.dataset.opens)?.showModal(); return; }
    if (event.target.closest("[data-closes]")) { event.target.closest("dialog")?.close(); return; }
    if (event.target.tagName === "DIALOG") event.target.close();
    const all = event.target.closest("[data-selects-all]");
    if (all) for (const box of all.closest("form, table").querySelectorAll("tbody input[type=checkbox]")) box.checked = all.checked;
    if (event.target.closest("[data-prints]")) window.print();
  });
  root.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submits]");
    if (form) form.requestSubmit();
  });
}
