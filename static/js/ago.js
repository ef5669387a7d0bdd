/*
 * "8 minutes ago" grows old on a page that stays. The words are the server's own and come with the page, for the
 * browser's might be others, and then all of them would jump; so is the time, for many a phone's clock is wrong.
 */
(() => {
  "use strict";

  const EVERY = 30_000;
  const UNITS = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ];
  if (!document.body.dataset.ago) return;

  const ways = JSON.parse(document.body.dataset.ago);
  const kinds = new Intl.PluralRules(document.documentElement.lang);
  const wrong = Date.now() - ways.at;
  let timer;

  /** In whole units that have passed, as app/web/ago.py says it. */
  function words(seconds, length) {
    const found = UNITS.find(([, long]) => seconds >= long);
    if (!found) return ways.now;
    const count = Math.floor(seconds / found[1]);
    const forms = ways[length][found[0]];
    return (forms[kinds.select(count)] ?? forms.other).replace("{}", count);
  }

  function tick() {
    const moment = Date.now() - wrong;
    // Where news is read out, time would be too.
    for (const time of document.querySelectorAll("time[data-ago]:not([aria-live] *)")) {
      const said = words((moment - Date.parse(time.dateTime)) / 1000, time.dataset.ago);
      if (time.textContent !== said) time.textContent = said;
    }
  }

  function turn() {
    clearInterval(timer);
    if (document.hidden) return;
    tick();
    timer = setInterval(tick, EVERY);
  }

  document.addEventListener("visibilitychange", turn);
  addEventListener("pageshow", turn);
})();
