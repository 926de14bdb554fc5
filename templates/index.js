"use strict";
// Sorts and filters the tables of the index. Without it the page is complete, in its first order.
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details")) one.open = true;
});
for (const table of document.querySelectorAll(".cockpit")) {
  const tools = document.getElementById("tools").content.firstChild.cloneNode(true);
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells], words = tools.dataset;
  const language = document.documentElement.lang, top = table.id.slice(0, -1);
  const order = new Intl.Collator(language, {numeric: true, sensitivity: "base"}).compare;
  const [query, kam, kind, by, errors] = [...tools.querySelectorAll("[name]")].map(one => {
    one.id = one.previousElementSibling.htmlFor = top + one.name;
    return one;
  });
  kind.previousElementSibling.textContent = table.dataset.class;
  const reset = tools.querySelector(".reset"), told = tools.querySelector(".told");
  table.parentElement.before(tools);
  const plain = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const numbered = heads.filter(head => !head.dataset.kind || head.dataset.kind === "light");
  const kinds = heads.findIndex(head => head.dataset.kind === "class");
  const rows = [...body.rows].map((row, first) => {
    const small = row.cells[0].querySelector("small");
    const places = row.dataset.s.split(",");
    return {
      row, first,
      text: plain(row.cells[0].textContent),
      kam: small.textContent.slice(small.firstChild.textContent.length + 3),
      kind: row.cells[kinds].textContent.split(" · ")[0],
      errors: row.querySelector(".errors") !== null,
      cells: [...row.cells].map((cell, number) => ({
        number: places[numbered.indexOf(heads[number])] || null,
        text: number ? cell.textContent.trim() : cell.children[1].textContent,
      })),
      lights: [...row.querySelectorAll(".light")].map(one =>
        ["green", "yellow", "red", "grey"].find(light => one.classList.contains(light))),
    };
  });
  const chips = table.id === "accounts-t" ? [...document.querySelectorAll(".chip")] : [];
  const state = {column: -1, down: false, lamp: -1, light: ""};

  function show(speak) {
    const wanted = plain(query.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of rows) {
      const here = wanted.every(word => one.text.includes(word)) &&
        (!kam.value || one.kam === kam.value) && (!kind.value || one.kind === kind.value) &&
        (!errors.checked || one.errors) &&
        (state.lamp < 0 || one.lights[state.lamp] === state.light);
      one.row.hidden = !here;
      shown += here;
    }
    const sorted = state.column < 0 ? "" : (state.down ? words.down : words.up)
      .replace("{column}", heads[state.column].textContent.trim());
    told.textContent = words.shown.replace("{n}", shown).replace("{of}", rows.length) +
      (sorted && ". " + sorted);
    reset.hidden = shown === rows.length && state.column < 0;
    for (const chip of chips)
      chip.setAttribute("aria-pressed", state.lamp == chip.dataset.lamp &&
        state.light === chip.dataset.light);
    if (speak) keep();
  }

  function sort(column, down) {
    state.column = column;
    state.down = down;
    const textual = column >= 0 && ["text", "class"].includes(heads[column].dataset.kind);
    const way = down ? -1 : 1;
    const key = one => textual ? one.cells[column].text : one.cells[column].number;
    const missing = value => value === null || value === "–" || value === "";
    rows.sort((a, b) => {
      if (column < 0) return a.first - b.first;
      const x = key(a), y = key(b);
      if (missing(x) || missing(y)) return missing(x) - missing(y) || a.first - b.first;
      return way * (textual ? order(x, y) : x - y) || a.first - b.first;
    });
    body.append(...rows.map(one => one.row));
    heads.forEach((head, number) => {
      if (number !== column) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
    by.value = column < 0 ? "" : column + (down ? "-" : "+");
  }

  // ------------------------------------------------ what was chosen stays in the address
  function keep() {
    const chosen = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    const values = {
      q: query.value, k: kam.value, c: kind.value, e: errors.checked ? "1" : "", s: by.value,
      l: state.lamp < 0 ? "" : state.lamp + state.light,
    };
    for (const [name, value] of Object.entries(values))
      if (value) chosen.set(top[0] + name, value);
      else chosen.delete(top[0] + name);
    try {
      history.replaceState(null, "", "#" + chosen);
    } catch { /* a browser that forbids it for files only forgets */ }
  }

  function recall() {
    if (!location.hash.includes("=")) return;
    const chosen = new URLSearchParams(location.hash.slice(1));
    const value = name => chosen.get(top[0] + name) || "";
    query.value = value("q");
    kam.value = value("k");
    kind.value = value("c");
    errors.checked = value("e") === "1";
    const lamp = /^(\d)(green|yellow|red|grey)$/.exec(value("l"));
    if (lamp) [state.lamp, state.light] = [Number(lamp[1]), lamp[2]];
    const sorted = /^(\d+)([+-])$/.exec(value("s"));
    if (sorted && heads[sorted[1]]) sort(Number(sorted[1]), sorted[2] === "-");
  }

  // ------------------------------------------------ the controls
  function choices(select, values) {
    for (const value of [...new Set(values)].filter(one => one && one !== "–").sort(order))
      select.add(new Option(value, value));
    select.parentElement.hidden = select.options.length < 3;
  }
  choices(kam, rows.map(one => one.kam));
  choices(kind, rows.map(one => one.kind));

  by.add(new Option("–", ""));
  heads.forEach((head, column) => {
    if (head.dataset.kind === "still") return;
    const name = head.textContent.trim(), button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    const first = !head.dataset.kind;
    button.addEventListener("click", () => {
      sort(column, state.column === column ? !state.down : first);
      show(true);
    });
    for (const [sign, down] of [["↑", false], ["↓", true]])
      by.add(new Option(name + " " + sign, column + (down ? "-" : "+")));
  });
  by.addEventListener("change", () => {
    if (by.value) sort(parseInt(by.value, 10), by.value.endsWith("-"));
    else sort(-1, false);
    show(true);
  });
  for (const one of [kam, kind, errors]) one.addEventListener("change", () => show(true));
  query.addEventListener("input", () => show(true));
  reset.addEventListener("click", () => {
    query.value = kam.value = kind.value = "";
    errors.checked = false;
    state.lamp = -1;
    sort(-1, false);
    show(true);
    query.focus();
  });
  chips.forEach((chip, number) => {
    const button = document.createElement("button"), cell = chip.parentElement;
    const row = cell.parentElement, lights = row.closest("table");
    const light = lights.tHead.rows[0].cells[cell.cellIndex].firstElementChild;
    button.type = "button";
    button.className = "chip";
    button.dataset.lamp = row.sectionRowIndex;
    button.dataset.light = light.classList[1];
    button.setAttribute("aria-label", lights.dataset.name
      .replace("{lamp}", row.cells[0].textContent)
      .replace("{light}", light.textContent.trim())
      .replace("{count}", chip.textContent));
    button.textContent = chip.textContent;
    button.disabled = chip.textContent.trim() === "0";
    button.addEventListener("click", () => {
      const again = button.getAttribute("aria-pressed") === "true";
      state.lamp = again ? -1 : Number(button.dataset.lamp);
      state.light = again ? "" : button.dataset.light;
      show(true);
    });
    chip.replaceWith(button);
    chips[number] = button;
  });
  recall();
  show(false);
}
