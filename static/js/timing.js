/*
 * "Now" or "later": a day that was given and is not meant any more is not sent, and is still there when it is meant
 * again. Without this script the server asks which of the two is right.
 */
(() => {
  "use strict";

  const place = document.getElementById("timing");
  if (!place) return;

  const field = place.querySelector('[name="scheduled_for"]');
  const later = place.querySelector('[name="when"][value="later"]');

  const show = () => (field.disabled = !later.checked);
  place.addEventListener("change", show);
  show();
})();
