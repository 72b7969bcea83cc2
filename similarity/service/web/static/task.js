/* A task: the player, the answer, the evidence as soon as it is there, and the keys for all of it. */

import { all, byId, fill, say, send } from "./common.js";
import { listen } from "./keys.js";
import { Player } from "./player.js";
import { remember, undo } from "./undo.js";

const RENEW_SECONDS = 120;
const ASK_SECONDS = 3;
const task = byId("task");
const form = byId("answer");
const words = JSON.parse(task.dataset.words);
const { task: id, token, queue } = task.dataset;
const player = new Player(JSON.parse(task.dataset.plan), words);
const begun = performance.now();
let isSending = false;
let asking = new AbortController();

const chosen = (name) => form.querySelector(`input[name=${name}]:checked`);

const choose = (name, value) => {
  const one = all(`input[name=${name}]`, form).find((input) => input.value === value);
  one.checked = true;
  say(one.closest("label").firstElementChild.nextSibling.textContent.trim());
};

const missing = () => {
  if (!chosen("opinion")) { return [words.chooseOpinion, form.querySelector("input[name=opinion]")]; }
  if (!chosen("action")) { return [words.chooseAction, form.querySelector("input[name=action]")]; }
  if (!byId("reason").value.trim()) { return [words.giveReason, byId("reason")]; }
  return null;
};

const failed = (error) => {
  say(error.status === 409 ? words.lost : fill(words.failed, { reason: error.message }));
  isSending = false;
  if (error.status !== 409) { evidence(); }
};

const next = async () => {
  const found = await send("/v1/tasks/next", { queue });
  location.assign(found ? `/tasks/${found.id}` : "/queues");
};

const confirm = async () => {
  const lack = missing();
  if (lack) { say(lack[0]); lack[1].focus(); return; }
  if (isSending) { return; }
  isSending = true;
  asking.abort();  // what is still asked of this task is not wanted any more
  say(words.sending);
  const body = { lease_token: token, opinion: chosen("opinion").value, action: chosen("action").value || null,
    reason: byId("reason").value, seconds_taken: (performance.now() - begun) / 1000 };
  try {
    await send(`/v1/tasks/${id}/opinions`, body);
    remember(id);
    await next();
  } catch (error) { failed(error); }
};

const skip = async () => {
  if (isSending) { return; }
  isSending = true;
  asking.abort();
  try {
    await send(`/v1/tasks/${id}/skip`, { lease_token: token, reason: byId("reason").value });
    await next();
  } catch (error) { failed(error); }
};

const press = (name, is) => all(`[data-do=${name}]`).forEach((one) => one.setAttribute("aria-pressed", String(is)));

const scene = (step) => { if (!player.nextScene(step)) { say(words.noScenes); } };

const actions = {
  play: () => player.setPlaying(!player.isPlaying),
  nextScene: () => scene(1),
  previousScene: () => scene(-1),
  nextMatch: () => player.nextMatch(1),
  previousMatch: () => player.nextMatch(-1),
  frameBack: () => player.step(-1),
  frameOn: () => player.step(1),
  workEarlier: () => player.move("work", -1),
  workLater: () => player.move("work", 1),
  uploadEarlier: () => player.move("upload", -1),
  uploadLater: () => player.move("upload", 1),
  fitAgain: () => player.fitAgain(),
  swap: () => press("swap", byId("screens").classList.toggle("is-swapped")),
  differences: () => press("differences", byId("screens").classList.toggle("is-difference")),
  skip,
  help: () => byId("help").showModal(),
};

const keys = {
  " ": actions.play, j: actions.nextScene, k: actions.previousScene, n: actions.nextMatch, p: actions.previousMatch,
  ",": actions.frameBack, ".": actions.frameOn, "[": actions.workEarlier, "]": actions.workLater,
  d: actions.differences, x: actions.swap, a: () => choose("action", "publish"), l: () => choose("action", "label"),
  w: () => choose("action", "withhold"), e: () => choose("action", ""), c: () => byId("reason").focus(),
  Enter: confirm, s: skip, z: undo, "?": actions.help,
};
all("input[name=opinion]", form).forEach((one, place) => { keys[String(place + 1)] = () => choose("opinion", one.value); });

const renew = async () => {
  try { await send(`/v1/tasks/${id}/lease`, { lease_token: token }); } catch (error) { failed(error); }
};

const evidence = async () => {
  if (isSending) { return; }
  asking = new AbortController();
  const asked = { headers: { accept: "text/html" }, signal: asking.signal };
  const answer = await fetch(`/tasks/${id}/evidence`, asked).catch(() => null);
  const text = answer && answer.ok ? await answer.text().catch(() => null) : null;
  if (text === null) { return; }
  const part = new DOMParser().parseFromString(text, "text/html");
  byId("evidence").replaceChildren(...part.body.childNodes);
  const parts = byId("evidence-parts");
  if (parts) { player.scenes = JSON.parse(parts.dataset.scenes); }
  if (answer.status === 202) { setTimeout(evidence, 1000 * ASK_SECONDS); }
};

all("[data-do]").forEach((one) => one.addEventListener("click", () => actions[one.dataset.do]()));
form.addEventListener("submit", (event) => { event.preventDefault(); confirm(); });
byId("reason").addEventListener("keydown", (event) => {
  if (event.key === "Escape") { byId("reason").blur(); }
  if (event.key === "Enter" && event.isComposing) { event.preventDefault(); }
});
listen(keys);
setInterval(() => { if (document.visibilityState === "visible") { renew(); } }, 1000 * RENEW_SECONDS);
evidence();
