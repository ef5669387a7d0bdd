/*
 * The inbox by keyboard. Single keys work while nothing that takes letters has the focus, and can be switched off for
 * good (WCAG 2.1.4). The cursor is the focus itself: whoever tabs to a line is there, too.
 */
(() => {
  "use strict";

  const help = document.getElementById("keys");
  const open = document.querySelector("[data-opens-keys]");
  if (!help?.showModal || !open) return;

  const OFF = "belfry.keys.off";
  const box = help.querySelector("[type=checkbox]");
  const left = new Map(); // lines at which something is being done: where the focus goes when the answer has come

  const lines = () => [...document.querySelectorAll("#list .line")].filter((line) => line.offsetParent);
  const here = () => document.activeElement?.closest("#list .line") || document.querySelector(".line[data-cursor]");

  function isOff() {
    try {
      return localStorage.getItem(OFF) !== null;
    } catch {
      return false;
    }
  }

  function point(line) {
    for (const other of document.querySelectorAll(".line[data-cursor]")) other.removeAttribute("data-cursor");
    line?.setAttribute("data-cursor", "");
  }

  function go(step) {
    const all = lines();
    const at = all.indexOf(here());
    const line = at < 0 ? all[0] : all[Math.min(all.length - 1, Math.max(0, at + step))];
    line?.querySelector(".line-title").focus();
  }

  const act = (...names) => here()?.querySelector(names.map((name) => `[data-act="${name}"]:enabled`).join())?.click();

  const KEYS = {
    j: () => go(1),
    k: () => go(-1),
    o: () => here()?.querySelector(".line-title").click(),
    e: () => act("archive", "bring_back"),
    u: () => act("read", "unread"),
    p: () => act("pin", "unpin"),
    "/": () => document.querySelector("[role=search] input[type=search]")?.focus(),
    "?": () => help.showModal(),
  };

  function isTaken(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return true;
    if (isOff() || document.querySelector("dialog[open]")) return true;
    const { target } = event;
    if (target !== document.body && !target.closest("#main")) return true;
    return target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  }

  document.addEventListener("keydown", (event) => {
    const run = KEYS[event.key];
    if (!run || isTaken(event)) return;
    event.preventDefault();
    run();
  });

  document.addEventListener("focusin", (event) => {
    const line = event.target.closest?.("#list .line");
    if (line) point(line);
  });

  // A line is replaced by the answer, or leaves: whoever works by keyboard must not fall back to the head of the page.
  document.addEventListener("click", remember, true);
  function remember(event) {
    const line = event.target.closest("[data-act]")?.closest("#list .line");
    if (!line) return;
    const all = lines();
    const at = all.indexOf(line);
    const isHere = line.contains(document.activeElement);
    const name = document.activeElement?.dataset.act;
    if (isHere) left.set(line.id, { name, next: (all[at + 1] || all[at - 1])?.id });
  }
  document.addEventListener("htmx:afterSwap", () => {
    for (const [id, { name, next }] of left) {
      const line = document.getElementById(id);
      if (line?.querySelector("[disabled]")) continue; // not answered yet
      left.delete(id);
      const goal = line?.offsetParent ? line : document.getElementById(next);
      const button = goal === line && name && line.querySelector(`[data-act$="${name.replace(/^un/, "")}"]`);
      (button || goal?.querySelector(".line-title"))?.focus({ preventScroll: goal === line });
    }
  });

  box.checked = !isOff();
  box.addEventListener("change", () => {
    try {
      if (box.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    } catch {
      box.checked = true; // where nothing may be kept, nothing can be switched off
    }
  });
  open.hidden = false;
  open.addEventListener("click", () => help.showModal());
})();
