/*
 * For browsers too old for the other scripts, and for a network on which one of them did not arrive: asks every 15 s and
 * puts in what comes. In the JavaScript of 2009, on purpose. Forms and links are plain ones then.
 */
(function () {
  "use strict";

  var EVERY = 15000;
  var PATIENCE = 10000; // a script may hang on its way for minutes
  var body, cursor, isTyped;
  var told = {};

  function attribute(name) {
    return body.getAttribute("data-" + name);
  }

  function all(selector, root) {
    return [].slice.call((root || document).querySelectorAll(selector));
  }

  function show(state) {
    all("#live-state").forEach(function (line) {
      line.setAttribute("data-state", state);
    });
  }

  function send(method, url, words, then) {
    var request = new XMLHttpRequest();
    request.open(method, url);
    request.onreadystatechange = function () {
      if (request.readyState === 4) then(request);
    };
    if (words) {
      request.setRequestHeader("Content-Type", "application/json");
      request.setRequestHeader("X-CSRFToken", JSON.parse(body.getAttribute("hx-headers"))["X-CSRFToken"]);
    }
    request.send(words);
  }

  function unread() {
    var badge = document.getElementById("inbox-badge");
    return (badge && parseInt(badge.innerHTML.replace(/\D/g, ""), 10)) || 0;
  }

  /** What htmx does with hx-swap-oob, as far as our fragments use it. Toasts would leave without a script of theirs. */
  function swap(part) {
    var how = part.getAttribute("hx-swap-oob").split(/:(.*)/);
    if (how[1] === "#toasts") return;
    all(how[1] || "#" + part.id).forEach(function (place) {
      var before = how[0] === "afterbegin" ? place.firstChild : null;
      if (how[0] === "delete") place.parentNode.removeChild(place);
      else if (!how[1]) place.parentNode.replaceChild(part, place);
      else {
        if (how[0] === "innerHTML") place.innerHTML = "";
        while (part.firstChild) place.insertBefore(part.firstChild, before);
      }
    });
  }

  function take(html) {
    var box = document.createElement("div");
    var before = unread();
    box.innerHTML = html;
    var mark = box.querySelector("#live-cursor");
    all("[hx-swap-oob]", box).forEach(swap);
    if (mark) {
      cursor = mark.getAttribute("data-cursor");
      if (mark.getAttribute("data-reload") !== null && !isTyped) return location.reload();
    }
    if (unread() > before || (mark && mark.getAttribute("data-reload") !== null)) {
      document.getElementById("came").removeAttribute("hidden");
    }
    look();
  }

  /** What now stands over the page gets the focus and is reported; when nothing does any more, the page comes back. */
  function look() {
    var ids = [];
    var dialogs = all("#alerts > dialog");
    dialogs.forEach(function (dialog, place) {
      var id = dialog.getAttribute("data-notification");
      if (!id || told[id]) return;
      ids.push(id);
      if (!place) all("[autofocus]", dialog).forEach(function (title) { title.focus(); });
    });
    if (!dialogs.length) all("[inert]").forEach(function (part) { part.removeAttribute("inert"); });
    if (!ids.length) return;
    send("POST", attribute("receipts-url"), JSON.stringify({ receipts: ids }), function (answer) {
      if (answer.status === 204) ids.forEach(function (id) { told[id] = true; });
    });
  }

  function ask() {
    if (attribute("listens") !== null) return; // the others have arrived after all
    send("GET", attribute("since-url") + "?cursor=" + encodeURIComponent(cursor), null, function (answer) {
      var isHeard = answer.status === 200 || answer.status === 204;
      if (answer.status === 401) {
        if (answer.responseText) return take(answer.responseText);
        return location.assign(answer.getResponseHeader("HX-Redirect") || location.href);
      }
      show(isHeard ? "polling" : "offline");
      if (answer.status === 200) take(answer.responseText);
      else if (isHeard) {
        cursor = answer.getResponseHeader("Live-Cursor") || cursor;
        look();
      }
      setTimeout(ask, EVERY);
    });
  }

  function begin() {
    if (cursor || !document.body) return;
    body = document.body;
    cursor = attribute("cursor");
    if (!cursor || attribute("listens") !== null) return;
    document.addEventListener("input", function (event) {
      if (event.target.form) isTyped = true;
    });
    look();
    ask();
  }

  window.addEventListener("load", begin);
  setTimeout(begin, PATIENCE);
})();
