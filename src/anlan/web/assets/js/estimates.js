// <select data-ways="in.rate">: writes how a distribution is given into its box, for the numbers to be filled in.
export function offerWays(root) {
  const show = () => { for (const each of root.querySelectorAll("[data-ways]")) each.hidden = false; };
  show();
  root.addEventListener("board:shown", show);
  root.addEventListener("htmx:afterSettle", show);
  root.addEventListener("change", (event) => {
    const ways = event.target.closest?.("[data-ways]");
    const box = ways?.value && ways.form?.elements[ways.dataset.ways];
    if (!box) return;
    box.value = ways.value;
    ways.selectedIndex = 0;
    box.focus();
    const place = box.value.indexOf("=") + 1;
    box.setSelectionRange(place, place);
  });
}
