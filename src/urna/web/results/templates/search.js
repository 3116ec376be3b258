// Finds stations and territories by words of their names. Asks this site for small files and nobody else for anything.
// The page is whole without this: the box is hidden until it can work, and from a folder on a disk it cannot.
"use strict";
(() => {
  const section = document.querySelector("section.search");
  const form = document.getElementById("find");
  if (!section || !form || location.protocol === "file:") return;
  const typed = document.getElementById("typed");
  const said = document.getElementById("said");
  const found = document.getElementById("found");
  const SHOWN = 50;
  const FILES = 4;
  const kept = new Map();
  let turn = 0;

  const words = (text) => text.toUpperCase().normalize("NFD").replace(/\p{M}/gu, "").match(/[\p{L}\p{N}]+/gu) || [];
  const part = (word) => Array.from(word, (c) => (c < "\x80" ? c : "-" + c.codePointAt(0).toString(16))).join("");

  function load(file) {
    if (!kept.has(file)) {
      const answer = fetch(file).then((got) => (got.ok ? got.json() : Promise.reject(new Error(file))));
      answer.catch(() => kept.delete(file));
      kept.set(file, answer);
    }
    return kept.get(file);
  }

  // The files in which every name with a word that begins like this stands: one, or several longer beginnings.
  function files(all, word) {
    const name = part(word);
    const one = all.filter((each) => each === name + "_" || (!each.endsWith("_") && name.startsWith(each)));
    const longer = all.filter((each) => each !== name + "_" && each.length > name.length && each.startsWith(name));
    return [...one, ...longer];
  }

  async function candidates(all, word) {
    const names = files(all, word);
    const read = await Promise.all(names.slice(0, FILES).map((each) => load(`words/${each}.json`)));
    return { more: names.length > FILES || read.some((each) => each.more), entries: read.flatMap((each) => each.entries) };
  }

  async function find(asked) {
    const all = await load("words.json");
    const sets = await Promise.all(asked.map((word) => candidates(all, word)));
    const best = sets.filter((each) => !each.more).sort((a, b) => a.entries.length - b.entries.length)[0];
    const seen = new Set();
    const entries = (best || { entries: sets.flatMap((each) => each.entries) }).entries.filter((entry) => {
      const has = [...words(`${entry[0]} ${entry[1]} ${entry[2]}`), words(entry[2]).join("")];
      const key = `${entry[3]}${entry[2]}`;
      if (seen.has(key) || !asked.every((word) => has.some((each) => each.startsWith(word)))) return false;
      return seen.add(key);
    });
    return { more: !best, entries };
  }

  function show(entry) {
    const [name, place, code, isStation] = entry;
    const item = document.createElement("li");
    const link = document.createElement("a");
    const small = document.createElement("span");
    link.href = section.dataset[isStation ? "station" : "territory"].replace("*", () => encodeURIComponent(code));
    link.append(Object.assign(document.createElement("bdi"), { textContent: name }));
    small.className = "cards";
    small.append(isStation ? `${code} · ` : "", Object.assign(document.createElement("bdi"), { textContent: place }));
    item.append(link, small);
    return item;
  }

  async function answer() {
    const mine = ++turn;
    const asked = words(typed.value);
    const result = asked.length ? await find(asked) : { more: false, entries: [] };
    if (mine !== turn) return;
    found.replaceChildren(...result.entries.slice(0, SHOWN).map(show));
    const isMore = result.more || result.entries.length > SHOWN;
    said.textContent = asked.length ? (result.entries.length ? (isMore ? form.dataset.more : "") : form.dataset.none) : "";
  }

  section.hidden = false;
  form.addEventListener("submit", (event) => { event.preventDefault(); answer(); });
  typed.addEventListener("input", answer);
})();
