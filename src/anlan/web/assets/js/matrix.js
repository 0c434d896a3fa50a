// <form data-previews>: the cell of its matrix that the chosen scores lead to, and the level in words.
export function previewLevels(root) {
  for (const form of root.querySelectorAll("form[data-previews]")) {
    const said = form.querySelector("[data-said]"), before = said.textContent;
    const show = () => {
      const { likelihood, severity } = form.elements;
      const cell = form.querySelector(`[data-cell="${likelihood.value}-${severity.value}"]`);
      for (const each of form.querySelectorAll("[data-cell]")) each.classList.toggle("picked", each === cell);
      said.textContent = cell ? said.dataset.said + cell.dataset.level : before;
    };
    form.addEventListener("change", show);
    show();
  }
}
