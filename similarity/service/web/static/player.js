/* Two videos locked by the fit of a match: work time = work start + speed x (upload time - start), each side moved by hand. */

import { all, byId, clock, fill } from "./common.js";

const SLOWEST = 0.0625, FASTEST = 16;
const FAR_SECONDS = 0.12;

export class Player {
  constructor(plan, words) {
    this.plan = plan;
    this.words = words;
    this.upload = byId("upload-video");
    this.work = byId("work-video");
    this.match = -1;
    this.shownWork = -1;
    this.now = 0;
    this.isPlaying = false;
    this.nudge = { upload: 0, work: 0 };
    this.frameSeconds = 1 / 25;
    this.scenes = [];
    this.listen();
    this.open();
  }

  listen() {
    this.upload.addEventListener("loadedmetadata", () => this.lock());
    this.work.addEventListener("loadedmetadata", () => this.lock());
    this.upload.addEventListener("ended", () => this.setPlaying(false));
    this.upload.addEventListener("error", () => this.tellWhy(this.upload, this.words.missingUpload));
    this.work.addEventListener("error", () => this.tellWhy(this.work, this.words.missingWork));
    byId("seek").addEventListener("input", (event) => this.goTo(Number(event.target.value)));
    byId("mirror").addEventListener("change", () => this.mirror(byId("mirror").checked));
    byId("sound").addEventListener("change", () => { this.upload.muted = !byId("sound").checked; });
    all("button[data-match]").forEach((one) => one.addEventListener("click", () => this.choose(Number(one.dataset.match))));
    all("g[data-match]").forEach((one) => one.addEventListener("click", () => this.choose(Number(one.dataset.match))));
    all(".timeline svg").forEach((one) => one.addEventListener("click", (event) => this.point(one, event)));
  }

  open() {
    const { upload, matches } = this.plan;
    this.show("upload", upload);
    this.measureFrames();
    byId("work-side").hidden = !matches.length;
    if (matches.length) { this.choose(0); } else { this.goTo(0); all(".timeline").forEach((one) => { one.hidden = true; }); }
  }

  show(side, { source, still }) {
    const video = byId(`${side}-video`), picture = byId(`${side}-picture`);
    video.hidden = still;
    picture.hidden = !still;
    byId("trouble").hidden = true;
    if (still) { video.removeAttribute("src"); picture.src = source; } else { video.src = source; }
  }

  /* Frames are as long as the shortest step between two that were presented. */
  measureFrames() {
    if (!this.upload.requestVideoFrameCallback) { return; }
    let last = null;
    const look = (_, { mediaTime }) => {
      const step = last === null ? 0 : mediaTime - last;
      if (this.isPlaying && step > 0.005 && step < 0.2) { this.frameSeconds = Math.min(this.frameSeconds, step); }
      last = mediaTime;
      this.upload.requestVideoFrameCallback(look);
    };
    this.upload.requestVideoFrameCallback(look);
  }

  async tellWhy(video, text) {
    if (!video.getAttribute("src")) { return; }
    const answer = await fetch(video.getAttribute("src"), { headers: { range: "bytes=0-0" } }).catch(() => null);
    const problem = answer && !answer.ok ? await answer.json().catch(() => null) : null;
    byId("trouble").textContent = fill(text, { reason: problem ? problem.detail : this.words.unplayable });
    byId("trouble").hidden = false;
  }

  get line() { return this.plan.matches[this.match]; }

  workTime(seconds) {
    return Math.max(0, this.line.workStart + this.line.speed * (seconds - this.line.start) + this.nudge.work);
  }

  choose(number) {
    const line = this.plan.matches[number];
    if (!line) { return; }
    this.take(number);
    this.goTo(line.start, number);
  }

  take(number) {
    if (number === this.match) { return; }
    this.match = number;
    const line = this.line;
    if (!line) { return; }
    this.nudge = { upload: 0, work: 0 };
    this.mirror(line.mirrored);
    if (line.work !== this.shownWork) {
      this.shownWork = line.work;
      this.show("work", this.plan.works[line.work]);
      byId("work-name").textContent = this.plan.works[line.work].title;
      all(".timeline").forEach((one) => { one.hidden = Number(one.dataset.work) !== line.work; });
    }
    all("g[data-match], tr[data-match]").forEach((one) => {
      one.classList.toggle("is-chosen", Number(one.dataset.match) === number);
    });
  }

  matchAt(seconds) {
    const covers = (line) => line && seconds >= line.start - 0.001 && seconds < line.end;
    if (covers(this.line)) { return this.match; }
    const found = this.plan.matches.findIndex(covers);
    return found === -1 ? this.match : found;
  }

  goTo(seconds, number = -1) {
    const most = Number(byId("seek").max);
    this.now = Math.min(Math.max(0, seconds), most || Infinity);
    this.take(number >= 0 ? number : this.matchAt(this.now));
    this.lock();
  }

