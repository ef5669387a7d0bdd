/*
 * Tools above the text: they write the marks that one may as well type. What they do can be undone like typing.
 */
(() => {
  "use strict";

  const tools = document.getElementById("write-tools");
  const text = tools && tools.parentElement.querySelector("textarea");
  if (!text) return;

  const LINES = { list: () => "- ", numbers: (line) => `${line + 1}. ` };
  const MARKED = /^(?:- |\d+\. )/;
  const KEYS = { b: "bold", k: "link" };

  /** In place of start to end; the new selection is told from there. */
  function put(start, end, words, from, to) {
    text.focus();
    text.setSelectionRange(start, end);
    const isTyped = document.execCommand(words ? "insertText" : "delete", false, words);
    if (!isTyped) {
      text.setRangeText(words, start, end, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    text.setSelectionRange(start + from, start + to);
  }

  const chosen = () => [text.selectionStart, text.selectionEnd, text.value.slice(text.selectionStart, text.selectionEnd)];

  function bold() {
    const [start, end, words] = chosen();
    const isBold = text.value.slice(start - 2, start) === "**" && text.value.slice(end, end + 2) === "**";
    if (isBold) put(start - 2, end + 2, words, 0, words.length);
    else put(start, end, `**${words}**`, 2, 2 + words.length);
  }

  /** Words become the link's words, an address its address; what is missing stands selected, to be typed over. */
  function link() {
    const [start, end, words] = chosen();
    const isAddress = /^https?:\/\/\S+$/.test(words);
    const made = isAddress ? `[](${words})` : `[${words}](https://)`;
    const at = isAddress || !words ? 1 : words.length + 3;
    put(start, end, made, at, isAddress || !words ? 1 : made.length - 1);
  }

  /** Whole lines get the mark, or lose it when all of them have it. A list begins after an empty line. */
  function list(mark) {
    const start = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
    const stop = text.value.indexOf("\n", text.selectionEnd);
    const end = stop < 0 ? text.value.length : stop;
    const lines = text.value.slice(start, end).split("\n");
    const isList = lines.every((line, number) => line.startsWith(mark(number)));
    const plain = lines.map((line) => line.replace(MARKED, ""));
    const made = (isList ? plain : plain.map((line, number) => mark(number) + line)).join("\n");
    const before = text.value.slice(0, start);
    const gap = isList || !before || before.endsWith("\n\n") || MARKED.test(before.split("\n").at(-2)) ? "" : "\n";
    put(start, end, gap + made, gap.length + made.length, gap.length + made.length);
  }

  const DO = { bold, link, list: () => list(LINES.list), numbers: () => list(LINES.numbers) };

  tools.before(tools.content.cloneNode(true));
  text.parentElement.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-mark]");
    if (tool) DO[tool.dataset.mark]();
  });
  text.addEventListener("keydown", (event) => {
    const mark = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && KEYS[event.key.toLowerCase()];
    if (!mark) return;
    event.preventDefault();
    DO[mark]();
  });
})();
