"use strict";
const Page = (() => {
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const byId = (id) => document.getElementById(id);
  const player = byId("player");
  const words = player ? JSON.parse(player.dataset.words) : {};
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const padded = (number, digits) => String(number).padStart(digits, "0");

  const clock = (seconds) => {
    const milliseconds = Math.round(Math.abs(seconds) * 1000);
    const sign = seconds < 0 && milliseconds ? "\u2212" : "";
    const whole = Math.floor(milliseconds / 1000);
    const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    return `${sign}${parts.map((part) => padded(part, 2)).join(":")}.${padded(milliseconds % 1000, 3)}`;
  };

  const show = (dialog) => {
    const before = document.activeElement;
    dialog.showModal();
    dialog.addEventListener("close", () => { if (before && before.focus) { before.focus(); } }, { once: true });
  };

  const withDialogs = () => {
    all("dialog").forEach((dialog) => {
      const close = dialog.querySelector("[data-close]");
      close.addEventListener("click", () => dialog.close());
      dialog.addEventListener("click", (event) => { if (event.target === dialog) { dialog.close(); } });
    });
  };

  const enlarge = (picture) => {
    const large = byId("enlarged-picture");
    large.src = picture.src;
    large.alt = picture.alt;
    byId("enlarged-words").textContent = picture.alt;
    show(byId("enlarged"));
  };

  const withPictures = () => {
    all("img.enlargeable").forEach((picture) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "enlarge";
      button.setAttribute("aria-label", fill(words.enlarge, { picture: picture.alt }));
      button.addEventListener("click", () => enlarge(picture));
      picture.replaceWith(button);
      button.append(picture);
    });
  };

  const withTimeline = () => {
    const detail = byId("timeline-detail");
    const links = all("[data-rove] a");
    const say = (event) => { detail.textContent = event.currentTarget.dataset.detail; };
    const moves = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    links.forEach((link, position) => {
      link.addEventListener("pointerenter", say);
      link.addEventListener("focus", say);
      link.setAttribute("tabindex", position === 0 ? "0" : "-1");
      link.addEventListener("keydown", (event) => {
        const next = links[position + (moves[event.key] || 0)];
        if (!next || next === link) { return; }
        event.preventDefault();
        link.setAttribute("tabindex", "-1");
        next.setAttribute("tabindex", "0");
        next.focus();
      });
    });
  };

  const unfold = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    const inside = target.matches("article.match, article.finding") ? target.querySelector("details") : null;
    for (let place = inside || target; place; place = place.parentElement) {
      if (place.localName === "details") { place.open = true; }
    }
    const only = byId("only-matched");
    if (only && target.matches("tr.no-match")) { only.checked = false; }
    target.scrollIntoView();
  };

  const withPrinting = () => {
    let folded = [];
    window.addEventListener("beforeprint", () => {
      all("dialog[open]").forEach((dialog) => dialog.close());
      folded = all("details:not([open])");
      folded.forEach((details) => { details.open = true; });
    });
    window.addEventListener("afterprint", () => { folded.forEach((details) => { details.open = false; }); });
  };

  all(".needs-script").forEach((part) => { part.hidden = false; });
  withDialogs();
  withPictures();
  withTimeline();
  withPrinting();
  window.addEventListener("hashchange", unfold);
  if (location.hash) { unfold(); }
  return { all, byId, clock, fill, padded, player, show, words };
})();
