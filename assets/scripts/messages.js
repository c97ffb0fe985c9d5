// An open conversation: it stands at its latest message, and what is in front of somebody is read.
// Only that: what arrives while the window lies behind another stays unread until it is looked at.

(() => {
  "use strict";

  let shown = "";
  let seen = "";
  let waits = false;

  const look = () => {
    waits = false;
    const talk = document.querySelector("[data-talk]");
    const standing = talk ? `${talk.dataset.talk} ${talk.dataset.last}` : "";
    if (!talk || talk.dataset.last === "0") {
      shown = seen = "";
      return;
    }
    if (standing !== shown) {
      const anew = standing.split(" ")[0] !== shown.split(" ")[0];
      const near = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 240;
      if (anew || near) talk.scrollTop = talk.scrollHeight;
      shown = standing;
    }
    if (standing !== seen && document.visibilityState === "visible") {
      seen = standing;
      document.querySelector("[data-sees]")?.click();
    }
  };

  const soon = () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(look);
  };

  new MutationObserver(soon).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-talk", "data-last"],
  });
  document.addEventListener("visibilitychange", soon);

  // Ctrl or Cmd with Enter sends.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest?.(".talk__answer");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  });
})();
