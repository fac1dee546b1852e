// Asks the kernel for a file when pressed, and hands it to the browser as a download.
export default {
  render({ model, el }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "jupyter-button widget-button";
    el.append(button);
    let asked = null;

    const show = () => {
      button.textContent = asked ? "Preparing…" : model.get("description");
      button.disabled = Boolean(asked);
    };
    const onMessage = async (content, buffers) => {
      if (content.id !== asked) return; // another view's
      const packed = new Blob([buffers[0]]).stream().pipeThrough(new DecompressionStream("gzip"));
      const file = new Blob([await new Response(packed).arrayBuffer()], { type: content.type });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = content.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      asked = null;
      show();
    };
    button.addEventListener("click", () => {
      asked = crypto.getRandomValues(new Uint32Array(2)).join("-");
      show();
      model.send({ id: asked });
    });
    model.on("msg:custom", onMessage);
    model.on("change:description", show);
    show();
    return () => {
      model.off("msg:custom", onMessage);
      model.off("change:description", show);
    };
  },
};
