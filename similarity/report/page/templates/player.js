(() => {
  const SLOWEST = 0.0625, FASTEST = 16;
  const FAR_SECONDS = 0.25;
  const { byId, clock, fill, words } = Page;
  const suspect = byId("suspect-video");
  const work = byId("work-video");
  const plan = Page.player ? JSON.parse(Page.player.dataset.play) : null;
  const state = { match: -1, now: 0, slot: "", playing: false, said: "" };
  const files = new Map();

  const line = (match, seconds) => Math.max(0, match.speed * seconds + match.offset);
  const current = () => plan.matches[state.match];
  const isLoaded = (video) => video.readyState >= 1 && Number.isFinite(video.duration);

  const signed = (seconds) => `${seconds < 0 ? "\u2212" : "+"} ${Math.abs(seconds).toFixed(3)}`;

  const matchAt = (seconds) => {
    const covers = (match) => match && seconds >= match.start - 0.05 && seconds < match.end + 0.05;
    return covers(current()) ? state.match : plan.matches.findIndex(covers);
  };

  const sceneAt = (seconds) => {
    const later = plan.scenes.findIndex((scene) => scene.start > seconds + 0.02);
    return (later === -1 ? plan.scenes.length : later) - 1;
  };

  const tell = () => {
    const match = current();
    const scene = plan.scenes[sceneAt(state.now)];
    const letter = match && match.work >= 0 ? plan.works[match.work] : "";
    let said = scene ? fill(words.atScene, { scene: scene.number }) : "";
    if (match) {
      const values = { match: match.name, speed: match.speed.toFixed(3), offset: signed(match.offset), letter };
      said = fill(files.has(`work-${match.work}`) ? words.atMatch : words.noWork, values);
    }
    if (said !== state.said) { byId("player-state").textContent = state.said = said; }
    byId("work-name").textContent = letter ? fill(words.work, { letter }) : byId("work-video").getAttribute("aria-label");
    byId("suspect-time").textContent = clock(state.now);
    byId("work-time").textContent = match ? clock(line(match, state.now)) : "\u2013";
    byId("suspect-seek").value = state.now;
    byId("suspect-seek").setAttribute("aria-valuetext", clock(state.now));
    byId("play-button").textContent = state.playing ? words.pause : words.play;
  };

  const mirror = (is) => {
    byId("mirror-work").checked = is;
    work.classList.toggle("mirrored", is);
  };

  const choose = (number) => {
    if (number === state.match) { return; }
    state.match = number;
    const match = current();
    if (!match) { work.pause(); return; }
    mirror(match.mirrored);
    const slot = `work-${match.work}`;
    if (files.has(slot) && slot !== state.slot) {
      state.slot = slot;
      work.src = files.get(slot);
    }
    work.classList.toggle("is-empty", !files.has(slot));
  };

  const follow = (mustSeek) => {
    const match = current();
    if (!match || !isLoaded(work)) { work.pause(); return; }
    const target = Math.min(line(match, state.now), work.duration);
    const drift = work.currentTime - target;
    const runs = state.playing && match.speed >= SLOWEST && match.speed <= FASTEST;
    if (mustSeek || Math.abs(drift) > FAR_SECONDS * Math.max(1, Math.abs(match.speed))) {
      if (!work.seeking || mustSeek) { work.currentTime = target; }
    } else if (runs) {
      const correction = Math.min(Math.max(drift, -0.2), 0.2);
      work.playbackRate = Math.min(Math.max(match.speed * (1 - correction), SLOWEST), FASTEST);
    }
    if (runs && work.paused && target < work.duration) { start(work); }
    if (!runs && !work.paused) { work.pause(); }
  };

  const start = (video) => { video.play().catch(() => undefined); };

  const goTo = (seconds, number = -1) => {
    state.now = Math.max(0, seconds);
    choose(number >= 0 ? number : matchAt(state.now));
    if (isLoaded(suspect)) { suspect.currentTime = Math.min(state.now, suspect.duration); }
    follow(true);
    tell();
  };

  const setPlaying = (is) => {
    state.playing = is && isLoaded(suspect);
    if (state.playing) { start(suspect); requestAnimationFrame(frame); } else { suspect.pause(); work.pause(); }
    tell();
    if (is && !state.playing) { byId("player-state").textContent = state.said = words.noSuspect; }
  };

  const frame = () => {
    if (!state.playing) { return; }
    state.now = suspect.currentTime;
    choose(matchAt(state.now));
    follow(false);
    tell();
    requestAnimationFrame(frame);
  };

  const nextScene = (step) => {
    const place = sceneAt(state.now) + step;
    if (plan.scenes[place]) { goTo(plan.scenes[place].start, plan.scenes[place].match); }
  };

  const nextMatch = (step) => {
    const inTime = plan.matches.map((match, number) => [match.start, number]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const place = inTime.findIndex(([, number]) => number === state.match);
    const later = inTime.findIndex(([begin]) => begin > state.now);
    const next = place >= 0 ? place + step : step > 0 ? later : (later === -1 ? inTime.length : later) - 1;
    if (inTime[next]) { goTo(inTime[next][0], inTime[next][1]); }
  };

  const compare = (point) => {
    setPlaying(false);
    goTo(point.suspect, point.match);
    if (isLoaded(work)) { work.currentTime = Math.min(point.work, work.duration); }
    byId("work-time").textContent = clock(point.work);
  };

  const actions = {
    "play": () => setPlaying(!state.playing),
    "next-scene": () => nextScene(1),
    "previous-scene": () => nextScene(-1),
    "next-match": () => nextMatch(1),
    "previous-match": () => nextMatch(-1),
    "keys": () => Page.show(byId("keys")),
  };
  const keys = { " ": "play", j: "next-scene", k: "previous-scene", n: "next-match", p: "previous-match", "?": "keys" };

  const pressed = (event) => {
    const where = event.target.closest("input, select, textarea, [contenteditable], dialog");
    const acts = event.key === " " && event.target.closest("button, summary, a, [role=application]");
    if (where || acts || event.ctrlKey || event.altKey || event.metaKey || !byId("keys-on").checked) { return; }
    const action = keys[event.key];
    if (!action || (action === "play" && !files.has("suspect"))) { return; }
    event.preventDefault();
    actions[action]();
  };

  const judge = (input, file, [said, fits]) => {
    if (input.files[0] !== file) { return; }
    const place = byId(`${input.id}-state`);
    place.textContent = said;
    place.dataset.fits = fits;
  };

  const check = async (input, file) => {
    if (file.size !== Number(input.dataset.size)) { return [words.otherSize, "no"]; }
    const tell = (share) => {
      judge(input, file, [fill(words.hashing, { share: Math.floor(100 * share) }), "unknown"]);
    };
    tell(0);
    const hex = await Digest.sha256(file, tell);
    return hex === input.dataset.sha256 ? [words.fits, "yes"] : [words.other, "no"];
  };

  const open = async (input) => {
    const file = input.files[0];
    const slot = input.dataset.slot;
    if (!file) { return; }
    if (files.has(slot)) { URL.revokeObjectURL(files.get(slot)); }
    files.set(slot, URL.createObjectURL(file));
    if (slot === "suspect") {
      suspect.src = files.get(slot);
      suspect.classList.remove("is-empty");
    }
    const match = current();
    if (match && slot === `work-${match.work}`) {
      state.slot = slot;
      work.src = files.get(slot);
      work.classList.remove("is-empty");
    }
    tell();
    judge(input, file, await check(input, file).catch(() => [words.unread, "unknown"]));
  };

  const failed = (video) => {
    const slot = video === suspect ? "suspect" : state.slot;
    const input = Page.all("[data-slot]").find((one) => one.dataset.slot === slot);
    if (input && video.src) { judge(input, input.files[0], [words.unreadable, "no"]); }
  };

  const listen = () => {
    Page.all("[data-slot]").forEach((input) => input.addEventListener("change", () => open(input)));
    Page.all(".controls [data-do]").forEach((button) => button.addEventListener("click", actions[button.dataset.do]));
    Page.all(".play-match").forEach((button) => {
      button.addEventListener("click", () => {
        const number = Number(button.dataset.match);
        Page.player.scrollIntoView();
        byId("play-button").focus({ preventScroll: true });
        goTo(plan.matches[number].start, number);
        setPlaying(true);
      });
    });
    byId("suspect-seek").addEventListener("input", (event) => goTo(Number(event.target.value)));
    byId("mirror-work").addEventListener("change", (event) => mirror(event.target.checked));
    byId("with-sound").addEventListener("change", (event) => { suspect.muted = !event.target.checked; });
    suspect.addEventListener("loadedmetadata", () => goTo(state.now, state.match));
    work.addEventListener("loadedmetadata", () => { follow(true); tell(); });
    suspect.addEventListener("ended", () => setPlaying(false));
    [suspect, work].forEach((video) => video.addEventListener("error", () => failed(video)));
    document.addEventListener("go-to-point", (event) => compare(event.detail));
    document.addEventListener("keydown", pressed);
  };

  if (suspect && work && plan) {
    listen();
    goTo(plan.matches.length ? plan.matches[0].start : 0, plan.matches.length ? 0 : -1);
  }
})();
