// Buttons that write a column's name in braces into a text area, where the cursor stands.
export default {
  render({ model, el }) {
    const row = document.createElement("div");
    row.className = "greenapi-chips";
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", model.get("label"));
    el.append(row);

    const insert = (name) => {
      const area = el.closest(".greenapi-form")?.querySelector(`.${model.get("target")} textarea`);
      if (!area || area.disabled) return;
      area.setRangeText(`{${name}}`, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    };
    const show = () => {
      row.replaceChildren(
        ...model.get("columns").map(({ name, usable }) => {
          const chip = document.createElement("button");
          chip.type = "button";
          chip.className = "greenapi-chip";
          chip.textContent = name;
          chip.disabled = !usable || model.get("disabled");
          chip.title = usable ? `Insert {${name}} where the cursor is` : `Rename “${name}” to use it in a text`;
          chip.addEventListener("click", () => insert(name));
          return chip;
        }),
      );
    };
    model.on("change:columns change:disabled", show);
    show();
    return () => model.off("change:columns change:disabled", show);
  },
};
