// Barcodes, from a scanner that types them like a keyboard, or read by the device's camera where the
// browser can. What was read goes into the form marked for it, as if somebody had typed it and
// pressed Enter.

(() => {
  const FASTEST_HAND_MS = 35;
  const LEAST = 5;
  const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "qr_code"];

  const place = () => document.querySelector("form[data-scan]");

  const hand = (code) => {
    const form = place();
    const field = form?.querySelector("input[type=search]");
    if (!field) return false;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, code);
    form.requestSubmit();
    return true;
  };

  /* A burst of keys faster than any hand, ended by Enter, is a scanner's. */
  let typed = "";
  let lastAt = 0;
  let began = null;

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      const fast = event.timeStamp - lastAt < FASTEST_HAND_MS;
      lastAt = event.timeStamp;
      if (event.key === "Enter") {
        const code = fast ? typed : "";
        typed = "";
        if (code.length < LEAST || !place()) return;
        const field = began;
        if (field?.element.closest?.("form[data-scan]")) return; // it stands there already
        event.preventDefault();
        event.stopImmediatePropagation();
        // What the scanner wrote into another field goes out of it again.
        if (field && "value" in field.element && field.element.value !== field.value) {
          const kind = Object.getPrototypeOf(field.element);
          Object.getOwnPropertyDescriptor(kind, "value")?.set.call(field.element, field.value);
          field.element.dispatchEvent(new Event("input", { bubbles: true }));
        }
        hand(code);
        return;
      }
      if (event.key.length !== 1) return;
      if (!fast) {
        typed = "";
        began = { element: event.target, value: event.target.value };
      }
      typed += event.key;
    },
    true,
  );

  /* The camera. */
  const canRead = "BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia;

  const offer = () => {
    for (const button of document.querySelectorAll("button[data-camera]")) {
      if (canRead && button.hidden) button.hidden = false;
    }
  };
  if (canRead) {
    new MutationObserver(offer).observe(document.documentElement, { childList: true, subtree: true });
  }

  const words = (dialog, text) => {
    dialog.querySelector("p").textContent = text;
  };

  const open = async () => {
    const dialog = document.createElement("dialog");
    dialog.className = "camera";
    dialog.setAttribute("aria-label", "Scan a barcode");
    const video = document.createElement("video");
    video.playsInline = true;
    video.muted = true;
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button";
    close.textContent = "Close the camera";
    dialog.append(video, said, close);
    document.body.append(dialog);
    let stream;
    let reading = true;
    dialog.addEventListener("close", () => {
      reading = false;
      for (const track of stream?.getTracks() ?? []) track.stop();
      dialog.remove();
    });
    close.addEventListener("click", () => dialog.close());
    dialog.showModal();
    words(dialog, "Hold the barcode before the camera.");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      words(dialog, "The camera cannot be used. Allow it for this page, or type the number.");
      return;
    }
    video.srcObject = stream;
    await video.play();
    const known = await BarcodeDetector.getSupportedFormats();
    const detector = new BarcodeDetector({ formats: FORMATS.filter((one) => known.includes(one)) });
    while (reading) {
      const [found] = await detector.detect(video).catch(() => []);
      if (found?.rawValue) {
        dialog.close();
        hand(found.rawValue);
        return;
      }
      await new Promise((done) => setTimeout(done, 120));
    }
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("button[data-camera]")) open();
  });
})();

// A file that was mended and is chosen again is another file: forget which one it was.
document.addEventListener("click", (event) => {
  if (event.target.matches?.("input[type=file][data-reads]")) event.target.value = "";
});

// A chosen file is read here, and its text goes with the form it was chosen in.
document.addEventListener("change", async (event) => {
  const chooser = event.target;
  if (!chooser.matches?.("input[type=file][data-reads]")) return;
  const [file] = chooser.files;
  const form = chooser.form;
  const tooLarge = file && file.size > Number(chooser.dataset.most);
  chooser.setCustomValidity(tooLarge ? "too large" : "");
  const put = (field, value) => {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, value);
  };
  put(form.elements[chooser.dataset.reads], file && !tooLarge ? await file.text() : "");
  put(form.elements.file_name, file ? file.name : "");
  const said = document.getElementById(`${chooser.id}-hint`);
  if (said) said.textContent = tooLarge ? "This file is too large. Divide it, please." : "";
});
