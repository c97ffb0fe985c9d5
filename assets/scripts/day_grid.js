// Gestures on the day grid: drag over free time to book, drag an appointment to move it, drag its
// end to change its length; with a mouse, a pen or a finger (which holds still for a moment first).
// A gesture ends in the form #grid-gesture, never in a change on screen: the server decides, and
// the live lanes show what it decided.

(() => {
  const HOLD_MS = 350;
  const START_PX = 4;
  const EDGE_PX = 44;
  const EDGE_STEP_PX = 14;
  let drag = null;

  const grid = () => document.getElementById("day-grid");
  const across = () => grid()?.dataset.across === "true";
  const slot = () => Number(grid()?.dataset.slot) || 15;
  const px = () => parseFloat(getComputedStyle(grid()).getPropertyValue("--px")) || 1;
  const snap = (minutes) => Math.round(minutes / slot()) * slot();
  const along = (event) => (across() ? event.clientX : event.clientY);

  const minuteAt = (body, event) => {
    const box = body.getBoundingClientRect();
    return (along(event) - (across() ? box.left : box.top)) / px();
  };

  const lengthOf = (body) => {
    const box = body.getBoundingClientRect();
    return (across() ? box.width : box.height) / px();
  };

  const laneUnder = (event) => {
    const found = document.elementsFromPoint(event.clientX, event.clientY);
    const lane = found.map((element) => element.closest(".lane")).find(Boolean);
    return lane?.querySelector(".lane__body") ?? null;
  };

  const send = (values) => {
    const form = document.getElementById("grid-gesture");
    if (!form) return;
    for (const input of form.elements) input.value = values[input.name] ?? "";
    form.requestSubmit();
  };

  const clock = (body, minute) => {
    const lines = [...document.querySelectorAll(".axis__line")];
    let near = null;
    for (const line of lines) {
      const at = Number(line.dataset.at);
      if (at <= minute && (!near || at > near.at)) near = { at, label: line.firstChild.textContent };
    }
    if (!near) return "";
    const past = String(minute - near.at).padStart(2, "0");
    if (minute - near.at > 59) return "";
    return near.label.includes(":") ? near.label.replace(":00", `:${past}`) : near.label.replace(" ", `:${past} `);
  };

  const ghost = (kind) => {
    const element = document.createElement("div");
    element.className = "ghost";
    element.dataset.kind = kind;
    element.setAttribute("aria-hidden", "true");
    return element;
  };

  const show = () => {
    const { element, body, start, length } = drag;
    element.style.setProperty("--s", start);
    element.style.setProperty("--l", length);
    element.textContent = `${clock(body, start)} – ${clock(body, start + length)}`;
    if (element.parentElement !== body) body.append(element);
  };

  const begin = (event) => {
    drag.started = true;
    drag.element = ghost(drag.kind);
    drag.block?.classList.add("block--moving");
    document.body.classList.add("is-dragging");
    try {
      grid().setPointerCapture(event.pointerId);
    } catch {
      // The pointer is gone already; the gesture ends with the next event.
    }
    update(event);
    drag.creeping = requestAnimationFrame(creep);
  };

  const update = (event) => {
    drag.last = event;
    const limit = lengthOf(drag.body);
    if (drag.kind === "book") {
      const now = snap(minuteAt(drag.body, event));
      const first = Math.min(drag.from, now);
      drag.start = Math.max(0, first);
      drag.length = Math.min(Math.max(slot(), Math.abs(now - drag.from)), limit - drag.start);
    } else if (drag.kind === "resize") {
      const end = snap(minuteAt(drag.body, event));
      drag.length = Math.max(slot(), end - drag.start);
    } else {
      drag.body = laneUnder(event) ?? drag.body;
      const wanted = snap(minuteAt(drag.body, event) - drag.grip);
      drag.start = Math.min(Math.max(0, wanted), limit - drag.length);
    }
    show();
  };

  // What is pulled to an edge of the grid brings on what lies beyond it.
  const creep = () => {
    if (!drag?.started) return;
    const element = grid();
    const box = element.getBoundingClientRect();
    const bottom = Math.min(box.bottom, window.innerHeight);
    const { clientX: x, clientY: y } = drag.last;
    // Only towards where it was pulled: what was taken hold of at an edge stays there.
    const pull = (at, began, from, to) => {
      if (at < from + EDGE_PX && at < began) return -EDGE_STEP_PX;
      return at > to - EDGE_PX && at > began ? EDGE_STEP_PX : 0;
    };
    const head = across() ? element.querySelector(".lane__head")?.offsetWidth ?? 0 : 0;
    const lid = across() ? 0 : element.querySelector(".lane__head")?.offsetHeight ?? 0;
    const before = element.scrollLeft + element.scrollTop;
    element.scrollBy(pull(x, drag.x, box.left + head, box.right), pull(y, drag.y, box.top + lid, bottom));
    if (element.scrollLeft + element.scrollTop !== before) update(drag.last);
    drag.creeping = requestAnimationFrame(creep);
  };

  const stop = () => {
    if (!drag) return;
    clearTimeout(drag.timer);
    cancelAnimationFrame(drag.creeping);
    drag.element?.remove();
    drag.block?.classList.remove("block--moving");
    document.body.classList.remove("is-dragging");
    drag = null;
  };

  const onDown = (event) => {
    if (event.button !== 0 || grid()?.dataset.mayBook !== "true") return;
    const body = event.target.closest("#day-grid .lane__body");
    if (!body) return;
    const block = event.target.closest(".block");
    if (block && block.dataset.code === "0") return;
    const at = minuteAt(body, event);
    drag = { body, block, pointer: event.pointerId, x: event.clientX, y: event.clientY };
    if (block) {
      const start = Number(block.dataset.s);
      const length = Number(block.dataset.l);
      const edge = (start + length - at) * px() < 8 && length * px() > 20;
      Object.assign(drag, { kind: edge ? "resize" : "move", start, length, grip: at - start });
      Object.assign(drag, { home: body, was: start, lasted: length });
    } else {
      Object.assign(drag, { kind: "book", from: Math.floor(at / slot()) * slot() });
    }
    if (event.pointerType === "touch") drag.timer = setTimeout(() => begin(event), HOLD_MS);
  };

  const onMove = (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    if (drag.started) {
      event.preventDefault();
      update(event);
      return;
    }
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > START_PX;
    if (!far) return;
    if (event.pointerType === "touch") stop();
    else begin(event);
  };

  const onUp = (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const done = drag;
    const click = !done.started;
    stop();
    if (done.block && click) return;
    event.preventDefault();
    if (done.kind === "book") {
      const start = click ? done.from : done.start;
      const values = { kind: "book", staff_id: done.body.dataset.staff, start };
      send(click ? values : { ...values, length: done.length });
      return;
    }
    swallowClick();
    const moved = done.start !== done.was || done.body !== done.home || done.length !== done.lasted;
    if (!moved) return;
    send({
      kind: done.kind,
      staff_id: done.body.dataset.staff,
      start: done.start,
      length: done.kind === "resize" ? done.length : "",
      appointment_id: done.block.dataset.id,
      version: done.block.dataset.version,
    });
  };

  // A drag ends with a click on what was dragged, which must not open it.
  const swallowClick = () => {
    const swallow = (event) => {
      event.stopPropagation();
      event.preventDefault();
    };
    window.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 50);
  };

  // Arrow keys walk over the appointments; Alt with arrow keys moves the one in focus.
  const onKey = (event) => {
    if (event.key === "Escape" && drag) return stop();
    const block = event.target.closest?.("#day-grid .block");
    if (!block || !event.key.startsWith("Arrow")) return;
    const ahead = across() ? "ArrowRight" : "ArrowDown";
    const back = across() ? "ArrowLeft" : "ArrowUp";
    const sideways = { [across() ? "ArrowDown" : "ArrowRight"]: 1, [across() ? "ArrowUp" : "ArrowLeft"]: -1 };
    const lanes = [...document.querySelectorAll("#day-grid .lane__body")];
    const lane = block.closest(".lane__body");
    const beside = lanes[lanes.indexOf(lane) + (sideways[event.key] ?? 0)];
    event.preventDefault();
    if (event.altKey) {
      if (grid().dataset.mayBook !== "true" || block.dataset.code === "0") return;
      const step = event.key === ahead ? slot() : event.key === back ? -slot() : 0;
      const target = step ? lane : beside;
      if (!target) return;
      send({
        kind: "move",
        staff_id: target.dataset.staff,
        start: Number(block.dataset.s) + step,
        appointment_id: block.dataset.id,
        version: block.dataset.version,
        by_key: "1",
      });
      return;
    }
    const order = (a, b) => Number(a.dataset.s) - Number(b.dataset.s);
    const own = [...lane.querySelectorAll(".block")].sort(order);
    if (event.key === ahead || event.key === back) {
      own[own.indexOf(block) + (event.key === ahead ? 1 : -1)]?.focus();
    } else if (beside) {
      const far = (b) => Math.abs(Number(b.dataset.s) - Number(block.dataset.s));
      [...beside.querySelectorAll(".block")].sort((a, b) => far(a) - far(b))[0]?.focus();
    }
  };

  // The line that marks now: by the clock of each lane's facility.
  const wallClock = (zone) => {
    const parts = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).formatToParts(new Date());
    const get = (type) => parts.find((part) => part.type === type).value;
    return { day: `${get("year")}-${get("month")}-${get("day")}`, minute: get("hour") * 60 + +get("minute") };
  };

  const markNow = () => {
    const element = grid();
    if (!element) return;
    const first = Number(element.dataset.first);
    for (const body of element.querySelectorAll(".lane__body")) {
      const { day, minute } = wallClock(body.dataset.zone || "UTC");
      const at = minute - first;
      const shown = day === element.dataset.day && at >= 0 && at <= lengthOf(body);
      body.classList.toggle("has-now", shown);
      if (shown) body.style.setProperty("--now", at);
    }
  };

  // A day opens where it happens: at now if it is today, else at the first appointment. Once, and
  // not under the hands of somebody who scrolls already.
  const dayShown = (element) => `${element.dataset.day} ${element.dataset.across}`;

  const scrollToStart = () => {
    const element = grid();
    if (!element || element.dataset.opened === dayShown(element)) return;
    if (!element.querySelector(".lane__body")) return;
    markNow();
    element.dataset.opened = dayShown(element);
    const body = element.querySelector(".lane__body.has-now");
    // Not at the very first: one person's night shift is not where the day begins.
    const starts = [...element.querySelectorAll(".block")].map((b) => Number(b.dataset.s)).sort((x, y) => x - y);
    const early = starts[Math.floor(starts.length / 12)] ?? 8 * 60 - Number(element.dataset.first);
    const minute = body ? Number(body.style.getPropertyValue("--now")) : early;
    const offset = Math.max(0, (minute - 60) * px());
    element.scrollTo(across() ? { left: offset } : { top: offset });
  };

  const leaveAsItIs = (event) => {
    const element = grid();
    if (element?.contains(event.target)) element.dataset.opened = dayShown(element);
  };

  document.addEventListener("pointerdown", onDown);
  document.addEventListener("pointermove", onMove, { passive: false });
  document.addEventListener("pointerup", onUp);
  document.addEventListener("pointercancel", stop);
  document.addEventListener("keydown", onKey);
  document.addEventListener("touchmove", (e) => drag?.started && e.preventDefault(), { passive: false });
  document.addEventListener("contextmenu", (e) => drag?.started && e.preventDefault());
  for (const hands of ["wheel", "pointerdown", "keydown"]) {
    document.addEventListener(hands, leaveAsItIs, { passive: true });
  }
  setInterval(markNow, 1000);
  setInterval(scrollToStart, 100);
})();
