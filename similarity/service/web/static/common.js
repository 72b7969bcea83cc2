/* What every script of the pages needs: words, requests with the session's token, places in a video. */

export const byId = (name) => document.getElementById(name);

export const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

export const clock = (seconds) => {
  const whole = Math.round(Math.max(0, seconds) * 1000);
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(whole / 60000);
  const rest = whole % 60000;
  const milliseconds = String(rest % 1000).padStart(3, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(Math.floor(rest / 1000))}.${milliseconds}`;
};

const token = () => document.querySelector('meta[name="csrf-token"]').content;

/* The body of the answer, null for none; an error with the problem's own sentence where it was refused. */
export const send = async (path, body = {}) => {
  const headers = { "content-type": "application/json", "x-csrf-token": token(), "idempotency-key": crypto.randomUUID() };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (answer.status === 204) { return null; }
  const given = await answer.json().catch(() => ({}));
  if (!answer.ok) { throw Object.assign(new Error(given.detail || answer.statusText), { status: answer.status }); }
  return given;
};

export const say = (text) => { byId("said").textContent = text; };
