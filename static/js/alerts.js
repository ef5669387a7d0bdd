/*
 * Alerts and the signed-out notice: whichever door they came by, they are dialogs in #alerts. Here each gets its focus
 * trap, stays until it is answered, and is reported as `belfry:alert` (detail: the notification's id) once it stands.
 */
(() => {
  "use strict";

  const place = document.getElementById("alerts");
  if (!place) return;

  const reported = new Set();

  function trap(dialog) {
    if (!dialog.showModal || dialog.matches(":modal")) return;
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

  /** The newest stands first, and must be opened last to be on top. */
  function sync() {
    const dialogs = [...place.querySelectorAll("dialog")];
    for (const part of document.querySelectorAll(".rail, #main")) part.inert = dialogs.length > 0;
    for (const dialog of dialogs.reverse()) trap(dialog);
    dialogs.forEach(report);
    if (document.getElementById("signed-out")) document.dispatchEvent(new CustomEvent("belfry:signed-out"));
  }

  // Esc says "not now", and there is no such answer. A browser may close a dialog at the second Esc without asking.
  place.addEventListener("cancel", (event) => event.preventDefault(), true);
  place.addEventListener("close", (event) => place.contains(event.target) && trap(event.target), true);

  new MutationObserver(sync).observe(place, { childList: true });
  sync();
})();
