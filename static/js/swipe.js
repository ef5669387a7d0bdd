/*
 * A line of the inbox is put away by a finger that draws it aside, as its "Archive" button does; "Undo" comes with the
 * answer. A finger that moves up or down scrolls, and one that begins at the edge goes back, as everywhere.
 */
(() => {
  "use strict";

  const BEGINS = 12;
  const EDGE = 24;
  const CLICKS_WITHIN = 40;
  const FAR_ENOUGH = 0.35; // of the line's width

  let line = null; // under the finger
  let start = null;
  let moved = 0;
  let isDrawn = false;

  const buttonOf = (of) => of.querySelector('[data-act="archive"]:enabled');

  function draw(distance) {
    moved = distance;
    // Not on the line: htmx carries a style attribute over to the line that follows, which the CSP forbids.
    document.documentElement.style.setProperty("--swipe", `${distance}px`);
    document.documentElement.style.setProperty("--uncovered", `${Math.abs(distance)}px`);
    const isRightToLeft = getComputedStyle(line).direction === "rtl";
    line.dataset.swipe = distance < 0 === isRightToLeft ? "start" : "end"; // the side that is uncovered
    line.toggleAttribute("data-swipe-far", isFar());
  }

  const isFar = () => Math.abs(moved) > line.offsetWidth * FAR_ENOUGH;

  function letGo() {
    if (line) {
      line.removeAttribute("data-swipe");
      line.removeAttribute("data-swipe-far");
    }
    line = start = null;
    moved = 0;
    isDrawn = false;
  }

  document.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return letGo();
    const under = event.pointerType === "touch" && event.target.closest("#list .line");
    const isAtEdge = event.clientX < EDGE || event.clientX > innerWidth - EDGE;
    if (!under || isAtEdge || !buttonOf(under)) return;
    line = under;
    line.dataset.swipeWords = buttonOf(line).title;
    start = event;
  });

  document.addEventListener("pointermove", (event) => {
    if (!line || event.pointerId !== start.pointerId) return;
    const [x, y] = [event.clientX - start.clientX, event.clientY - start.clientY];
    if (!isDrawn && Math.abs(y) > BEGINS) return letGo();
    if (!isDrawn && Math.abs(x) < BEGINS) return;
    isDrawn = true;
    draw(x);
  });

  document.addEventListener("pointerup", () => {
    if (!line) return;
    const [button, isMeant] = [buttonOf(line), isDrawn && isFar()];
    if (isDrawn) addEventListener("click", ignore, true);
    letGo();
    setTimeout(() => {
      removeEventListener("click", ignore, true);
      if (isMeant && button) button.click();
    }, CLICKS_WITHIN);
  });

  /** The click of this very finger, if its browser makes one. */
  function ignore(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  document.addEventListener("pointercancel", letGo);
})();
