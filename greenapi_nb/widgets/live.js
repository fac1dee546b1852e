// Shows HTML that arrives as a custom message. What is shown never enters the model's state, so no tool that
// stores widget state can store it; a view that comes late asks the kernel for it.
export default () => {
  let latest = { html: "", tone: "", invalid: false };
  return {
    initialize({ model }) {
      model.on("msg:custom", (content) => {
        latest = content;
      });
      model.send({ want: "html" });
    },

    render({ model, el }) {
      const region = document.createElement("div");
      region.id = `greenapi-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
      region.className = "greenapi-live";
      for (const [name, value] of Object.entries(model.get("attributes"))) region.setAttribute(name, value);
      el.append(region);

      const field = () => {
        const name = model.get("describes");
        return name && el.closest(".greenapi-form")?.querySelector(`.${name} :is(input, textarea)`);
      };
      const describe = () => {
        const control = field();
        if (!control) return;
        control.setAttribute("aria-describedby", region.id);
        control.setAttribute("aria-invalid", String(Boolean(latest.invalid)));
        control.dir = "auto";
        grow(control);
      };
      const show = () => {
        if (region.innerHTML !== latest.html) region.innerHTML = latest.html;
        region.dataset.tone = latest.tone;
        describe();
      };
      // The field stands elsewhere in the form and is there once the form has been laid out.
      const laidOut = new ResizeObserver(describe);
      laidOut.observe(el);
      model.on("msg:custom", show);
      show();
      return () => {
        laidOut.disconnect();
        model.off("msg:custom", show);
      };
    },
  };
};

// Browsers that know `field-sizing` let the text area grow by themselves.
function grow(control) {
  if (control.tagName !== "TEXTAREA" || CSS.supports("field-sizing", "content")) return;
  control.style.height = "auto";
  control.style.height = `${control.scrollHeight + 2}px`;
}
