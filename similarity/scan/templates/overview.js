"use strict";
(() => {
  const { rows, readings } = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const list = $("list"), space = document.createElement("div");
  space.className = "space";
  list.append(space);
  const controls = ["search", "state", "by", "reading", "work"];
  let shown = [], key = "score", falling = true;

  const option = (select, value, text) => select.append(new Option(text, value));
  for (const [name, words] of Object.entries(readings)) if (rows.some((row) => row.reading === name)) option($("reading"), name, words);
  for (const work of [...new Set(rows.filter((row) => row.state === "found").map((row) => row.work))].sort()) option($("work"), work, work);
  if (!rows.some((row) => row.state === "found")) $("state").value = "";

  const seconds = (span) => span ? `${span[0].toFixed(2)} – ${span[1].toFixed(2)} s` : "";
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
      line.append(cell("", row.work, seconds(row.there) + (row.stretches > 1 ? `, ${row.stretches} stretches` : "")),
        by(row.by), cell("strength", row.score.toFixed(1)), ratios, cell("reading", "", readings[row.reading] || ""));
    }
    line.addEventListener("click", () => copied(line, row));
    line.addEventListener("keydown", (event) => { if (event.key === "Enter") copied(line, row); });
    return line;
  };
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
    const [search, state, by, reading, work] = controls.map((id) => $(id).value.trim());
    const words = search.toLowerCase();
    shown = rows.filter((row) => (!state || row.state === state) && (!by || row.by?.includes(by)) && (!reading || row.reading === reading)
      && (!work || row.work === work) && (!words || `${row.suspect} ${row.work ?? ""} ${row.path}`.toLowerCase().includes(words)));
    const sign = falling ? -1 : 1;
    shown.sort((one, other) => { const a = value(one), b = value(other); return (a < b ? -1 : a > b ? 1 : 0) * sign || (one.suspect < other.suspect ? -1 : 1); });
    $("count").textContent = `${shown.length.toLocaleString("en")} rows`;
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
