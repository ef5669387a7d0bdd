/*
 * Small behaviours of every page, and the only place that listens to htmx. Pages work without any of this.
 */
(() => {
  "use strict";

  /** What is being done cannot be asked for twice, and says so. */
  function work(form, isWorking) {
    for (const button of form.querySelectorAll(isWorking ? "button:not([type=button]):enabled" : "[aria-busy]")) {
      button.disabled = isWorking;
      if (isWorking) button.setAttribute("aria-busy", "true");
      else button.removeAttribute("aria-busy");
    }
  }

  const mishap = (kind) => document.dispatchEvent(new CustomEvent("belfry:mishap", { detail: kind })); // see toasts.js

  const formOf = (element) => element.closest && element.closest("form");

  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = formOf(event.detail.elt);
    if (form) work(form, true);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = formOf(event.detail.elt);
    if (form) work(form, false);
  });
  document.addEventListener("htmx:sendError", () => mishap("network"));
  document.addEventListener("htmx:timeout", () => mishap("network"));

  // A failed answer that brings its own words for #toasts is shown; htmx leaves the rest of 4xx and 5xx aside.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400 || xhr.status === 422) return;
    if (xhr.getResponseHeader("HX-Retarget") === "#toasts") event.detail.shouldSwap = true;
    else if (xhr.status !== 401) mishap("failed");
  });

  // Plain forms: after the browser has read the fields, or the pressed button would not be among them.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("hx-post")) setTimeout(() => event.defaultPrevented || work(form, true));
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.forms) work(form, false);
  });

  // Read is what was seen: a mail program, or a tab behind others, opens a page without anybody before it.
  const SEEN_AFTER = 1000;
  let seen = 0;
  function look() {
    clearTimeout(seen);
    if (document.visibilityState !== "visible" || document.querySelector("#alerts > dialog")) return;
    seen = setTimeout(() => {
      const form = document.querySelector("form[data-submit-when-seen]");
      if (form) form.requestSubmit();
    }, SEEN_AFTER);
  }
  addEventListener("pageshow", look);
  document.addEventListener("visibilitychange", look);
  // Nobody sees what lies under an emergency.
  const alerts = document.getElementById("alerts");
  if (alerts) new MutationObserver(look).observe(alerts, { childList: true });

  // A menu closes when one turns to something else, by pointer or by Tab: it would lie over what has the focus then.
  function turn(event) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  }
  document.addEventListener("click", turn);
  document.addEventListener("focusin", turn);
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest && event.target.closest("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
