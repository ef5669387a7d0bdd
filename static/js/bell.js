/*
 * The bell: asks for the latest when it is opened, and again while it is open and the inbox is not as it was. app.js closes
 * it, as every menu. Without this file it is a link to the inbox.
 */
(() => {
  "use strict";

  const bell = document.getElementById("bell");
  const latest = document.getElementById("latest");
  if (!bell || !latest || !window.htmx) return;

  let isDue = false;

  function look() {
    isDue = false;
    if (!bell.open) return;
    latest.setAttribute("aria-busy", "true");
    htmx.trigger(bell.querySelector("[hx-get]"), "belfry:look");
  }

  /** Every change of the inbox brings a new badge. Many at once are one look, and a focused line is left alone. */
  function changed() {
    if (isDue || !bell.open || latest.contains(document.activeElement)) return;
    isDue = true;
    setTimeout(look, 300);
  }

  bell.addEventListener("toggle", look);
  latest.addEventListener("htmx:afterSwap", () => latest.removeAttribute("aria-busy"));
  document.addEventListener("htmx:oobAfterSwap", (event) => event.target.id === "inbox-badge" && changed());
})();
