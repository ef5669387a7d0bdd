// Runs before a page's own scripts, in every frame: keeps all that ever stands in it, and touches what words have made.
(() => {
  "use strict";

  const TELLTALE = /xss/i;
  const held = new Set();
  const values = new Map();
  const violations = [];
  const read = [];

  function note(element) {
    const place = element.parentElement?.closest(".prose") ? "prose/" : "";
    const name = place + element.localName;
    held.add(name);
    for (const attribute of element.attributes) {
      held.add(`${name} ${attribute.name}`);
      const key = `${name} ${attribute.name}`;
      if (TELLTALE.test(attribute.value)) values.set(`${key}\n${attribute.value}`, [key, attribute.value]);
    }
    if (element.localName === "template") walk(element.content);
    if (element.shadowRoot) walk(element.shadowRoot);
    try {
      if (element.contentDocument) walk(element.contentDocument);
    } catch { /* another origin's: then a request has told */ }
  }

  function walk(root) {
    if (root.nodeType === Node.ELEMENT_NODE) note(root);
    if (root.querySelectorAll) root.querySelectorAll("*").forEach(note);
  }

  new MutationObserver((records) => {
    for (const record of records) {
      record.addedNodes.forEach(walk);
      if (record.type === "attributes") note(record.target);
    }
  }).observe(document, { childList: true, subtree: true, attributes: true });
  addEventListener("securitypolicyviolation", (event) => {
    violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });

  /** As a pointer, the keyboard and a finger would; a link that leads away is not followed. */
  function touchAll(root) {
    for (const element of root.querySelectorAll("a, button, summary, [tabindex], .prose *, [onclick], [onfocus], [onmouseover]")) {
      for (const kind of ["pointerenter", "pointerover", "mouseover", "mouseenter", "mousemove", "focusin", "beforetoggle"]) {
        element.dispatchEvent(new Event(kind, { bubbles: true }));
      }
      element.focus?.({ preventScroll: true });
      if (!element.closest(".prose")) continue;
      element.addEventListener("click", (event) => event.preventDefault(), { once: true });
      element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    }
    for (const frame of root.querySelectorAll("iframe")) if (frame.contentDocument) touchAll(frame.contentDocument);
  }

  function twins() {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
  }

  const typed = "input:not([type=checkbox], [type=radio], [type=submit]), textarea";
  const standing = () => [...document.querySelectorAll("input, textarea, [title], [aria-label]")];

  Object.defineProperty(window, "__lookout", {
    value: {
      touch: () => touchAll(document),
      parse(html) {
        const parsed = new DOMParser().parseFromString(html, "text/html");
        walk(parsed);
        read.push(parsed.body.textContent);
        return parsed;
      },
      /** HTML as a fragment of this page: what it holds when it is read, and when it was written and is read again. */
      read(html) {
        const parsed = this.parse(html);
        const place = document.createElement("div");
        document.body.append(place);
        place.innerHTML = parsed.body.innerHTML;
        walk(place);
        place.remove();
      },
      take() {
        walk(document);
        const frames = [...document.querySelectorAll("iframe")].map((frame) => frame.contentDocument?.body?.textContent);
        const said = standing().map((element) => `${element.value} ${element.title} ${element.ariaLabel}`);
        return {
          held: [...held],
          values: [...values.values()],
          violations: violations.splice(0),
          twins: twins(),
          words: [...read.splice(0), document.title, document.body.textContent, ...frames, ...said].join("\n"),
          fields: [...document.querySelectorAll(typed)].map((element) => element.name).filter(Boolean),
        };
      },
    },
  });
})();
