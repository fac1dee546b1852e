// Sends a chosen file to the kernel piece by piece: a large one in one message is more than Jupyter's server takes.
// Nothing of the file enters the model's state, so no tool that stores widget state can store it.
const PIECE = 512 * 1024;

export default {
  render({ model, el }) {
    const field = document.createElement("div");
    field.className = "greenapi-upload";
    const input = document.createElement("input");
    input.type = "file";
    input.accept = model.get("accept");
    input.id = `greenapi-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
    const label = document.createElement("label");
    label.className = "greenapi-label";
    label.htmlFor = input.id;
    label.textContent = model.get("label");
    const state = document.createElement("span");
    state.setAttribute("role", "status");
    field.append(label, input, state);
    el.append(field);

    const taken = new Map();
    const onMessage = ({ id, piece }) => taken.get(`${id}/${piece}`)?.();
    const enable = () => {
      input.disabled = model.get("disabled");
    };

    async function upload(file) {
      if (!file || input.disabled) return;
      const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
      const about = { id, name: file.name, size: file.size };
      if (file.size > model.get("limit")) {
        model.send({ ...about, refused: true });
        return;
      }
      input.disabled = true;
      const pieces = Math.max(1, Math.ceil(file.size / PIECE));
      for (let piece = 0; piece < pieces; piece++) {
        const bytes = await file.slice(piece * PIECE, (piece + 1) * PIECE).arrayBuffer();
        const arrived = new Promise((resolve) => taken.set(`${id}/${piece}`, resolve));
        model.send({ ...about, piece, pieces }, undefined, [bytes]);
        state.textContent = pieces > 1 ? `Uploading… ${Math.round((100 * piece) / pieces)} %` : "Uploading…";
        await arrived;
      }
      taken.clear();
      state.textContent = "";
      enable();
    }

    input.addEventListener("click", () => {
      input.value = ""; // the same file may be chosen again, after it was mended
    });
    input.addEventListener("change", () => upload(input.files[0]));
    field.addEventListener("dragover", (event) => event.preventDefault());
    field.addEventListener("drop", (event) => {
      event.preventDefault();
      upload(event.dataTransfer.files[0]);
    });
    model.on("msg:custom", onMessage);
    model.on("change:disabled", enable);
    enable();
    return () => {
      model.off("msg:custom", onMessage);
      model.off("change:disabled", enable);
    };
  },
};
