// Marking words of an answer, or of the instruction, on the battle tab.
//
// A text that can be marked is an element with data-text ("a", "b" or "instruction") and data-turn whose text content
// is the stored text, character for character. Marks are kept as offsets in code points, never as changed markup: the
// page is painted with the CSS Custom Highlight API. What anybody wrote only ever gets into the page as text.
function arenaMarking(panel, kinds) {
  "use strict";
  const MISSED = { a: "Answer A missed this", b: "Answer B missed this", ab: "Both missed this" };
  let marks = []; // { text, turn, start, end, quote, choice, correction }; choice: a kind, or who missed it
  let current = null; // the mark that the box is about; it is in `marks` once a choice is made
  let round = ""; // changes with the battle
  let cursor = null; // { place, anchor, focus }: words chosen with the arrow keys
  let touching = null;

  const element = (tag, options = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), options);
    made.append(...children);
    return made;
  };
  const editable = () => panel.isConnected && panel.querySelector("#arena-submit") !== null;
  const placeOf = (node) => (node?.nodeType === 1 ? node : node?.parentElement)?.closest("[data-text]");
  const placeFor = (mark) => panel.querySelector(`[data-text="${mark.text}"][data-turn="${mark.turn}"]`);
  const sameText = (one, other) => one.text === other.text && one.turn === other.turn;

  // Offsets: code points <-> UTF-16 units <-> a range over the text nodes of one place
  const points = (text, units) => [...text.slice(0, units)].length;
  function rangeOf(place, start, end) {
    const characters = [...place.textContent];
    const range = document.createRange();
    let [from, to] = [characters.slice(0, start).join("").length, characters.slice(0, end).join("").length];
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    range.selectNodeContents(place);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (from >= 0 && from <= node.length) range.setStart(node, from);
      if (to >= 0 && to <= node.length) range.setEnd(node, to);
      [from, to] = [from - node.length, to - node.length];
      if (to <= 0) break;
    }
    return range;
  }
  // The part of a selection that lies in one place, in UTF-16 units: drags that overshoot are cut at its ends
  function unitsWithin(place, range) {
    const before = (node, offset) => {
      const part = document.createRange();
      part.selectNodeContents(place);
      part.setEnd(node, offset);
      return part.toString().length;
    };
    const whole = place.textContent.length;
    const inside = place.contains(range.startContainer) ? before(range.startContainer, range.startOffset) : 0;
    const beyond = place.contains(range.endContainer) ? before(range.endContainer, range.endOffset) : whole;
    return [Math.min(inside, whole), Math.min(beyond, whole)];
  }

  // Whole words: half a word is extended to the word where words are set apart by spaces; no character is split
  const GLUE = /[\p{M}\p{Emoji_Modifier}\u200d]/u;
  const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
  const LETTER = /[\p{L}\p{N}'’]/u;
  function joined(left, right) {
    if (left === undefined || right === undefined) return false;
    if (GLUE.test(right) || left === "\u200d") return true;
    return [left, right].every((one) => LETTER.test(one) && !UNSPACED.test(one));
  }
  function wholeWords(characters, start, end) {
    while (start < end && /\s/u.test(characters[start])) start += 1;
    while (end > start && /\s/u.test(characters[end - 1])) end -= 1;
    if (start === end) return null;
    while (joined(characters[start - 1], characters[start])) start -= 1;
    while (joined(characters[end - 1], characters[end])) end += 1;
    return [start, end];
  }
  function selectedWords() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const place = placeOf(selection.anchorNode) ?? placeOf(selection.focusNode);
    if (!place || !panel.contains(place)) return null;
    const text = place.textContent;
    const [from, to] = unitsWithin(place, selection.getRangeAt(0));
    const words = wholeWords([...text], points(text, from), points(text, to));
    return words && markAt(place, ...words);
  }
  // The mark that is already there, else a new one without a choice
  function markAt(place, start, end) {
    const made = { text: place.dataset.text, turn: Number(place.dataset.turn), start, end, choice: "", correction: "" };
    made.quote = [...place.textContent].slice(start, end).join("");
    return marks.find((one) => sameText(one, made) && one.start < end && start < one.end) ?? made;
  }
  function markUnder(event) {
    const place = placeOf(event.target);
    if (!place || !panel.contains(place)) return null;
    const at = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    const old = at ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY);
    const [node, offset] = at ? [at.offsetNode, at.offset] : [old?.startContainer, old?.startOffset];
    if (!node || !place.contains(node)) return null;
    const range = document.createRange();
    range.selectNodeContents(place);
    range.setEnd(node, offset);
    const point = points(place.textContent, range.toString().length);
    const here = { text: place.dataset.text, turn: Number(place.dataset.turn) };
    return marks.find((one) => sameText(one, here) && one.start <= point && point < one.end) ?? null;
  }

  // The box beside the marked words
  const quote = element("p", { className: "arena-mark-quote" });
  const choices = element("div", { className: "arena-mark-choices" });
  const correction = element("input", { type: "text", maxLength: 300, placeholder: "What would be right? (optional)" });
  correction.setAttribute("aria-label", "What would be right");
  const remove = element("button", { type: "button", className: "arena-mark-quiet", textContent: "Remove" });
  const done = element("button", { type: "button", className: "arena-mark-done", textContent: "Done" });
  const box = element("div", { id: "arena-mark-box", hidden: true }, quote, choices, correction,
    element("div", { className: "arena-mark-end" }, remove, done));
  box.setAttribute("role", "dialog");
  panel.append(box);

  function open(mark) {
    current = mark;
    const missed = mark.text === "instruction";
    const side = mark.text.toUpperCase();
    box.setAttribute("aria-label", missed ? "Which answer missed these words?" : `What is wrong in answer ${side}?`);
    quote.replaceChildren(element("span", { textContent: box.getAttribute("aria-label") }), ` “${mark.quote}”`);
    const offered = Object.entries(missed ? MISSED : kinds).map(([name, words]) => [name, ...[words].flat()]);
    choices.replaceChildren(...offered.map(([name, title, help = ""], number) => {
      const button = element("button", { type: "button", title: help },
        element("kbd", { textContent: number + 1 }), title);
      button.dataset.choice = name;
      button.addEventListener("click", () => choose(name));
      return button;
    }));
    correction.value = mark.correction;
    box.hidden = false;
    refresh();
    (choices.querySelector("[aria-pressed=true]") ?? choices.firstChild).focus({ preventScroll: true });
  }
  function refresh() {
    for (const button of choices.children) {
      button.setAttribute("aria-pressed", String(button.dataset.choice === current.choice));
    }
    correction.hidden = current.text === "instruction" || !current.choice;
    remove.hidden = done.hidden = !current.choice;
    paint();
    settle();
  }
  function choose(name) {
    current.choice = name;
    if (!marks.includes(current)) marks.push(current);
    refresh();
    const next = correction.hidden ? done : correction;
    if (matchMedia("(hover: hover)").matches || next === done) next.focus({ preventScroll: true });
  }
  function close() {
    if (box.hidden) return;
    box.hidden = true;
    current = null;
    document.activeElement?.blur?.();
    getSelection().removeAllRanges();
    if (cursor) cursor.place.focus({ preventScroll: true });
    paint();
  }
  function drop(mark) {
    marks = marks.filter((one) => one !== mark);
    if (mark === current) close();
    paint();
  }
  function settle() { // below the words, above them where there is no room; narrow screens: at the bottom (CSS)
    const place = current && placeFor(current);
    if (!place || box.hidden) return;
    const words = rangeOf(place, current.start, current.end).getBoundingClientRect();
    const below = words.bottom + 8 + box.offsetHeight <= innerHeight || words.top < box.offsetHeight + 8;
    box.style.top = `${below ? words.bottom + 8 : words.top - 8 - box.offsetHeight}px`;
    box.style.left = `${Math.max(8, Math.min(words.left, innerWidth - box.offsetWidth - 8))}px`;
  }
  correction.addEventListener("input", () => { current.correction = correction.value; paint(); });
  remove.addEventListener("click", () => drop(current));
  done.addEventListener("click", close);
  box.addEventListener("keydown", (event) => {
    const typing = event.target === correction;
    const button = typing ? null : choices.children[Number(event.key) - 1];
    if (button) choose(button.dataset.choice);
    else if (event.key === "Escape" || (typing && event.key === "Enter" && !event.isComposing)) close();
    else return;
    event.preventDefault();
  });

  // Everything that shows the marks: highlighted words and the list below the answers
  function paint() {
    const now = panel.querySelector("[data-round]")?.dataset.round;
    if (now && now !== round) [round, marks, cursor] = [now, [], null];
    if (current && !placeFor(current)) [current, box.hidden] = [null, true];
    if (globalThis.Highlight) {
      const groups = { "arena-wrong": [], "arena-missed": [], "arena-pending": [] };
      for (const mark of new Set(current ? [...marks, current] : marks)) {
        const place = placeFor(mark);
        const group = mark === current ? "pending" : mark.text === "instruction" ? "missed" : "wrong";
        if (place) groups[`arena-${group}`].push(rangeOf(place, mark.start, mark.end));
      }
      for (const [name, ranges] of Object.entries(groups)) CSS.highlights.set(name, new Highlight(...ranges));
    }
    for (const place of panel.querySelectorAll("[data-text]")) {
      if (editable()) place.tabIndex = 0;
      else place.removeAttribute("tabindex");
    }
    const list = panel.querySelector("#arena-marks");
    const shown = marks.map((mark) => {
      const title = mark.text === "instruction" ? MISSED[mark.choice] : `${mark.text.toUpperCase()}: ${kinds[mark.choice][0]}`;
      return `${title} “${mark.quote}”${mark.correction && ` → ${mark.correction}`}`;
    });
    if (!list || list.shown === JSON.stringify(shown)) return;
    list.shown = JSON.stringify(shown);
    list.replaceChildren(...marks.map((mark, number) => {
      const edit = element("button", { type: "button", textContent: shown[number] });
      const away = element("button", { type: "button", textContent: "×" });
      away.setAttribute("aria-label", `Remove the mark on “${mark.quote}”`);
      edit.addEventListener("click", () => open(mark));
      away.addEventListener("click", () => drop(mark));
      return element("li", {}, edit, away);
    }));
  }
  new MutationObserver(paint).observe(panel, { childList: true, subtree: true, characterData: true });

  // Mouse, touch and keyboard
  function consider(event) {
    if (!editable() || box.contains(event.target)) return;
    const mark = selectedWords() ?? markUnder(event);
    if (mark) { cursor = null; open(mark); }
    else if (!event.target.closest?.("#arena-marks")) close();
  }
  document.addEventListener("pointerup", (event) => setTimeout(consider, 0, event));
  document.addEventListener("selectionchange", () => {
    clearTimeout(touching);
    if (!matchMedia("(hover: none)").matches || !editable()) return;
    touching = setTimeout(() => { // fingers move the ends of a selection: wait until they rest
      const mark = selectedWords();
      if (mark && mark !== current) open(mark);
    }, 700);
  });
  document.addEventListener("scroll", settle, { capture: true, passive: true });
  function words(text) {
    const parts = [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)];
    return parts.filter((part) => /[^\s\p{P}]/u.test(part.segment));
  }
  panel.addEventListener("keydown", (event) => {
    const place = event.target.closest("[data-text]");
    if (!place || !editable() || event.ctrlKey || event.metaKey || event.altKey) return;
    const found = words(place.textContent);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && found.length) {
      if (cursor?.place !== place) cursor = { place, anchor: 0, focus: step > 0 ? -1 : found.length };
      cursor.focus = Math.max(0, Math.min(found.length - 1, cursor.focus + step));
      if (!event.shiftKey) cursor.anchor = cursor.focus;
      const [first, last] = [cursor.anchor, cursor.focus].sort((one, other) => one - other).map((at) => found[at]);
      const end = points(place.textContent, last.index + last.segment.length);
      getSelection().removeAllRanges();
      getSelection().addRange(rangeOf(place, points(place.textContent, first.index), end));
    } else if (event.key === "Enter") {
      const mark = selectedWords();
      if (mark && placeFor(mark) === place) open(mark);
    } else return;
    event.preventDefault();
  });

  paint();
  globalThis.arenaSpans = () => JSON.stringify(marks.flatMap((mark) => {
    const missed = mark.text === "instruction";
    const { turn, start, end, correction } = mark;
    const span = { turn, start, end, kind: missed ? "missed" : mark.choice, correction };
    return [...(missed ? mark.choice : mark.text)].map((side) => ({ side, ...span }));
  }));
}