  isReady(video) { return !video.hidden && video.readyState >= 1 && Number.isFinite(video.duration); }

  /* Both stand exactly where the line says. */
  lock() {
    if (this.isReady(this.upload)) {
      this.upload.currentTime = Math.min(Math.max(0, this.now + this.nudge.upload), this.upload.duration);
    }
    if (this.line && this.isReady(this.work)) {
      this.work.currentTime = Math.min(this.workTime(this.now), this.work.duration);
    }
    this.tell();
  }

  setPlaying(is) {
    this.isPlaying = is && this.isReady(this.upload);
    if (this.isPlaying) {
      this.upload.play().catch(() => undefined);
      requestAnimationFrame(() => this.run());
    } else {
      this.upload.pause();
      this.work.pause();
      if (!is) { this.now = this.isReady(this.upload) ? this.upload.currentTime - this.nudge.upload : this.now; this.lock(); }
    }
    this.tell();
  }

  run() {
    if (!this.isPlaying) { return; }
    this.now = this.upload.currentTime - this.nudge.upload;
    this.take(this.matchAt(this.now));
    this.follow();
    this.tell();
    requestAnimationFrame(() => this.run());
  }

  follow() {
    if (!this.line || !this.isReady(this.work)) { return; }
    const { speed } = this.line;
    const target = Math.min(this.workTime(this.now), this.work.duration);
    const drift = this.work.currentTime - target;
    const runs = speed >= SLOWEST && speed <= FASTEST && target < this.work.duration;
    if (Math.abs(drift) > FAR_SECONDS * Math.max(1, speed)) {
      if (!this.work.seeking) { this.work.currentTime = target; }
    } else if (runs) {
      this.work.playbackRate = Math.min(Math.max(speed * (1 - Math.max(-0.2, Math.min(0.2, drift))), SLOWEST), FASTEST);
    }
    if (runs && this.work.paused) { this.work.play().catch(() => undefined); }
    if (!runs && !this.work.paused) { this.work.pause(); }
  }

  step(frames) {
    this.setPlaying(false);
    this.goTo(this.now + frames * this.frameSeconds, this.match);
  }

  move(side, frames) {
    this.nudge[side] += frames * this.frameSeconds;
    this.lock();
  }

  fitAgain() {
    this.nudge = { upload: 0, work: 0 };
    this.lock();
  }

  nextMatch(step) {
    const inTime = this.plan.matches.map((line, number) => [line.start, number]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const place = inTime.findIndex(([, number]) => number === this.match) + step;
    if (inTime[place]) { this.choose(inTime[place][1]); }
  }

  nextScene(step) {
    const later = this.scenes.findIndex((start) => start > this.now + 0.02);
    const place = (later === -1 ? this.scenes.length : later) - 1 + step;
    if (place >= 0 && place < this.scenes.length) { this.goTo(this.scenes[place]); }
    return this.scenes.length > 0;
  }

  mirror(is) {
    byId("mirror").checked = is;
    [this.work, byId("work-picture")].forEach((one) => one.classList.toggle("is-mirrored", is));
  }

  point(drawing, event) {
    if (event.target.closest("g")) { return; }
    const box = drawing.getBoundingClientRect();
    this.goTo((event.clientX - box.left) / box.width * Number(drawing.dataset.uploadSeconds));
  }

  tell() {
    const { words, line } = this;
    byId("upload-time").textContent = clock(this.now + this.nudge.upload);
    byId("work-time").textContent = line ? clock(this.workTime(this.now)) : "–";
    byId("play-word").textContent = this.isPlaying ? words.pause : words.play;
    byId("seek").value = this.now;
    byId("seek").setAttribute("aria-valuetext", clock(this.now));
    this.drawHeads();
    const values = line && { number: this.match + 1, total: this.plan.matches.length, speed: line.speed.toFixed(3),
      start: clock(line.workStart), begin: clock(line.start) };
    let said = line ? fill(line.speed ? words.atMatch : words.still, values) : words.noMatch;
    if (this.nudge.upload || this.nudge.work) {
      const signed = (one) => `${one < 0 ? "\u2212" : "+"}${Math.abs(one).toFixed(3)}`;
      said += ` · ${fill(words.nudged, { upload: signed(this.nudge.upload), work: signed(this.nudge.work) })}`;
    }
    if (byId("lock").textContent !== said) { byId("lock").textContent = said; }
  }

  drawHeads() {
    all(".timeline:not([hidden]) svg").forEach((one) => {
      const at = (seconds, whole) => String(Math.min(1000, 1000 * seconds / Number(whole)));
      const place = (name, x) => {
        const head = one.querySelector(name);
        head.setAttribute("x1", x);
        head.setAttribute("x2", x);
      };
      place(".upload-head", at(this.now, one.dataset.uploadSeconds));
      if (this.line) { place(".work-head", at(this.workTime(this.now), one.dataset.workSeconds)); }
    });
  }
}
