/*
 * Much changed at once, on another page of theirs ("Mark all read"): asks how the lines that stand here are now.
 */
(() => {
  "use strict";

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.id !== "lines-changed") return;
    for (const line of document.querySelectorAll("#list .line")) detail.formData.append("id", line.dataset.notification);
  });
})();
