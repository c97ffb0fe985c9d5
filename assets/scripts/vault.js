// Files on their way into the vault: chosen or dropped, one after the other, each with how far it is.
// They go over plain HTTP; the list of the page hears of each stored one by itself.

(() => {
  const MOST_BYTES = 25 * 1024 * 1024;
  const waiting = [];
  let sending = false;

  const line = (name, chooser) => {
    const near = chooser.closest("form")?.querySelector("[data-vault-list]");
    const place = near ?? document.querySelector("[data-vault-list]") ?? document.body;
    const item = document.createElement("li");
    const words = document.createElement("span");
    const said = document.createElement("span");
    const bar = document.createElement("progress");
    words.textContent = name;
    said.className = "cell__detail";
    bar.max = 1;
    bar.setAttribute("aria-label", name);
    item.append(words, bar, said);
    if (place !== document.body) place.append(item);
    return {
      far(part) {
        bar.value = part;
        said.textContent = part < 1 ? `${Math.round(part * 100)} %` : "is being checked …";
      },
      end(message, good) {
        bar.remove();
        said.textContent = message;
        item.dataset.good = good;
        if (good && !chooser.dataset.vaultAttaches) setTimeout(() => item.remove(), 6000);
      },
      attach(id) {
        const field = document.createElement("input");
        const leaves = document.createElement("button");
        Object.assign(field, { type: "hidden", name: `doc-${id}`, value: "on" });
        Object.assign(leaves, { type: "button", className: "link", textContent: "Leave it out" });
        leaves.setAttribute("aria-label", `Leave ${name} out`);
        leaves.addEventListener("click", () => item.remove());
        said.textContent = "goes along.";
        item.append(field, leaves);
      },
    };
  };

  const send = ({ file, about, shown, attaches }) =>
    new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("POST", "/documents/upload");
      const told = { ...about, name: file.name, key: crypto.randomUUID() };
      request.setRequestHeader("X-Upload", encodeURIComponent(JSON.stringify(told)));
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) shown.far(event.loaded / event.total);
      });
      request.addEventListener("loadend", () => {
        if (request.status === 200 && request.responseURL.endsWith("/documents/upload")) {
          shown.end("is filed.", true);
          if (attaches) shown.attach(JSON.parse(request.responseText).document);
        } else {
          let message = "was not filed: the connection was lost. Choose it again.";
          try {
            message = JSON.parse(request.responseText).message;
          } catch {
            if (request.status) message = "was not filed. Sign in again, and choose it again.";
          }
          shown.end(message, false);
        }
        done();
      });
      request.send(file);
    });

  const work = async () => {
    if (sending) return;
    sending = true;
    while (waiting.length) {
      await send(waiting.shift());
    }
    sending = false;
  };

  const take = (files, about, chooser) => {
    for (const file of files) {
      const shown = line(file.name, chooser);
      if (file.size > MOST_BYTES) {
        shown.end("is larger than 25 MB. Divide it, or make it smaller.", false);
        continue;
      }
      shown.far(0);
      waiting.push({ file, about: about(file), shown, attaches: chooser.dataset.vaultAttaches });
    }
    work();
  };

  const fresh = (chooser) => (file) => ({
    customer: Number(chooser.dataset.vault),
    kind: Number(document.getElementById(chooser.dataset.vaultKind ?? "vault-kind").value),
    public: document.getElementById("vault-public")?.checked ?? false,
    title: file.name.replace(/\.[^.]+$/, "").slice(0, 120) || file.name,
  });

  document.addEventListener("change", (event) => {
    const chooser = event.target;
    if (!chooser.matches?.("input[type=file]")) return;
    if (chooser.dataset.vault) {
      take(chooser.files, fresh(chooser), chooser);
    } else if (chooser.dataset.vaultDocument) {
      const { vaultDocument, vaultVersion } = chooser.dataset;
      take(chooser.files, () => ({
        document: Number(vaultDocument),
        version: Number(vaultVersion),
        title: "",
        kind: 0,
        public: false,
      }), chooser);
      document.querySelector(".drawer [data-close], .drawer__close")?.click();
    } else {
      return;
    }
    chooser.value = "";
  });

  const zone = (event) => event.target.closest?.("[data-vault-drop]");
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      if (!zone(event)) return;
      event.preventDefault();
      zone(event).dataset.over = "true";
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (zone(event)) delete zone(event).dataset.over;
    });
  }
  document.addEventListener("drop", (event) => {
    const place = zone(event);
    if (!place) return;
    event.preventDefault();
    const chooser = place.querySelector("input[data-vault]");
    take(event.dataTransfer.files, fresh(chooser), chooser);
  });

  // What a message is to carry has to be there before the message goes.
  document.addEventListener(
    "submit",
    (event) => {
      const underWay = event.target.querySelector?.("[data-vault-list] progress");
      if (!underWay) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      underWay.nextElementSibling.textContent = "is still on its way. Send it when it is there.";
    },
    true,
  );
})();
