(() => {
  "use strict";

  const name = (element) => {
    const words = (element.ariaLabel || element.textContent || element.name || "").trim().replace(/\s+/g, " ");
    const kind = (element.getAttribute("class") || "").trim().replace(/\s+/g, ".");
    return `${element.tagName.toLowerCase()}${element.id && `#${element.id}`}${kind && `.${kind}`} "${words.slice(0, 40)}"`;
  };
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const all = (selector) => [...document.querySelectorAll(selector)];
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";

  /* Whether something else is drawn over the middle of it, and not merely its own label or its own surroundings. */
  const isUnder = (one, x, y) => {
    const top = document.elementFromPoint(x, y);
    const isOwn = !top || one.contains(top) || top.contains(one) || [...(one.labels || [])].some((label) => label.contains(top));
    return isOwn ? null : top;
  };

  let order = [];

  /** What Tab has to reach, in the order of the page; of radios with one name it reaches one. The focus goes to the head. */
  function begin() {
    const isOther = (one) => {
      if (one.type !== "radio" || !one.form) return false;
      const group = `[name="${one.name}"]`;
      return one !== (one.form.querySelector(`${group}:checked`) || one.form.querySelector(group));
    };
    const isReachable = (one) =>
      one.checkVisibility({ visibilityProperty: true }) && !one.disabled && !one.closest("[inert]") && one.tabIndex >= 0;
    order = all(`${CONTROLS}, [tabindex], [contenteditable]`).filter((one) => isReachable(one) && !isOther(one));
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
    return { count: order.length, faults: order.filter((one) => one.tabIndex > 0).map((one) => `${name(one)} has a tabindex above 0`) };
  }

  function hasRing(element) {
    return [null, "::before", "::after"].some((part) => {
      const style = getComputedStyle(element, part);
      if (part && ["none", "normal"].includes(style.content)) return false;
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
  }

  function focused() {
    const one = document.activeElement;
    if (one === document.body || one === document.documentElement) return null;
    const box = one.getBoundingClientRect();
    const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
    const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
    const spots = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.8], [0.1, 0.8], [0.9, 0.2]];
    const covers = spots.map(([x, y]) => isUnder(one, left + x * (right - left), top + y * (bottom - top))).filter(Boolean);
    const faults = [];
    if (one.matches("iframe")) return { at: -1, faults }; // the focus is on something inside, and is shown there
    if (![one, one.closest(".box"), one.closest("label")].some((holder) => holder && hasRing(holder))) faults.push("shows no focus");
    if (!isSeen(one)) faults.push("has the focus unseen");
    if (right - left < 1 || bottom - top < Math.min(box.height, innerHeight) / 2) faults.push("has the focus out of sight");
    else if (covers.length > 2) faults.push(`has the focus under ${name(covers[0])}`);
    return { at: order.indexOf(one), faults: faults.map((fault) => `${name(one)} ${fault}`) };
  }

  const names = (places) => places.map((at) => name(order[at]));

  const isPastTheRail = () => location.hash === "#main" && !document.activeElement.closest(".skip, .rail, #strips");

  /** Where words stand that do not fit their box: cut off by one that hides what is over, or spilt over its edge. */
  function cut(allowed) {
    const faults = [];
    const range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const holder = node.parentElement;
      if (!node.data.trim() || holder.closest(`${allowed}, .sr, .skip, svg, template, script, noscript, textarea, select`) || !isSeen(holder)) continue;
      range.selectNodeContents(node);
      const words = range.getBoundingClientRect();
      let isHolder = true;
      for (let box = holder; box && box !== document.body; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (["inline", "contents"].includes(style.display)) continue;
        const edge = box.getBoundingClientRect();
        const isWider = words.left < edge.left - 1 || words.right > edge.right + 1;
        const isHigher = words.top < edge.top - 3 || words.bottom > edge.bottom + 3;
        const hides = (way) => ["hidden", "clip"].includes(way);
        if (isWider && (isHolder || hides(style.overflowX))) faults.push(`${name(holder)} is too wide for ${name(box)}`);
        if (isHigher && (isHolder || hides(style.overflowY))) faults.push(`${name(holder)} is too high for ${name(box)}`);
        if (faults.length && (isWider || isHigher)) break;
        if (/auto|scroll/.test(style.overflowX + style.overflowY) || style.position === "fixed") break;
        isHolder = false;
      }
    }
    return faults;
  }

  function room(allowed) {
    document.activeElement.blur();
    const faults = cut(allowed);
    const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wider > 0) {
      const out = all("body *").filter((one) => isSeen(one) && one.getBoundingClientRect().right > innerWidth + 1);
      faults.push(`the page is ${wider} px wider than its window: ${out.slice(-2).map(name)}`);
    }
    for (const one of all(CONTROLS)) {
      if (!isSeen(one) || one.closest(".sr, .skip") || one.getBoundingClientRect().width < 2) continue;
      one.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
      const box = one.getBoundingClientRect();
      const over = isUnder(one, box.x + box.width / 2, box.y + box.height / 2);
      if (over) faults.push(`${name(one)} lies under ${name(over)}`);
    }
    scrollTo({ top: 0, behavior: "instant" });
    return faults;
  }

  function space(css) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
  }

  function ear() {
    const faults = [];
    for (const selector of ["main", "h1"]) {
      const found = all(selector).filter((one) => one.checkVisibility());
      if (found.length !== 1) faults.push(`${found.length} of ${selector}`);
    }
    const words = (one) => {
      const ids = (one.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
      return one.ariaLabel || ids.map((id) => document.getElementById(id)?.textContent.trim() || "").join(" ");
    };
    const spoken = new Set();
    for (const one of all("nav, aside, dialog, [role=group], [role=region]")) {
      if (!words(one)) faults.push(`${name(one)} has no name`);
      else if (one.matches("nav") && spoken.has(words(one))) faults.push(`two are called ${words(one)}`);
      spoken.add(words(one));
    }
    for (const kind of ["aria-labelledby", "aria-describedby", "aria-controls"]) {
      for (const one of all(`[${kind}]`)) {
        for (const id of one.getAttribute(kind).split(/\s+/).filter(Boolean)) {
          if (!document.getElementById(id)) faults.push(`${kind} of ${name(one)} is nowhere: ${id}`);
        }
      }
    }
    const ids = all("[id]").map((one) => one.id);
    ids.filter((id, at) => ids.indexOf(id) !== at).forEach((id) => faults.push(`more than one #${id}`));
    const levels = all("h1, h2, h3, h4").filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]));
    levels.forEach((level, at) => at && level > levels[at - 1] + 1 && faults.push(`a heading of level ${level} after ${levels[at - 1]}`));
    const title = document.title.split(" · ");
    if (!title[0] || title[0] === "Belfry" || title.at(-1) !== "Belfry") faults.push(`the title does not name the page: ${document.title}`);
    if (document.querySelector(".rail")) {
      // A region that comes together with its words is not announced.
      for (const id of ["toasts", "strips"]) {
        if (!document.querySelector(`#${id}[aria-live=polite]`)) faults.push(`nothing would announce what comes to #${id}`);
      }
    }
    return faults;
  }

  function colours() {
    const faults = [];
    const hasEdge = (style) => parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none";
    for (const one of all(".btn, input:not([type=checkbox], [type=radio], [type=hidden]), select, textarea, .pick")) {
      const holder = one.closest(".box") || one.closest(".picks, .token") && one;
      if (isSeen(one) && ![one, holder].some((each) => each && hasEdge(getComputedStyle(each)))) faults.push(`${name(one)} has no edge`);
    }
    const canvas = getComputedStyle(document.documentElement).backgroundColor;
    const isPainted = (style) => !["none", "normal"].includes(style.content) && !/^rgba.*, 0\)$/.test(style.backgroundColor) && style.backgroundColor !== "rgb(255, 255, 255)";
    for (const one of all("[aria-current], [aria-pressed=true], [data-unread]")) {
      if (!isSeen(one)) continue;
      const isOutlined = getComputedStyle(one).outlineStyle !== "none";
      const parts = [one, ...one.querySelectorAll("a")].flatMap((each) => ["::before", "::after"].map((part) => getComputedStyle(each, part)));
      if (!isOutlined && !parts.some(isPainted)) faults.push(`${name(one)} is not told from others on ${canvas}`);
    }
    return faults;
  }

  window.senses = { begin, focused, names, isPastTheRail, room, space, ear, colours };
})();
