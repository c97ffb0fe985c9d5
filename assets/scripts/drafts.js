// What was typed outlives the process that served the page. When the service itself went away, a
// page finds its way back to one that knows nothing of the form that stood open, and closes it. What
// stood in its fields is kept here until the same form opens again: in this page's memory and
// nowhere else, so that it is gone with the page, and never where the person closed the form.

(() => {
  const AFTER_LOSS_MS = 15_000;
  const OWN_HAND_MS = 1_500;
  const SECRET = new Set(["password", "file", "hidden"]);

  const typed = new Map();
  const orphans = new Map();
  let lostAt = -Infinity;
  let handAt = -Infinity;

  const now = () => performance.now();
  const isLost = () => document.querySelector(".connection-place .connection") !== null;
  const kept = (form) => form?.id && (form.closest("[role=dialog]") || form.dataset.keeps);
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !SECRET.has(field.type));
  const isTicked = (field) => field.type === "checkbox" || field.type === "radio";

  document.addEventListener(
    "input",
    (event) => {
      const { target: field } = event;
      if (!event.isTrusted || !kept(field.form) || !field.name || SECRET.has(field.type)) return;
      const draft = typed.get(field.form.id) ?? new Map();
      const key = field.type === "radio" ? `${field.name} ${field.value}` : field.name;
      draft.set(key, isTicked(field) ? field.checked : field.value);
      typed.set(field.form.id, draft);
    },
    true,
  );

  for (const hand of ["pointerdown", "keydown"]) {
    document.addEventListener(hand, () => (handAt = now()), true);
  }

  // As if by hand: what draws the page would overlook a value that is only set.
  const put = (field, value) => {
    if (isTicked(field)) {
      if (field.checked !== value) field.click();
      return;
    }
    if (field.value === value) return;
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const restore = (form, draft) => {
    for (const field of fieldsOf(form)) {
      const key = field.type === "radio" ? `${field.name} ${field.value}` : field.name;
      if (draft.has(key)) put(field, draft.get(key));
    }
    typed.set(form.id, draft);
    say("");
  };

  const say = (words) => {
    let notice = document.getElementById("kept-notice");
    if (!notice) {
      notice = document.createElement("div");
      notice.id = "kept-notice";
      notice.setAttribute("role", "status");
      document.body.append(notice);
    }
    notice.textContent = words;
  };

  const look = () => {
    if (isLost()) lostAt = now();
    for (const [id, draft] of typed) {
      if (document.getElementById(id)) continue;
      typed.delete(id);
      const byItself = now() - handAt > OWN_HAND_MS;
      if (byItself && now() - lostAt < AFTER_LOSS_MS) {
        orphans.set(id, draft);
        say("The service was restarted. What you typed is kept: open the form again to go on.");
      }
    }
    for (const [id, draft] of orphans) {
      const form = document.getElementById(id);
      if (!form) continue;
      orphans.delete(id);
      // After the fields have been drawn with what they hold at first.
      setTimeout(() => restore(form, draft), 50);
    }
  };

  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  setInterval(() => isLost() && (lostAt = now()), 500);
})();
