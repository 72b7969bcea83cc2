/* Taking the last answer back, for as long as it can be; it outlives the page on which it was given. */

import { byId, fill, say, send } from "./common.js";
import { listen } from "./keys.js";

const UNDO_SECONDS = 30;
const KEPT = "similarity-undo";
const box = byId("undo");
const words = JSON.parse(box.dataset.words);

const kept = () => {
  try { return JSON.parse(sessionStorage.getItem(KEPT)); } catch { return null; }
};

const forget = () => { sessionStorage.removeItem(KEPT); box.hidden = true; };

export const remember = (task) => {
  sessionStorage.setItem(KEPT, JSON.stringify({ task, until: Date.now() + 1000 * UNDO_SECONDS }));
};

const show = () => {
  const last = kept();
  const left = last ? Math.ceil((last.until - Date.now()) / 1000) : 0;
  if (left <= 0) { forget(); return; }
  box.hidden = false;
  byId("undo-left").textContent = fill(words.left, { seconds: left });
  setTimeout(show, 250);
};

export const undo = async () => {
  const last = kept();
  const here = byId("task");
  if (!last) { say(words.nothingToUndo); return; }
  try {
    await send(`/v1/tasks/${last.task}/undo`);
    forget();
    if (here) { await send(`/v1/tasks/${here.dataset.task}/release`, { lease_token: here.dataset.token }).catch(() => null); }
    await send(`/v1/tasks/${last.task}/take`);
    location.assign(`/tasks/${last.task}`);
  } catch (error) {
    say(fill(words.failed, { reason: error.message }));
  }
};

byId("undo-button").addEventListener("click", undo);
if (!byId("task")) { listen({ z: undo }); }
show();
