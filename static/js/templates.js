/*
 * A ready text is put into the form without leaving the page; what somebody has typed is not overwritten unasked. The
 * first placeholder that only they can fill is selected, so that the next key takes its place; here and in the text.
 */
(() => {
  "use strict";

  const ready = document.getElementById("ready");
  const form = ready && ready.closest("form");
  const question = document.getElementById("ready-asks");
  const done = document.getElementById("ready-done");
  if (!form || !question || !question.showModal) return;

  const PLACEHOLDER = /\{[a-z]+\}/;
  const ALL = /\{[a-z]+\}/g;
  const field = (name) => form.elements.namedItem(name);
  const literally = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  let given = { title: "", body: "" };
  let putIn = given;

  const isTyped = () => ["title", "body"].some((name) => field(name).value.trim() && field(name).value !== putIn[name]);

  function ask() {
    question.showModal();
    return new Promise((answer) => {
      question.onclick = ({ target }) => target.value && question.close(target.value);
      question.onclose = () => answer(question.returnValue === "replace");
      question.returnValue = "";
    });
  }

  function put(name, value) {
    field(name).value = value;
    field(name).dispatchEvent(new Event("input", { bubbles: true }));
  }

  function choose(category) {
    const radio = form.querySelector(`[name="category"][value="${category}"]`);
    if (!radio || radio.checked) return;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** An alarm that is for nobody yet is for the whole school: one step less for somebody in a hurry. */
  function address(category) {
    if (category !== "emergency" || form.querySelector('[name="include"]:checked')) return;
    form.querySelector(`[name="include"][value="${ready.dataset.everybody}"]`)?.click();
  }

  function select() {
    for (const name of ["title", "body"]) {
      const found = PLACEHOLDER.exec(field(name).value);
      if (found) {
        field(name).focus();
        field(name).setSelectionRange(found.index, found.index + found[0].length);
        return;
      }
    }
  }

  /** What takes a placeholder's place in the title stands in the text too, as long as nobody has touched the text. */
  function mirror() {
    const names = given.title.match(ALL) || [];
    if (!names.length || field("body").value !== putIn.body) return;
    const found = new RegExp(`^${given.title.split(ALL).map(literally).join("(.+?)")}$`).exec(field("title").value);
    if (!found) return;
    putIn.body = names.reduce((text, name, at) => text.replaceAll(name, () => found[at + 1]), given.body);
    if (putIn.body !== field("body").value) put("body", putIn.body);
  }

  async function use(button) {
    const answer = await fetch(button.dataset.from, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(answer.status);
    const words = await answer.json();
    if (isTyped() && !(await ask())) return;
    choose(words.category);
    address(words.category);
    put("title", words.title);
    put("body", words.body);
    given = { title: words.title, body: words.body };
    putIn = { ...given };
    done.textContent = done.dataset.words;
    select();
  }

  field("title").addEventListener("input", mirror);
  ready.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-from]");
    if (!button) return;
    event.preventDefault();
    // Without an answer the form goes the way it goes without scripts.
    use(button).catch(() => form.requestSubmit(button));
  });
})();
