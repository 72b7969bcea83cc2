"use strict";
(() => {
  const { rows, readings } = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const list = $("list"), space = document.createElement("div");
  space.className = "space";
  list.append(space);
  const controls = ["search", "state", "route", "reading", "work", "shared", "opinion"];
  const verdicts = { confirmed: "confirm", rejected: "reject", later: "later" }, columns = ["suspect_sha256", "work_sha256", "work_start_seconds", "work_end_seconds", "score", "verdict", "by", "note", "given_utc"];
  const place = `opinions of ${location.pathname}`;
  let said = {};
  try { said = JSON.parse(localStorage.getItem(place)) || {}; } catch { /* a browser that keeps nothing */ }
  let shown = [], key = "score", falling = true;

  const option = (select, value, text) => select.append(new Option(text, value));
  for (const [name, words] of Object.entries(readings)) if (rows.some((row) => row.reading === name)) option($("reading"), name, words);
  for (const work of [...new Set(rows.filter((row) => row.state === "found").map((row) => row.work))].sort()) option($("work"), work, work);
  if (!rows.some((row) => row.state === "found")) $("state").value = "";

  const seconds = (span) => span && span[0] === span[1] ? "the picture" : span ? `${span[0].toFixed(2)} – ${span[1].toFixed(2)} s` : "";
  const value = (row) => ({ by: (row.by || []).join(" "), score: row.score ?? -Infinity })[key] ?? row[key] ?? "";
  const cell = (name, big, small) => {
    const span = document.createElement("span");
    span.setAttribute("role", "cell");
    if (name) span.className = name;
    for (const [tag, text] of [["b", big], ["small", small]]) if (text) span.append(Object.assign(document.createElement(tag), { textContent: text, title: text }));
    return span;
  };
  const by = (names) => {
    const span = cell("", names.length ? "" : "not found");
    for (const name of names) span.append(Object.assign(document.createElement("b"), { textContent: name }));
    return span;
  };
  const picture = (source, text) => source
    ? Object.assign(new Image(), { src: source, alt: text, loading: "lazy", decoding: "async" })
    : document.createElement("i");

  const handle = (row) => `${row.suspect_sha256} ${row.work_sha256} ${row.there}`;
  const opinion = (row) => said[handle(row)] || row.opinion;
  const isOpen = (row) => { const one = opinion(row); return !one || one.verdict === "later" || Boolean(one.is_stronger); };
  const say = (row, verdict) => {
    const by = $("by").value.trim();
    if (!by) { $("count").textContent = "Enter your name first"; $("by").focus(); return; }
    if (said[handle(row)]?.verdict === verdict) delete said[handle(row)];
    else said[handle(row)] = { suspect_sha256: row.suspect_sha256, work_sha256: row.work_sha256, work_start_seconds: row.there[0], work_end_seconds: row.there[1],
      score: row.score, verdict, by, note: $("note").value.trim(), given_utc: new Date().toISOString() };
    $("note").value = "";
    try { localStorage.setItem(place, JSON.stringify(said)); } catch { /* as above: the table can still be saved */ }
    $("save").hidden = !Object.keys(said).length;
    draw();
  };
  const opinions = (row) => {
    const span = cell("opinion"), one = opinion(row);
    if (!row.work_sha256) return span;
    for (const [verdict, words] of Object.entries(verdicts)) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: words });
      button.setAttribute("aria-pressed", one?.verdict === verdict);
      button.addEventListener("click", (event) => { event.stopPropagation(); say(row, verdict); });
      button.addEventListener("keydown", (event) => event.stopPropagation());
      span.append(button);
    }
    const words = one && [one.by, one.note, one.is_stronger ? "stronger now than judged" : ""].filter(Boolean).join(": ");
    if (words) span.append(Object.assign(document.createElement("small"), { textContent: words, title: words }));
    return span;
  };
  const quoted = (value) => { const text = typeof value === "number" ? String(value) : value.replace(/^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/, "'$&"); return `"${text.replaceAll('"', '""')}"`; };
  $("save").addEventListener("click", () => {
    const lines = [columns, ...Object.values(said).map((one) => columns.map((name) => one[name]))].map((row) => row.map(quoted).join(","));
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" })), download: "opinions.csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  $("save").hidden = !Object.keys(said).length;

  const made = (row, number, height) => {
    const line = document.createElement("div");
    line.className = `row ${row.state}`;
    line.setAttribute("role", "row");
    line.setAttribute("aria-rowindex", number + 2);
    line.tabIndex = 0;
    line.style.top = `${number * height}px`;
    const pictures = cell("pictures");
    const [here, there] = row.pictures || [];
    pictures.append(picture(here, `frame of ${row.suspect}`), picture(there, `frame of ${row.work}`));
    line.append(pictures, cell("", row.suspect, seconds(row.here) || row.path));
    if (row.state === "failed") line.append(cell("", "could not be used", row.why));
    else if (row.state === "nothing") line.append(cell("", "nothing in common"));
    else {
      const ratios = cell("ratios");
      for (const name of ["copy", "adaptation"]) ratios.append(Object.assign(document.createElement("small"), { textContent: `${name} ${row[name] ?? "withheld"}` }));
      const there = cell("", row.work, seconds(row.there) + (row.stretches > 1 ? `, ${row.stretches} stretches` : ""));
      if (row.shared.length) {
        const words = `shared with ${row.shared.join(", ")}${row.is_shared ? "" : "; other stretches are not"}`;
        there.append(Object.assign(document.createElement("small"), { className: "shared", textContent: words, title: words }));
      }
      line.append(there,
        by(row.by), cell("strength", row.score.toFixed(1)), ratios, cell("reading", "", readings[row.reading] || ""), opinions(row));
    }
    if (row.report) line.querySelector("span:nth-child(2)").append(Object.assign(document.createElement("a"), { href: row.report, textContent: "report", target: "_blank", rel: "noopener" }));
    line.addEventListener("click", (event) => { if (event.target.tagName !== "A") chosen(line, row); });
    line.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target === line) chosen(line, row); });
    return line;
  };
  const chosen = (line, row) => row.report ? window.open(row.report, "_blank", "noopener") : copied(line, row);
  const copied = async (line, row) => {
    try { await navigator.clipboard.writeText(row.command); $("count").textContent = `copied: ${row.command}`; }
    catch { $("count").textContent = row.command; }
    line.classList.add("copied");
  };

  const draw = () => {
    const height = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row"));
    const first = Math.max(0, Math.floor(list.scrollTop / height) - 6);
    const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / height) + 6);
    space.style.height = `${shown.length * height}px`;
    space.replaceChildren(...shown.slice(first, last).map((row, i) => made(row, first + i, height)));
  };
  const apply = () => {
    const [search, state, route, reading, work, shared, view] = controls.map((id) => $(id).value.trim());
    const words = search.toLowerCase();
    let folded = 0;
    const isSeen = (row) => { const hides = shared === "fold" && row.is_shared; folded += hides; return !hides && (shared !== "only" || row.is_shared); };
    shown = rows.filter((row) => (!state || row.state === state) && (!route || row.by?.includes(route)) && (!reading || row.reading === reading)
      && (!view || (view === "open" ? isOpen(row) : opinion(row)?.verdict === view)) && (!work || row.work === work) && (!words || `${row.suspect} ${row.work ?? ""} ${row.path}`.toLowerCase().includes(words)) && isSeen(row));
    const sign = falling ? -1 : 1;
    shown.sort((one, other) => { const a = value(one), b = value(other); return (a < b ? -1 : a > b ? 1 : 0) * sign || (one.suspect < other.suspect ? -1 : 1); });
    $("count").textContent = `${shown.length.toLocaleString("en")} rows${folded ? `, ${folded.toLocaleString("en")} of shared footage folded away` : ""}`;
    $("table").setAttribute("aria-rowcount", shown.length + 1);
    list.scrollTop = 0;
    draw();
  };
  for (const button of document.querySelectorAll("#head button")) button.addEventListener("click", () => {
    falling = button.dataset.key === key ? !falling : button.dataset.key === "score";
    key = button.dataset.key;
    for (const one of document.querySelectorAll("#head button")) one.parentElement.setAttribute("aria-sort", one !== button ? "none" : falling ? "descending" : "ascending");
    apply();
  });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  for (const id of controls) $(id).addEventListener("input", apply);
  list.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
  addEventListener("resize", draw);
  apply();
})();
