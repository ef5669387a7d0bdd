/*
 * Whatever is found in the tab when a page loads has never arrived, or drafts.js had taken it out. It is sent now, and the
 * page is asked for again, with all of it in its place. Until then nothing can be typed that would be gone with the page,
 * nor take its place in the tab.
 */
(() => {
  "use strict";

  const AGAIN = [2000, 5000, 15_000, 30_000];
  const OWN = ["csrf_token", "draft", "draft_page", "draft_step", "draft_seen", "idempotency_key"]; // as in drafts.js
  const person = document.body.dataset.person;
  const form = document.querySelector("form[data-draft]");
  if (!form || !person) return;

  const RESTORED = `draft ${person} restored`;
  const mark = (name) => form.elements.namedItem(name).value;
  const tell = (detail) => form.dispatchEvent(new CustomEvent("belfry:draft-told", { detail }));

  function inTab(act) {
    try {
      return act(sessionStorage);
    } catch {
      return undefined;
    }
  }

  function send(body) {
    const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
    headers["Content-Type"] = "application/x-www-form-urlencoded;charset=UTF-8";
    return fetch(form.dataset.draft, { method: "POST", headers, body });
  }

  /** Whether this very page was made from them, as a form that came back with its errors, or says the very same. */
  function isHere({ page, step, body }) {
    const [seenPage, seenStep] = mark("draft_seen").split(".");
    const words = new URLSearchParams(new FormData(form));
    for (const name of OWN) words.delete(name);
    return (page === seenPage && step <= Number(seenStep)) || body.startsWith(`${words}&`);
  }

  /** Of this very draft or, where a new one is begun, of one just as new. */
  function isOfThis([name, entry]) {
    const isNew = !mark("draft_seen") && entry.isFirst && entry.path === location.pathname;
    return isNew || name === `draft ${person} ${mark("draft")}`;
  }

  /** The latest first. */
  function held() {
    const all = inTab((tab) => Object.keys(tab).map((name) => [name, tab.getItem(name)])) || [];
    return all
      .filter(([name]) => name.startsWith(`draft ${person} `))
      .map(([name, entry]) => [name, JSON.parse(entry)])
      .filter(([, entry]) => entry.body && !isHere(entry))
      .sort(([, one], [, other]) => other.at - one.at);
  }

  /** The answer and what it says; nothing when the network, or Belfry, is not there now. */
  async function ask(body) {
    try {
      const answer = await send(body);
      return answer.status < 500 && answer.status !== 429 ? [answer, await answer.text()] : [];
    } catch {
      return [];
    }
  }

  async function restore(one, failures = 0) {
    const [name, entry] = one;
    form.inert = true;
    const [answer, html] = await ask(entry.body);
    if (!answer) {
      tell({ words: "offline" });
      return setTimeout(() => restore(one, failures + 1), AGAIN[Math.min(failures, AGAIN.length - 1)]);
    }
    const state = new DOMParser().parseFromString(html, "text/html").getElementById("draft-state");
    if (answer.ok && state && state.dataset.address) {
      inTab((tab) => {
        tab.removeItem(name);
        tab.setItem(RESTORED, JSON.stringify({ at: Date.now(), how: state.dataset.state }));
      });
      return location.replace(state.dataset.address);
    }
    form.inert = false;
    return tell(answer.status === 422 ? { html } : { words: answer.status === 401 ? "kept" : "stale" });
  }

  function greet() {
    const note = inTab((tab) => tab.getItem(RESTORED));
    if (!note) return;
    inTab((tab) => tab.removeItem(RESTORED));
    const words = form.querySelector(`[data-draft-restored="${JSON.parse(note).how}"]`);
    if (words) words.hidden = false;
  }

  async function deliver([name, entry]) {
    const [answer] = await ask(entry.body);
    if (answer && answer.ok) inTab((tab) => tab.removeItem(name));
  }

  // The buttons that send it stand outside the form, where nothing is inert.
  form.addEventListener("submit", (event) => form.inert && event.preventDefault());
  const all = held();
  const here = all.find(isOfThis);
  for (const each of all) if (!isOfThis(each)) deliver(each);
  if (here) restore(here);
  else greet();
})();
