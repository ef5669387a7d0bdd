/*
 * "3 new": what comes while a list is open waits until its reader asks for it, so that no line ever moves from under a
 * finger. Only an empty list, in which nothing can move, asks by itself. What the list would not show is left to a toast.
 * The server puts the list together anew, for only there stands where a new line belongs.
 */
(() => {
  "use strict";

  const link = document.querySelector("#newer a");
  if (!link) return;

  const LATEST_ASK = 3_000;
  const SAMPLES = [0, 1, 2, 3, 11, 100]; // one for each plural form of any language: see _newer.html
  const waiting = new Set();
  let asked = [];

  const list = () => document.getElementById("list");

  function belongs(line) {
    if (!("takesNews" in list().dataset)) return false;
    const facets = JSON.parse(line.dataset.facets || "{}");
    const wanted = Object.entries(JSON.parse(list().dataset.wanted));
    return wanted.every(([name, value]) => facets[name]?.includes(value));
  }

  /** The words that go with a number, of those that the page brought along. */
  function words(holder, number, said = number) {
    const rules = new Intl.PluralRules(document.documentElement.lang);
    const form = SAMPLES.findIndex((sample) => rules.select(sample) === rules.select(number));
    return holder.dataset.words.split("|").at(form).replace("{count}", said);
  }

  function show() {
    link.querySelector("span").textContent = words(link, waiting.size);
    link.hidden = waiting.size === 0;
  }

  /** The number at the inbox's own place stands in the title, too. */
  function retitle(said) {
    const number = parseInt(said, 10) || 0;
    const holder = link.parentElement;
    const rest = document.title.split(" · ").slice(1);
    document.title = [number ? words(holder, number, said) : holder.dataset.none, ...rest].join(" · ");
  }

  /** All empty inboxes of a school must not ask in the same moment. */
  function askAlone() {
    setTimeout(() => list().querySelector(".line") || link.click(), LATEST_ASK * Math.random());
  }

  document.addEventListener("belfry:news", (event) => {
    if (event.defaultPrevented || !belongs(event.detail)) return;
    event.preventDefault();
    waiting.add(event.detail.dataset.notification);
    show();
    if (!list().querySelector(".line")) askAlone();
  });

  // Taken back before it was read.
  document.addEventListener("belfry:gone", (event) => waiting.delete(event.detail) && show());

  document.addEventListener("htmx:oobAfterSwap", ({ target }) => target.id === "inbox-badge" && retitle(target.textContent));

  // Much was changed at once, on another page of theirs ("Mark all read"): how are the lines now that stand here?
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.id !== "lines-changed") return;
    for (const line of list().querySelectorAll(".line")) detail.formData.append("id", line.dataset.notification);
  });

  link.addEventListener("htmx:beforeRequest", () => (asked = [...waiting]));
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.requestConfig?.elt !== link) return;
    const hadFocus = document.activeElement === link;
    for (const id of asked) waiting.delete(id);
    show();
    const first = asked.map((id) => document.getElementById(`n-${id}`)).filter(Boolean).pop();
    if (hadFocus && first) first.querySelector(".line-title").focus({ preventScroll: true });
  });
})();
