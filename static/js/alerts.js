/*
 * Emergencies and the signed-out notice: whichever door they came by, they are dialogs in #alerts, and strips in #strips
 * once they are confirmed. Here each dialog gets its focus trap, stays until it is answered, and is reported as
 * `belfry:alert` (detail: the notification's id) once it stands.
 */
(() => {
  "use strict";

  const place = document.getElementById("alerts");
  const strips = document.getElementById("strips");
  if (!place || !strips) return;

  const SETTLES_WITHIN = 600;
  const reported = new Set();
  const stood = new Set(); // the emergencies that this page has shown, in whichever way
  let before = null; // what had the focus when the first dialog took it
  let outside = null; // what had it last, but for dialogs
  let settled = 0;
  let wasOver = 0;

  function trap(dialog) {
    if (!dialog.showModal || dialog.matches(":modal")) return;
    const focused = document.activeElement;
    before ??= place.contains(focused) ? outside : focused; // htmx gives a new dialog the focus before this does
    dialog.setAttribute("closedby", "none");
    dialog.removeAttribute("open"); // as the server sends it, for pages without scripts
    dialog.showModal();
  }

  function report(dialog) {
    const id = dialog.dataset.notification;
    if (!id || reported.has(id)) return;
    reported.add(id);
    document.dispatchEvent(new CustomEvent("belfry:alert", { detail: id }));
  }

  /** "1 of 2": that there are more behind it. */
  function count(dialogs) {
    dialogs.forEach((dialog, index) => {
      const words = dialog.querySelector(".alarm-count");
      if (!words) return;
      words.hidden = dialogs.length < 2;
      words.textContent = words.dataset.words.replace("{number}", index + 1).replace("{total}", dialogs.length);
    });
  }

  /** The page comes back from under a dialog: a finger on its way must not press what lies there now. */
  function settle() {
    clearTimeout(settled);
    document.documentElement.classList.add("settling");
    settled = setTimeout(() => document.documentElement.classList.remove("settling"), SETTLES_WITHIN);
  }

  /** Who was typing goes on where they were. */
  function giveBack() {
    const back = before?.isConnected ? before : before?.id && document.getElementById(before.id);
    before = null;
    if (back && back !== document.body) back.focus({ preventScroll: true });
  }

  /** The newest stands first, and must be opened last to be on top. */
  function sync() {
    const dialogs = [...place.querySelectorAll("dialog")];
    for (const part of document.querySelectorAll(".rail, #main, #strips, #trouble")) part.inert = dialogs.length > 0;
    for (const dialog of [...dialogs].reverse()) trap(dialog);
    count(dialogs.filter((dialog) => dialog.dataset.notification));
    if (dialogs.length < wasOver) settle();
    if (!dialogs.length) giveBack();
    else if (!dialogs[0].contains(document.activeElement)) dialogs[0].querySelector("[autofocus]")?.focus();
    wasOver = dialogs.length;
    remember();
    dialogs.forEach(report);
    if (document.getElementById("signed-out")) document.dispatchEvent(new CustomEvent("belfry:signed-out"));
  }

  function remember() {
    for (const one of document.querySelectorAll("#alerts > dialog, #strips > .strip")) stood.add(one.dataset.notification);
  }

  /** It takes the place of the strip, so that nothing moves; on a page on which none stood it is no news. */
  function end(notice) {
    if (stood.delete(notice.dataset.over)) notice.hidden = false;
    else notice.remove();
  }

  document.addEventListener("focusin", (event) => {
    if (!place.contains(event.target)) outside = event.target;
  });

  // Esc says "not now", and there is no such answer. A browser may close a dialog at the second Esc without asking.
  place.addEventListener("cancel", (event) => event.preventDefault(), true);
  place.addEventListener("close", (event) => place.contains(event.target) && trap(event.target), true);
  strips.addEventListener("click", (event) => event.target.closest("[data-close]")?.closest("[data-over]").remove());

  new MutationObserver(sync).observe(place, { childList: true });
  new MutationObserver(() => {
    remember();
    strips.querySelectorAll("[data-over][hidden]").forEach(end);
  }).observe(strips, { childList: true });
  sync();
})();
