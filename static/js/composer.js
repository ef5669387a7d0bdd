/*
 * Who it is for: what is ticked stands as tokens, and what a search finds is ticked from the keyboard. The boxes are
 * the truth and are what is sent; without this script they are simply there to be ticked.
 */
(() => {
  "use strict";

  const place = document.getElementById("audience");
  if (!place) return;

  const [tokens, said, named, found] = ["tokens", "tokens-said", "named", "found"].map((id) => document.getElementById(id));
  const search = place.querySelector("[type=search]");
  const form = place.closest("form");
  const OTHER = { include: "exclude", exclude: "include" };

  const fill = (words, what) => words.replace("{}", what);
  const boxes = () => [...place.querySelectorAll(".audiences input, #named input")];
  const ticked = () => boxes().filter((box) => box.checked);
  const find = (name, value) => boxes().find((box) => box.name === name && box.value === value);
  const wordsOf = (box) => box.parentElement.textContent.trim();

  /** The box of something that no list offers, such as a person. */
  function make(name, value, words) {
    const [label, box, text] = ["label", "input", "span"].map((tag) => document.createElement(tag));
    Object.assign(box, { type: "checkbox", name, value });
    text.textContent = words;
    label.append(box, text);
    named.append(label);
    return box;
  }

  /** Nobody is both in it and left out of it. */
  function tick(box, isTicked) {
    box.checked = isTicked;
    const other = find(OTHER[box.name], box.value);
    if (isTicked && other) other.checked = false;
    said.textContent = fill(said.dataset[isTicked ? box.name : "removed"], wordsOf(box));
    show();
  }

  function token(box) {
    const [line, words, button] = ["li", "span", "button"].map((tag) => document.createElement(tag));
    line.className = box.name === "exclude" ? "token token-not" : "token";
    words.textContent = box.name === "exclude" ? fill(tokens.dataset.except, wordsOf(box)) : wordsOf(box);
    Object.assign(button, { type: "button", className: "token-remove" });
    button.setAttribute("aria-label", fill(tokens.dataset.remove, wordsOf(box)));
    button.append(document.getElementById("token-x").content.cloneNode(true));
    button.addEventListener("click", () => remove(box, line));
    line.append(words, button);
    return line;
  }

  function remove(box, line) {
    const place = [...tokens.children].indexOf(line);
    tick(box, false);
    const next = tokens.children[Math.min(place, tokens.children.length - 1)];
    (next ? next.querySelector("button") : search).focus();
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show() {
    const chosen = ticked().sort((one, other) => other.name.localeCompare(one.name));
    tokens.replaceChildren(...chosen.map(token));
    tokens.hidden = !chosen.length;
    for (const box of found.querySelectorAll("input")) box.checked = chosen.some((one) => one.name === box.name && one.value === box.value);
    for (const group of place.querySelectorAll(".audience")) {
      const count = group.querySelector(".count");
      count.textContent = group.querySelectorAll(":checked").length;
      count.hidden = count.textContent === "0";
    }
  }

  // Before htmx hears of the change and sends the form.
  place.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox") return;
    const isFound = found.contains(box);
    const words = isFound ? box.closest("li").querySelector("b").textContent : "";
    tick(isFound ? find(box.name, box.value) || make(box.name, box.value, words) : box, box.checked);
  });

  // The boxes of a search only mirror, and the words looked for are nobody's business: neither is sent. But where the
  // form itself must ask, without htmx, it takes them along.
  let isAsking = false;
  form.addEventListener("submit", () => (isAsking = !window.htmx));
  form.addEventListener("formdata", ({ formData }) => {
    if (!isAsking) formData.delete(search.name);
    for (const name of Object.keys(OTHER)) {
      formData.delete(name);
      for (const box of ticked()) if (box.name === name) formData.append(name, box.value);
    }
  });

  /** Enter looks at once, the arrows walk through what was found and along a line of it, Esc leads back. */
  function walk(event) {
    const all = [...found.querySelectorAll("input")];
    const at = all.indexOf(document.activeElement);
    const along = at < 0 ? 0 : at % 2 ? -1 : 1; // to the other of a line's two, whichever way a language runs
    const step = { ArrowDown: at < 0 ? 1 : 2, ArrowUp: -2, ArrowLeft: along, ArrowRight: along }[event.key];
    const target = step && all[at + step];
    if (event.key === "Enter" && at < 0 && !window.htmx) return;
    if (event.key === "Enter" && at < 0) search.dispatchEvent(new Event("search"));
    else if (event.key === "Enter") document.activeElement.click();
    else if (step && (target || at >= 0)) (target || search).focus();
    else if (event.key === "Escape" && at >= 0) search.focus();
    else return;
    event.preventDefault();
  }
  place.querySelector(".finder").addEventListener("keydown", walk);
  new MutationObserver(show).observe(found, { childList: true });

  for (const label of place.querySelectorAll("#chosen .pick")) document.getElementById(label.dataset.home).append(label);
  document.getElementById("chosen")?.remove();
  show();
  // Without htmx the search and the count stay buttons.
  document.addEventListener("DOMContentLoaded", () => window.htmx && (document.querySelector(".composer").dataset.live = ""));
})();
