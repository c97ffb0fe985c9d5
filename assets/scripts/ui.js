/* What markup and the server cannot do: the sidebar before the first paint, tooltips, the arrow keys of
   tabs and of the palette, and its shortcut. It listens on the document, so it does not care when
   parts of the page come and go. */
(() => {
  "use strict";

  const root = document.documentElement;

  /* The width of the sidebar, before anything is painted. */
  if (localStorage.getItem("sidebar") === "narrow") root.dataset.sidebar = "narrow";

  /* The tab of this page comes into view in a row too long for the screen: the style sheet says when. */
  document.addEventListener("animationstart", (event) => {
    if (event.animationName !== "tab-is-current") return;
    const row = event.target.parentElement;
    const tab = event.target.getBoundingClientRect();
    const box = row.getBoundingClientRect();
    row.scrollLeft += tab.left + tab.width / 2 - (box.left + box.width / 2);
  });

  /* One tooltip for the page. */
  let tip;
  let holder;
  let waiting;

  function hideTip() {
    clearTimeout(waiting);
    holder = undefined;
    if (tip) tip.hidden = true;
  }

  function showTip(element) {
    if (!element.isConnected) return;
    if (!tip) {
      tip = document.createElement("div");
      tip.className = "tip";
      tip.setAttribute("aria-hidden", "true");
      document.body.append(tip);
    }
    tip.textContent = element.dataset.tip;
    tip.hidden = false;
    const box = element.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const left = Math.min(
      Math.max(box.left + box.width / 2 - own.width / 2, 6),
      window.innerWidth - own.width - 6,
    );
    const below = box.bottom + 6;
    const top = below + own.height > window.innerHeight ? box.top - own.height - 6 : below;
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  function offerTip(event, delay) {
    const element = event.target.closest?.("[data-tip]");
    if (element === holder) return;
    hideTip();
    if (!element || !element.dataset.tip) return;
    if (element.dataset.tipWhen === "narrow" && root.dataset.sidebar !== "narrow") return;
    holder = element;
    waiting = setTimeout(showTip, delay, element);
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse") offerTip(event, 450);
  });
  document.addEventListener("focusin", (event) => {
    const over = event.target.closest?.("[role=dialog]");
    const left = event.relatedTarget;
    if (over && left && !over.cameFrom && !over.contains(left)) over.cameFrom = left;
    if (event.target.matches?.(":focus-visible")) offerTip(event, 200);
  });
  document.addEventListener("focusout", hideTip);
  document.addEventListener("pointerdown", hideTip);
  window.addEventListener("scroll", hideTip, true);

  /* Tabs: arrow keys go to the neighbour and choose it. */
  function moveTab(event) {
    const tabs = [...event.target.closest("[role=tablist]").querySelectorAll("[role=tab]")];
    const at = tabs.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    next.focus();
    next.click();
  }

  /* The palette: the focus stays in its input, the arrows move what Enter will open. */
  const options = (palette) => [...palette.querySelectorAll("[role=option]")];

  function point(palette, at) {
    const all = options(palette);
    const input = palette.querySelector("[role=combobox]");
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (all[at]) {
      input.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function movePalette(event) {
    const palette = event.target.closest(".palette");
    const all = options(palette);
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      point(palette, (at + step + all.length) % all.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (answered(palette)) (all[Math.max(at, 0)])?.click();
      else palette.dataset.awaits = "true";
    }
  }

  /* Whether the results on screen are those for what stands in the input by now. */
  function answered(palette) {
    const typed = palette.querySelector("[role=combobox]").value.split(/\s+/).filter(Boolean);
    return palette.querySelector("[role=listbox]").dataset.for === typed.join(" ").slice(0, 80);
  }

  /* New results are pointed at from the top; an Enter that came before them opens the first. */
  new MutationObserver((changes) => {
    const palette = document.querySelector(".palette");
    if (!palette || !changes.some(({ target }) => palette.contains(target))) return;
    const anew = changes.some(({ type }) => type === "attributes");
    const marked = palette.querySelectorAll("[role=option][aria-selected=true]");
    if (anew || marked.length !== 1) point(palette, 0);
    if (palette.dataset.awaits && answered(palette)) {
      delete palette.dataset.awaits;
      options(palette)[0]?.click();
    }
  }).observe(root, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-for"],
  });

  document.addEventListener("pointermove", (event) => {
    const option = event.target.closest?.(".palette [role=option]");
    if (!option || option.getAttribute("aria-selected") === "true") return;
    const palette = option.closest(".palette");
    point(palette, options(palette).indexOf(option));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hideTip();
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      const opener = document.querySelector("[data-opens-palette]");
      if (!opener) return;
      event.preventDefault();
      if (!document.querySelector(".palette")) opener.click();
    } else if (event.target.matches?.("[role=tab]")) {
      moveTab(event);
    } else if (event.target.matches?.(".palette [role=combobox]")) {
      movePalette(event);
    }
  });

  /* What a press means where no server is needed. */
  document.addEventListener("click", (event) => {
    const deed = event.target.closest?.("[data-does]")?.dataset.does;
    if (deed === "sign-out") document.getElementById("sign-out")?.requestSubmit();
    if (deed === "light" || deed === "dark") document.querySelector(`[data-mode=${deed}]`)?.click();
    if (event.target.closest?.(".skip")) {
      event.preventDefault();
      document.getElementById("content")?.focus();
    }
    const pressed = event.target.closest?.("[data-presses]");
    if (pressed) document.querySelector(pressed.dataset.presses)?.click();
  });

  /* The sidebar is narrow or wide for this browser, whatever page is open. */
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-folds-sidebar]")) return;
    const narrow = root.dataset.sidebar !== "narrow";
    if (narrow) root.dataset.sidebar = "narrow";
    else delete root.dataset.sidebar;
    localStorage.setItem("sidebar", narrow ? "narrow" : "wide");
  });
})();
