/*
 * The page's line to Belfry: one socket, and requests every 15 s when sockets cannot be had.
 *
 * Not htmx-ext-ws: it reconnects by a timer that nobody can cancel, so "back online" opens a second socket beside the
 * one being opened; a socket given up as silent still reports its end later, and that closes the new one; it asks for
 * ever where it gets 401. What comes is swapped by htmx all the same, and in one way for socket and request alike.
 */
(() => {
  "use strict";

  const RESTART = 1012;
  const SIGNED_OUT = 4001;
  const HEARTBEAT_WITHIN = 30_000;
  const SILENT_AFTER = 2 * HEARTBEAT_WITHIN; // a phone's line dies without a word
  const OPENS_WITHIN = 10_000;
  const POLL_EVERY = 15_000;
  const LONGEST_PAUSE = 10_000;
  const TRIES_BEFORE_POLLING = 2;

  const page = document.body.dataset;
  if (!page.cursor || !page.liveUrl || !window.htmx) return;

  const mark = document.createElement("i");
  mark.id = "live-cursor";
  mark.hidden = true;
  mark.dataset.cursor = page.cursor;
  document.body.append(mark);

  let socket = null;
  let failures = 0;
  let heardAt = Date.now();
  let isOver = false;
  const typedInto = new Set(); // forms whose words have gone nowhere yet
  let isBehind = false;
  let openTimer, silenceTimer, pollTimer;

  /** How far the page has got. The mark is replaced by what comes, so it is looked up each time. */
  const cursor = () => document.getElementById("live-cursor").dataset.cursor;

  function show(state) {
    const line = document.getElementById("live-state");
    const shown = isBehind && state !== "offline" ? "still" : state;
    if (line && line.dataset.state !== shown) line.dataset.state = shown;
  }

  /** For receipts.js: there is a line, by this socket or by requests alone. */
  const tellOfLine = (by) => document.dispatchEvent(new CustomEvent("belfry:line", { detail: by }));

  function address(path, scheme) {
    const url = new URL(path, location.href);
    url.protocol = location.protocol.replace("http", scheme);
    url.host = location.host;
    url.searchParams.set("cursor", cursor());
    for (const topic of (page.topics || "").split(" ").filter(Boolean)) url.searchParams.append("topic", topic);
    return url;
  }

  function take(html) {
    htmx.swap(document.body, fitting(html), { swapStyle: "none" });
    if ("reload" in document.getElementById("live-cursor").dataset) startAnew();
  }

  /** Without what would take the place of something that is not on this page: a line of a list that is not shown. */
  function fitting(html) {
    const parts = document.createElement("template");
    parts.innerHTML = html;
    for (const part of parts.content.querySelectorAll('[hx-swap-oob="true"], [hx-swap-oob="delete"]')) {
      if (!document.getElementById(part.id)) part.remove();
    }
    return parts.innerHTML;
  }

  /**
   * Too much was missed to be told piece by piece. What somebody has typed is worth more than that: their page goes on
   * from here, for the next emergency must reach it, and says that it is not up to date.
   */
  function startAnew() {
    if ([...typedInto].some((form) => form.isConnected)) {
      delete document.getElementById("live-cursor").dataset.reload;
      isBehind = true;
      show("still");
    } else {
      stop();
      location.reload();
    }
  }

  function stop() {
    isOver = true;
    clearTimeout(openTimer);
    clearTimeout(silenceTimer);
    clearTimeout(pollTimer);
    drop();
  }

  /** Forget the socket: whatever it still reports concerns nobody. */
  function drop() {
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  }

  function open() {
    clearTimeout(openTimer);
    if (isOver) return;
    drop();
    socket = new WebSocket(address(page.liveUrl, "ws"));
    socket.onopen = opened;
    socket.onmessage = (event) => {
      listen(SILENT_AFTER);
      take(event.data);
    };
    socket.onclose = (event) => closed(event.code);
    listen(OPENS_WITHIN);
    if (failures < TRIES_BEFORE_POLLING) show("connecting");
  }

  function opened() {
    failures = 0;
    clearTimeout(pollTimer);
    pollTimer = undefined;
    listen(SILENT_AFTER);
    show("live");
    tellOfLine(socket);
  }

  function listen(patience) {
    heardAt = Date.now();
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(() => closed(), patience);
  }

  function closed(code) {
    clearTimeout(silenceTimer);
    drop();
    if (isOver) return;
    if (code === SIGNED_OUT) return stop();
    failures += 1;
    if (failures >= TRIES_BEFORE_POLLING) startPolling();
    else show("connecting");
    openTimer = setTimeout(open, pause(code));
  }

  /** Spread, so that a school full of pages does not come back in the same second, least of all to a new process. */
  function pause(code) {
    const longest = code === RESTART ? LONGEST_PAUSE / 2 : Math.min(LONGEST_PAUSE, 500 * 2 ** failures);
    const shortest = code === RESTART ? 0 : longest / 2;
    return shortest + (longest - shortest) * Math.random();
  }

  function startPolling() {
    if (pollTimer === undefined) poll();
  }

  async function poll() {
    clearTimeout(pollTimer);
    pollTimer = setTimeout(poll, POLL_EVERY);
    try {
      await ask();
    } catch {
      show("offline");
    }
  }

  async function ask() {
    const answer = await fetch(address(page.sinceUrl, "http"), { headers: { "HX-Request": "true" } });
    const text = await answer.text();
    if (isOver) return;
    if (answer.status === 401) {
      stop();
      if (text) take(text);
      else location.assign(answer.headers.get("HX-Redirect") || location.href);
    } else if (answer.ok) {
      const line = socket && socket.readyState === WebSocket.OPEN ? socket : null;
      show(line ? "live" : "polling");
      if (text) take(text);
      else document.getElementById("live-cursor").dataset.cursor = answer.headers.get("Live-Cursor") || cursor();
      tellOfLine(line);
    } else {
      show("offline");
    }
  }

  document.addEventListener("belfry:signed-out", stop);
  document.addEventListener("input", (event) => {
    if (event.target.form) typedInto.add(event.target.form);
  });
  // What htmx sends leaves the page, and the words on it, where they are.
  document.addEventListener("submit", (event) => event.defaultPrevented || typedInto.delete(event.target));

  addEventListener("offline", () => isOver || show("offline"));
  // Back on a network, or on the screen: timers slept meanwhile, and what looks open may be dead.
  addEventListener("online", open);
  addEventListener("pageshow", (event) => event.persisted && open());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && (!socket || Date.now() - heardAt > HEARTBEAT_WITHIN)) open();
  });

  open();
  page.listens = ""; // plain.js need not
})();
