// A form that is sent as it is filled in (data-saves): what did not reach the server is said, and sent again
// once the connection is back.
export function watchSaving(root) {
  const said = () => root.querySelector("[data-unsaved]");
  const tell = (unsaved) => {
    const note = said();
    if (!note) return;
    note.hidden = !unsaved;
    if (unsaved) for (const tag of root.querySelectorAll("#progress [role=status]")) tag.remove();
  };
  for (const fault of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    root.addEventListener(fault, () => tell(true));
  }
  root.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) tell(false); });
  window.addEventListener("online", () => {
    const note = said();
    const form = root.querySelector("form[data-saves]");
    if (form && note && !note.hidden) form.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
