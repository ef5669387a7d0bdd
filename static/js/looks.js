/*
 * Keeps the preview up to date: the form as it stands is sent into a new frame, which takes the old one's place when it
 * has come. A frame that is new leaves no entry behind that "back" would lead to.
 */
(() => {
  "use strict";

  const place = document.getElementById("looks");
  const form = place && document.getElementById(place.dataset.form);
  if (!form) return;

  const RESTS = 400;
  const TALLEST = 640;
  const buttons = [...place.querySelectorAll("[formtarget]")];
  let frame = place.querySelector("iframe");
  let pressed = buttons[0];
  let coming, timer;
  let count = 0;

  const isAlert = () => form.elements.category.value === "emergency";
  const isSeen = () => place.offsetParent !== null;

  function send(action, target) {
    const letter = document.createElement("form");
    Object.assign(letter, { method: "post", action, target, hidden: true });
    for (const [name, value] of new FormData(form)) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      letter.append(field);
    }
    document.body.append(letter);
    letter.submit();
    letter.remove();
  }

  /** Its height, or nothing when it is none of ours: an error keeps what was there. */
  function heightOf(one) {
    try {
      const { location, documentElement } = one.contentDocument;
      return location.href === "about:blank" ? 0 : documentElement.scrollHeight;
    } catch {
      return 0;
    }
  }

  function look() {
    clearTimeout(timer);
    if (!isSeen()) return;
    if (coming) coming.remove();
    const next = frame.cloneNode();
    count += 1;
    next.name = `look-${count}`;
    next.classList.add("is-coming");
    frame.after(next);
    coming = next;
    next.addEventListener("load", () => next === coming && take(next));
    send(pressed.formAction, next.name);
  }

  function take(next) {
    const height = heightOf(next);
    if (!height) return;
    coming = undefined;
    next.classList.remove("is-coming");
    next.height = Math.min(TALLEST, height);
    if (document.activeElement === frame) next.focus(); // somebody reads it with the keyboard
    frame.remove();
    frame = next;
  }

  function press(button) {
    pressed = button;
    for (const each of buttons) each.setAttribute("aria-pressed", each === button);
    look();
  }

  const plan = () => {
    clearTimeout(timer);
    timer = setTimeout(look, RESTS);
  };

  for (const button of buttons) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      press(button);
    });
  }
  form.addEventListener("input", plan);
  form.addEventListener("change", (event) => {
    if (event.target.name === "category") press(isAlert() ? buttons.at(-1) : buttons[0]);
    else plan();
  });
  document.getElementById("panel")?.addEventListener("toggle", look); // the sheet of a phone
  addEventListener("resize", plan);
  // No style sheet can tell that the focus is inside a frame, so that the keyboard scrolls it.
  for (const kind of ["blur", "focus"]) {
    addEventListener(kind, () => setTimeout(() => frame.classList.toggle("has-focus", document.activeElement === frame)));
  }
  press(isAlert() ? buttons.at(-1) : buttons[0]);
})();
