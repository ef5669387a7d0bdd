/*
 * What just happened and what just came: lines in #toasts, whoever put them there. Each stays long enough, waits while it
 * is looked at, can be closed, and stands where it does not cover what has the focus. News is offered to the page first
 * (`belfry:news`, detail: the line): one that can show it in a better place takes it, by preventDefault. What was taken
 * back is told as `belfry:gone` (detail: its id).
 */
(() => {
  "use strict";

  const place = document.getElementById("toasts");
  if (!place) return;

  const LASTS = 8_000; // a sentence and its link; what can be undone, and what failed, half as long again
  const MOST = 3;
  const TICK = 250;

  const more = template("more");
  let folded = 0;
  let timer;
  let cameFrom = null; // what had the focus before a toast did

  function template(name) {
    return document.querySelector(`template[data-toast="${name}"]`)?.content.firstElementChild.cloneNode(true);
  }

  const toasts = () => [...place.children].filter((line) => line.dataset.left);

  /** Look after what has come. */
  function take(line) {
    if (line.dataset.gone) return forget(line);
    if (line.dataset.left || line === more || line.hidden) return;
    if (line.dataset.notification && !isNews(line)) return line.remove();
    const isImportant = line.querySelector("form") || line.matches(".toast-bad");
    line.dataset.left = isImportant ? LASTS * 1.5 : LASTS;
    const close = template("close");
    if (close) line.append(close);
    timer ??= setInterval(tick, TICK);
  }

  /** Taken back before it was read: as if it had never come. */
  function forget(mark) {
    place.querySelector(`[data-notification="${mark.dataset.gone}"]`)?.remove();
    document.dispatchEvent(new CustomEvent("belfry:gone", { detail: mark.dataset.gone }));
    mark.remove();
  }

  /** Not what the page shows already, nor what it will show elsewhere, nor what stands over it or above it. */
  function isNews(line) {
    const stands = (where) => document.querySelector(`${where} [data-notification="${line.dataset.notification}"]`);
    if (stands("#main")) return false;
    const isWanted = !document.dispatchEvent(new CustomEvent("belfry:news", { detail: line, cancelable: true }));
    return !isWanted && !stands("#alerts") && !stands("#strips");
  }

  /** Time passes only while somebody can see it, and not under a pointer or the keyboard. */
  function tick() {
    if (document.hidden || place.matches(":hover, :focus-within") || document.querySelector("#alerts > dialog")) return;
    for (const line of toasts()) {
      line.dataset.left -= TICK;
      if (line.dataset.left <= 0) line.remove();
    }
  }

  /** Three at most: of more than that the oldest news is only counted. It stands in the inbox. */
  function fold() {
    const all = toasts();
    const old = [...all.filter((line) => line.dataset.notification), ...all].slice(0, Math.max(0, all.length - MOST));
    for (const line of old) {
      if (line.dataset.notification) folded += 1;
      line.remove();
    }
    if (!toasts().length) rest();
    if (more && folded) {
      more.querySelector(".count").textContent = folded;
      if (place.firstElementChild !== more) place.prepend(more);
    }
  }

  function rest() {
    folded = 0;
    more?.remove();
    clearInterval(timer);
    timer = undefined;
  }

  /** At the foot of the page, or at its head when something there has the focus: nobody writes under a toast. */
  function keepClear() {
    const focused = document.activeElement;
    place.classList.remove("toasts-above");
    if (!focused || focused === document.body || place.contains(focused) || !place.children.length) return;
    const [mine, theirs] = [place.getBoundingClientRect(), focused.getBoundingClientRect()];
    const isCovered = theirs.bottom > mine.top && theirs.right > mine.left && theirs.left < mine.right;
    place.classList.toggle("toasts-above", isCovered || isTypedByFinger(focused));
  }

  /** Then a keyboard lies over the foot of the page. */
  function isTypedByFinger(field) {
    return matchMedia("(max-width: 639px)").matches && field.matches("input:not([type=checkbox], [type=radio]), textarea");
  }

  function close(line) {
    const hadFocus = line.contains(document.activeElement);
    const next = line.nextElementSibling || line.previousElementSibling;
    line.remove();
    if (!hadFocus) return;
    const target = next?.querySelector("[data-close]") || cameFrom;
    if (target?.isConnected) target.focus({ preventScroll: true });
  }

  place.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) close(event.target.closest("#toasts > *"));
  });
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(event.target.closest("#toasts > *"));
  });
  place.addEventListener("focusin", (event) => {
    if (!place.contains(event.relatedTarget)) cameFrom = event.relatedTarget;
  });
  document.addEventListener("focusin", keepClear);

  /** Words that the page brought along in <template data-toast="...">; once at a time. */
  document.addEventListener("belfry:mishap", (event) => {
    const line = template(event.detail);
    if (!line || place.querySelector(`[data-mishap="${event.detail}"]`)) return;
    line.dataset.mishap = event.detail;
    place.append(line);
  });

  function sync() {
    [...place.children].forEach(take);
    fold();
    keepClear();
  }

  new MutationObserver(sync).observe(place, { childList: true });
  sync();
})();
