/*
 * Tells Belfry which alerts have stood before a reader. Until that is known to have come, it is told again: an alert
 * that somebody saw must not end as "offline" because a line broke.
 */
(() => {
  "use strict";

  const TOGETHER_WITHIN = 100;
  const MOST_AT_ONCE = 100; // what the server takes of one message

  const page = document.body.dataset;
  const waiting = new Set();
  const said = new Set(); // not known to have come: a socket does not say what arrived
  let line; // a socket; null while there are only requests; undefined while there is neither
  let timer;

  function plan() {
    timer ??= setTimeout(tell, TOGETHER_WITHIN);
  }

  async function tell() {
    timer = undefined;
    const ids = [...waiting].slice(0, MOST_AT_ONCE);
    if (!ids.length || line === undefined || (line && line.readyState !== WebSocket.OPEN)) return;
    const words = JSON.stringify({ receipts: ids });
    move(ids, waiting, said);
    if (line) line.send(words);
    else if (await isTaken(words)) for (const id of ids) said.delete(id);
    else return move(ids, said, waiting); // and told again with the next answer that does come
    if (waiting.size) plan();
  }

  function move(ids, from, to) {
    for (const id of ids) {
      from.delete(id);
      to.add(id);
    }
  }

  async function isTaken(body) {
    const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "Content-Type": "application/json" };
    try {
      return (await fetch(page.receiptsUrl, { method: "POST", headers, body })).ok;
    } catch {
      return false;
    }
  }

  document.addEventListener("belfry:alert", (event) => {
    waiting.add(event.detail);
    plan();
  });
  document.addEventListener("belfry:line", (event) => {
    if (line !== event.detail) move([...said], said, waiting);
    line = event.detail;
    tell();
  });
  document.addEventListener("belfry:signed-out", () => {
    waiting.clear();
    said.clear();
  });
})();
