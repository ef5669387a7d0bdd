/*
 * What is typed into a form marked data-draft (its value: where to save) outlives this page. Each change is put into the
 * tab at once, and sent to be saved when the typing rests; what was saved leaves the tab. See draft-found.js for the rest.
 */
(() => {
  "use strict";

  const RESTS = 1500;
  const AT_LATEST = 8000;
  const AGAIN = [2000, 5000, 15_000, 30_000];
  const KEEPALIVE = 60_000; // what a browser takes along when a page is left
  const FLUSH_WITHIN = 3000;
  const OWN = ["csrf_token", "draft", "draft_page", "draft_step", "draft_seen", "idempotency_key"];
  const person = document.body.dataset.person;

  function inTab(act) {
    try {
      return act(sessionStorage);
    } catch {
      return undefined; // full, or not allowed: then there is the server alone
    }
  }

  function keep(form) {
    const url = form.dataset.draft;
    const mark = (name) => form.elements.namedItem(name);
    const key = (id) => `draft ${person} ${id}`;

    let text = words();
    let saved = text;
    let step = 0;
    let isBusy = false;
    let isOver = false;
    let isPosted = false;
    let failures = 0;
    let timer, firstAt;

    function words() {
      const data = new URLSearchParams(new FormData(form));
      for (const name of OWN) data.delete(name);
      return data.toString();
    }

    function body() {
      const marks = { draft: mark("draft").value, draft_page: mark("draft_page").value };
      return `${text}&${new URLSearchParams({ ...marks, draft_step: step, draft_seen: mark("draft_seen").value })}`;
    }

    function look() {
      if (form.inert) return; // what was found in the tab must not be written over: see draft-found.js
      const now = words();
      if (now === text) return;
      text = now;
      isPosted = false;
      step += 1;
      mark("draft_step").value = step;
      const entry = { at: Date.now(), path: location.pathname, page: mark("draft_page").value, step, body: body() };
      entry.isFirst = !mark("draft_seen").value;
      inTab((tab) => tab.setItem(key(mark("draft").value), JSON.stringify(entry)));
      firstAt ??= Date.now();
      plan(Math.min(RESTS, Math.max(0, firstAt + AT_LATEST - Date.now())));
    }

    function plan(pause) {
      if (isOver) return;
      clearTimeout(timer);
      timer = setTimeout(save, pause);
    }

    function send(content, options = {}) {
      const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
      headers["Content-Type"] = "application/x-www-form-urlencoded;charset=UTF-8";
      return fetch(url, { method: "POST", headers, body: content, ...options });
    }

    async function save() {
      clearTimeout(timer);
      if (isOver || isBusy || text === saved) return;
      const sending = text;
      isBusy = true;
      firstAt = undefined;
      try {
        const answer = await send(body());
        const html = await answer.text();
        if (answer.ok || answer.status === 422) {
          failures = 0;
          take(html);
          saved = sending; // a refusal too: the same words would be refused again
          if (answer.ok && text === sending) inTab((tab) => tab.removeItem(key(mark("draft").value)));
        } else if (answer.status === 401 || answer.status === 403) {
          stop(answer.status === 401 ? "kept" : "stale");
        } else {
          fail();
        }
      } catch {
        fail();
      } finally {
        isBusy = false;
      }
      if (text !== saved && !failures) plan(RESTS);
    }

    /** All of it, also when a save is on its way that knows only a part. */
    async function flush() {
      while (isBusy) await new Promise((done) => setTimeout(done, 50));
      await save();
    }

    function fail() {
      say("offline");
      plan(AGAIN[Math.min(failures, AGAIN.length - 1)]);
      failures += 1;
    }

    function stop(why) {
      isOver = true;
      clearTimeout(timer);
      say(why);
    }

    function say(what) {
      const state = document.getElementById("draft-state");
      const template = document.querySelector(`template[data-draft-words="${what}"]`);
      if (!state || !template || state.dataset.state === what) return;
      state.dataset.state = what;
      state.replaceChildren(template.content.cloneNode(true));
    }

    /** The answer is the line that says how it stands, and carries what this page has to know from now on. */
    function take(html) {
      const state = new DOMParser().parseFromString(html, "text/html").getElementById("draft-state");
      const line = document.getElementById("draft-state");
      if (!state) return;
      if (line) line.replaceWith(document.adoptNode(state));
      const { draft, seen, address } = state.dataset;
      if (!seen || state.querySelector(".is-bad")) return;
      const before = mark("draft").value;
      mark("draft_seen").value = seen;
      mark("draft").dataset.address = address;
      if (draft !== before) {
        mark("draft").value = draft;
        if (mark("idempotency_key")) mark("idempotency_key").value = draft; // a second draft is a second sending
        inTab((tab) => tab.removeItem(key(before)));
      }
      if (address) history.replaceState(history.state, "", address);
    }

    /** Once more before the page goes: the tab has it, but another device does not. */
    function leave() {
      look();
      if (isOver || isPosted || text === saved) return;
      const content = body();
      if (content.length < KEEPALIVE) send(content, { keepalive: true }).catch(() => {});
    }

    for (const kind of ["input", "change"]) form.addEventListener(kind, look);
    new MutationObserver(look).observe(form, { childList: true, subtree: true }); // chips come and go without a key
    form.addEventListener("focusout", () => plan(0));
    form.addEventListener("submit", () => {
      look();
      clearTimeout(timer);
      isPosted = true; // it brings all of this along, and Belfry keeps it
    });
    document.addEventListener("visibilitychange", () => document.hidden && leave());
    addEventListener("pagehide", leave);
    addEventListener("online", () => failures && plan(0));
    document.addEventListener("belfry:signed-out", () => stop("kept"));

    // Signing out empties the tab, so what is in it goes to be saved first.
    document.addEventListener("submit", (event) => {
      const leaving = event.target;
      if (new URL(leaving.action).pathname !== "/logout" || isOver || text === saved) return;
      event.preventDefault();
      Promise.race([flush(), new Promise((done) => setTimeout(done, FLUSH_WITHIN))]).finally(() => {
        inTab((tab) => tab.removeItem(key(mark("draft").value)));
        leaving.submit();
      });
    });

    form.addEventListener("belfry:draft-told", ({ detail }) => (detail.html ? take(detail.html) : say(detail.words)));
    document.getElementById("draft-save")?.remove();
  }

  for (const form of document.querySelectorAll("form[data-draft]")) if (person) keep(form);
})();
