/* Keys without modifiers, outside of fields; what a control does with a key by itself stays its own. */

const FIELDS = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable], dialog";
const PRESSABLE = "button, a, summary, input, [role=button]";
const OFTEN = new Set([",", ".", "[", "]"]);

const isForPage = (event) => {
  const where = event.target instanceof Element ? event.target : document.body;
  const isShifted = event.shiftKey && event.key !== "?";
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || isShifted) { return false; }
  if (document.fullscreenElement || document.querySelector("dialog[open]") || where.closest(FIELDS)) { return false; }
  if ((event.key === " " || event.key === "Enter") && where.closest(PRESSABLE)) { return false; }
  return !event.repeat || OFTEN.has(event.key);
};

/* `actions`: key -> what it does. */
export const listen = (actions) => {
  document.addEventListener("keydown", (event) => {
    if (!isForPage(event) || !Object.hasOwn(actions, event.key)) { return; }
    event.preventDefault();
    actions[event.key]();
  });
};
