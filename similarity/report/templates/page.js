(() => {
  "use strict";
  const detail = document.getElementById("timeline-detail");
  const links = Array.from(document.querySelectorAll("[data-rove] a"));
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
  const unfold = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    const inside = target.matches("article.match, article.finding") ? target.querySelector("details") : null;
    if (inside) { inside.open = true; }
    const only = document.getElementById("only-matched");
    if (only && target.matches("tr.no-match")) { only.checked = false; }
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", unfold);
  if (location.hash) { unfold(); }
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = Array.from(document.querySelectorAll("details:not([open])"));
    folded.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", () => { folded.forEach((details) => { details.open = false; }); });
})();
