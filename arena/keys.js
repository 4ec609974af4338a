// One hand judges a battle: 1 to 5 for the first question, q w e r t for the second, Enter for the main button.
// Keys do nothing while somebody types, and nothing that a click on the page could not do.
function arenaKeys(panel) {
  "use strict";
  const LETTERS = /^[a-z0-9]$/;
  const usable = (one) => one && one.getClientRects().length > 0 && !one.disabled;
  function press(selector, number = 0) {
    const found = [...panel.querySelectorAll(selector)].filter(usable)[number];
    found?.click();
    return Boolean(found);
  }
  const actions = {
    enter: () => press("#arena-submit") || (!panel.querySelector("#arena-submit") && press("#arena-start")),
    s: () => press("#arena-skip"),
    n: () => press("#arena-next"),
  };
  [..."12345"].forEach((key, number) => { actions[key] = () => press("#arena-hallucination label", number); });
  [..."qwert"].forEach((key, number) => { actions[key] = () => press("#arena-following label", number); });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || !usable(panel)) return;
    const target = event.target;
    if (target.closest("textarea, select, [contenteditable=true], [role=dialog]")) return;
    if (target.matches("input:not([type=radio], [type=checkbox])")) return;
    if (event.key === "Enter" && target.closest("button, a, [role=tab], summary")) return; // it has its own meaning
    let key = event.key.toLowerCase();
    if (key !== "enter" && !LETTERS.test(key)) key = event.code.replace(/^(Key|Digit)/, "").toLowerCase();
    if (actions[key]?.()) event.preventDefault();
  });
}
