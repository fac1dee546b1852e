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
    let pressed = false;
    button.addEventListener("click", () => {
      pressed = true;
      model.send({ press: seen() });
    });
    button.addEventListener("blur", () => {
      pressed = button.offsetParent === null && pressed;
    });
    // A press may take its own button away: the keyboard then goes on at the first of the row that can be pressed.
    const laidOut = new ResizeObserver(() => {
      if (!pressed || button.offsetParent !== null) return;
      pressed = false;
      const row = [...(el.closest(".greenapi-actions")?.querySelectorAll("button") ?? [])];
      const there = row.filter((other) => other.offsetParent !== null);
      (there.find((other) => other.getAttribute("aria-disabled") !== "true") ?? there[0])?.focus();
    });
    laidOut.observe(button);

    const show = () => {
      button.textContent = model.get("label");
      button.setAttribute("aria-disabled", String(model.get("disabled")));
    };
    model.on("change", show);
    show();
    return () => {
      laidOut.disconnect();
      model.off("change", show);
    };
  },
};
