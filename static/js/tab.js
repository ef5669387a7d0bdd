/*
 * What this tab holds of somebody's unsaved words is theirs alone. It goes when somebody else signs in here, when it has
 * grown old, when Belfry has it, and at sign-out. Who was signed out is led back to where they were.
 *
 * Entries are made by drafts.js: "draft PERSON ID" -> { at, path, page, step, body }.
 */
(() => {
  "use strict";

  const A_DAY = 24 * 3600 * 1000;
  const person = document.body.dataset.person;

  let store;
  try {
    store = sessionStorage;
  } catch {
    return; // a browser that keeps nothing has nothing to give away
  }

  function entries() {
    return Object.keys(store)
      .filter((key) => key.startsWith("draft"))
      .map((key) => [key, read(store.getItem(key))]);
  }

  function read(text) {
    try {
      return JSON.parse(text) || {};
    } catch {
      return {};
    }
  }

  function wipe(isWiped) {
    for (const [key, entry] of entries()) if (isWiped(key, entry)) store.removeItem(key);
  }

  const field = (name) => document.querySelector(`input[name="${name}"]`);

  /** Whether the page that was just loaded comes from these words, or from later ones of the same writer. */
  function isKnown(entry, seen) {
    const [page, step] = seen.split(".");
    return entry.page === page && entry.step <= Number(step);
  }

  if (person) {
    wipe((key, entry) => !key.startsWith(`draft ${person} `) || !(Date.now() - entry.at < A_DAY));
    const seen = field("draft_seen");
    if (seen && seen.value) wipe((_key, entry) => isKnown(entry, seen.value));
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (new URL(form.action).pathname === "/logout") wipe(() => true);
    // The page that asks whether to send it brings all of it along.
    const draft = !("draft" in form.dataset) && form.querySelector('input[name="draft"]');
    if (draft) store.removeItem(`draft ${person} ${draft.value}`);
  });

  document.addEventListener("belfry:signed-out", () => {
    const draft = field("draft");
    const held = draft && `draft ${person} ${draft.value}` in store;
    const address = (draft && draft.dataset.address) || location.pathname + location.search;
    for (const link of document.querySelectorAll("#signed-out a[data-back]")) {
      link.href = `${link.pathname}?next=${encodeURIComponent(address)}`;
    }
    const words = document.querySelector("#signed-out [data-draft-safe]");
    if (words && draft && (held || draft.dataset.address)) words.hidden = false;
  });
})();
