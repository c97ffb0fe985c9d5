// The sheet of a session while it is being filled in: plus and minus, and what is left of everything
// on it, counted here from the live figures and from what stands in the fields. What was not saved
// yet is nowhere but in these fields, so a lost connection takes none of it away.

(() => {
  const MOST = 1_000_000;
  /* By form and field: the quantity that was planned when the person began to change it. */
  const begun = new WeakMap();
  /* Forms somebody tried to save while there was no connection. */
  const refused = new WeakSet();

  const isLost = () =>
    !navigator.onLine || document.querySelector(".connection-place .connection") !== null;
  const countOf = (field) => {
    const number = Number(field.value);
    return Number.isInteger(number) && number >= 0 ? number : 0;
  };
  const seenOf = (form, field) => form.elements[field.name.replace("count-", "seen-")];

  const write = (field, value) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const setText = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  const setMark = (element, name, on) => {
    if (on) element.dataset[name] = "true";
    else delete element.dataset[name];
  };

  // Follow what others saved where this person changed nothing, and remember what they began from.
  const follow = (form, line, field) => {
    const planned = field.defaultValue;
    if (!begun.has(field)) {
      if (field.value !== planned) write(field, planned);
      return false;
    }
    if (field.value === planned) {
      begun.delete(field);
      return false;
    }
    const from = begun.get(field);
    const note = line.querySelector("[data-meanwhile]");
    setText(note, from === planned ? "" : `Somebody set this to ${planned} meanwhile.`);
    return true;
  };

  const draw = (form) => {
    const figures = JSON.parse(form.dataset.figures || "{}");
    const left = {};
    for (const [item, [onHand, reserved, held]] of Object.entries(figures)) {
      left[item] = onHand - reserved + held;
    }
    const lines = [...form.querySelectorAll("[data-line]")].map((line) => ({
      line,
      field: line.querySelector("input[data-count]"),
      made: JSON.parse(line.dataset.made || "[]"),
    }));
    let changed = 0;
    for (const { line, field, made } of lines) {
      const differs = follow(form, line, field);
      if (differs) changed += 1;
      else setText(line.querySelector("[data-meanwhile]"), "");
      setMark(line, "changed", differs);
      for (const [item, per] of made) left[item] = (left[item] ?? 0) - countOf(field) * per;
    }
    for (const { line, made } of lines) show(line, made, left);
    say(form, changed);
  };

  const show = (line, made, left) => {
    const output = line.querySelector("[data-left]");
    if (!output || made.length === 0) return;
    const rest = made.map(([item, per, name]) => ({ name, more: Math.floor(left[item] / per) }));
    const least = rest.reduce((a, b) => (b.more < a.more ? b : a));
    const short = made.filter(([item]) => left[item] < 0);
    setText(output, Math.abs(short.length ? left[short[0][0]] : least.more).toLocaleString("en"));
    const of = made.length > 1 ? ` ${short.length ? short[0][2] : least.name}` : "";
    const words = short.length ? `short${of}` : made.length > 1 ? `more, then no${of}` : "left";
    setText(line.querySelector("[data-left-words]"), words);
    setMark(line, "short", short.length > 0);
  };

  const say = (form, changed) => {
    const bar = form.querySelector("[data-said]");
    const what = changed === 1 ? "1 quantity" : `${changed} quantities`;
    const lost = isLost();
    let words = changed ? `${what} not saved yet.` : "";
    if (lost) words = changed ? `Not connected. ${what} kept here, not saved yet.` : "Not connected.";
    if (lost && refused.has(form)) {
      words = `Not connected, so nothing could be saved now. ${changed ? `${what} kept here: press` : "Press"} again when the connection is back.`;
    }
    if (!lost) refused.delete(form);
    setText(bar, words);
    setMark(form, "changed", changed > 0);
    setMark(form, "lost", lost);
    const save = form.querySelector("button[data-intent=save]");
    if (save) save.disabled = changed === 0;
  };

  const sheets = () => document.querySelectorAll("form[data-sheet]");
  let waiting = false;
  const drawAll = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      for (const form of sheets()) draw(form);
    });
  };

  document.addEventListener("click", (event) => {
    const step = event.target.closest?.("form[data-sheet] button[data-step]");
    if (step) {
      const field = step.closest("[data-line]").querySelector("input[data-count]");
      const wanted = Math.min(Math.max(countOf(field) + Number(step.dataset.step), 0), MOST);
      if (!begun.has(field)) begun.set(field, field.defaultValue);
      write(field, String(wanted));
      return;
    }
    const press = event.target.closest?.("form[data-sheet] button[data-intent]");
    if (press) press.form.elements.intent.value = press.dataset.intent;
  });

  document.addEventListener(
    "input",
    (event) => {
      const field = event.target;
      if (!field.matches?.("form[data-sheet] input[data-count]")) return;
      if (!begun.has(field) && field.value !== field.defaultValue) {
        begun.set(field, field.defaultValue);
      }
      drawAll();
    },
    true,
  );

  // A number must not change because somebody scrolls past it.
  document.addEventListener(
    "wheel",
    (event) => {
      if (event.target === document.activeElement && event.target.matches?.("input[data-count]")) {
        event.target.blur();
      }
    },
    { passive: true },
  );

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches?.("form[data-sheet]")) return;
      if (isLost()) {
        event.preventDefault();
        event.stopImmediatePropagation();
        refused.add(form);
        draw(form);
        return;
      }
      for (const field of form.querySelectorAll("input[data-count]")) {
        const seen = seenOf(form, field);
        if (seen) seen.value = begun.get(field) ?? field.defaultValue;
      }
    },
    true,
  );

  new MutationObserver(drawAll).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-figures", "value", "data-made"],
  });
  for (const change of ["online", "offline"]) window.addEventListener(change, drawAll);
})();
