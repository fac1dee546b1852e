// A button whose press carries what the fields show at that moment. The fields' own updates may still be waiting
// in the browser when the press goes out; what is sent must be what the user sees.
export default {
  render({ model, el }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "jupyter-button widget-button";
    el.append(button);

    const seen = () => {
      const form = el.closest(".greenapi-form");
      const fields = Object.entries(model.get("carries"));
      return Object.fromEntries(
        fields.map(([name, place]) => [name, form.querySelector(`.${place} :is(input, textarea)`).value]),
      );
    };
    // aria-disabled keeps the keyboard where it is; the kernel decides in any case.
    button.addEventListener("click", () => model.send({ press: seen() }));

    const show = () => {
      button.textContent = model.get("label");
      button.setAttribute("aria-disabled", String(model.get("disabled")));
    };
    model.on("change", show);
    show();
    return () => model.off("change", show);
  },
};
