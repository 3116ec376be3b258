// Two switches, a keyboard and a voice reach every function of the booth. The voter's side of it and the contract
// with the page: docs/accessibility.md
//
// 1. A key is pressed, and acts when it is released; one that repeats, bounces or comes too soon does nothing.
// 2. Next and previous walk through all that the screen says, round and round; select clicks what they stand on.
// 3. What they stand on speaks; it is fetched for this once and kept nowhere.
// 4. A new screen is read from its heading, or from the place that it names.
"use strict";

(() => {
  const NEXT = "next", PREVIOUS = "previous", SELECT = "select", REPEAT = "repeat", LOUDER = "louder", SOFTER = "softer";

  const KEYS = {
    "Tab": NEXT, "ArrowRight": NEXT, "ArrowDown": NEXT, " ": NEXT, "1": NEXT,
    "ArrowLeft": PREVIOUS, "ArrowUp": PREVIOUS,
    "Enter": SELECT, "2": SELECT,
    "3": REPEAT,
    "+": LOUDER, "=": LOUDER, "-": SOFTER,
  };
  const DEBOUNCE_MS = 200; // after an act
  const BOUNCE_MS = 50; // after a key was let go

  // What the headphones give, in decibels of sound pressure (VVSG 2.0, 7.1-K); LOUDEST is the wave as it is.
  const QUIETEST = 20, LOUDEST = 100, USUAL = 65, STEP = 5;

  const outline = new CSSStyleSheet();
  outline.replaceSync(
    ":where([data-keys] [data-here]) { outline: max(3px, var(--mm, 4px)) solid currentColor; outline-offset: 3px; }" +
    "html:not([data-keys]) [data-read]:focus-visible { outline: none; }" // a heading is no place for who touches
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, outline];

  // --- Keys ---------------------------------------------------------------------------------------------------------

  const pressed = new Map(); // physical key -> what it does when it is released, and on which screen it was pressed
  const letGo = new Map(); // physical key -> when
  let lastAct = -Infinity;

  function press(event) {
    const act = actOf(event);
    if (!act) return;
    event.preventDefault(); // the browser's own Tab, Enter and space would act on pressing, and on each repetition
    wake();
    document.documentElement.setAttribute("data-keys", "");
    if (event.repeat || pressed.has(event.code)) return;
    // A switch bounces when it is pressed and when it is released: a press so soon is no press, nor is its release.
    const sinceLetGo = event.timeStamp - (letGo.get(event.code) ?? -Infinity);
    const isTooSoon = event.timeStamp - lastAct < DEBOUNCE_MS || sinceLetGo < BOUNCE_MS;
    pressed.set(event.code, { act: isTooSoon ? null : act, on: shown });
  }

  let stayAt = -1; // where the voter stays on the next screen, though it names another place

  function release(event) {
    if (!pressed.has(event.code)) return;
    event.preventDefault();
    const { act, on } = pressed.get(event.code);
    pressed.delete(event.code);
    letGo.set(event.code, event.timeStamp);
    // What was meant for one screen does nothing on the next; and two keys together are not two acts.
    if (!act || on !== shown || event.timeStamp - lastAct < DEBOUNCE_MS) return;
    lastAct = event.timeStamp;
    stayAt = -1;
    act();
  }

  // A button with data-key="." is clicked by that key, wherever the voter is, who stays there if it has data-stay;
  // KEYS comes second.
  function actOf(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return null;
    if (isTextField(event.target) && event.key !== "Tab") return null; // there, a 1 is a 1
    const control = places().find((each) => each.dataset.key === event.key);
    if (control) return () => { if (control.hasAttribute("data-stay")) stayAt = places().indexOf(here()); control.click(); };
    const name = event.key === "Tab" && event.shiftKey ? PREVIOUS : KEYS[event.key];
    return name ? ACTS[name] : null;
  }

  const ACTS = {
    [NEXT]: () => go(neighbour(1)),
    [PREVIOUS]: () => go(neighbour(-1)),
    [SELECT]: () => select(),
    [REPEAT]: () => speak(here()),
    [LOUDER]: () => { changeVolume(STEP); speak(here()); },
    [SOFTER]: () => { changeVolume(-STEP); speak(here()); },
  };

  function isTextField(element) {
    return element instanceof HTMLTextAreaElement ||
      (element instanceof HTMLInputElement && ["text", "search", "tel", "password", "number"].includes(element.type));
  }

  // --- Places -------------------------------------------------------------------------------------------------------

  let current = null;

  const screen = () => document.querySelector("[data-screen]");
  const here = () => (current && current.isConnected ? current : null);

  // All that the screen says, in reading order.
  function places() {
    return [...document.querySelectorAll("[data-say]")].filter((each) => !each.disabled && each.getClientRects().length > 0);
  }

  function neighbour(step) {
    const all = places();
    const index = all.indexOf(here());
    if (index < 0) return step > 0 ? all[0] : all[all.length - 1];
    return all[(index + step + all.length) % all.length];
  }

  function go(place) {
    if (!place) return;
    const wasThere = document.activeElement === place;
    if (place.tabIndex < 0) place.tabIndex = -1; // a heading is not focusable until it says so
    place.focus();
    if (wasThere) arriveAt(place);
  }

  function arriveAt(place) {
    if (here()) current.removeAttribute("data-here");
    current = place;
    place.setAttribute("data-here", "");
    place.scrollIntoView({ block: "nearest" });
    speak(place);
  }

  // What is only read has nothing to do: it is read again, and the voter is not left without an answer.
  function select() {
    const place = here();
    if (!place) go(places()[0]);
    else if (place.hasAttribute("data-read")) speak(place);
    else place.click();
  }

  // --- Voice --------------------------------------------------------------------------------------------------------

  const sound = { context: null, gain: null, source: null, asked: 0, place: null };
  let volume = USUAL;

  // 10 ms: a header that says 8,000 samples a second of 8 bits, and 80 of them.
  const SILENCE = URL.createObjectURL(new Blob([
    "RIFF", new Uint8Array([116, 0, 0, 0]), "WAVEfmt ", new Uint8Array([16, 0, 0, 0, 1, 0, 1, 0, 64, 31, 0, 0, 64, 31, 0, 0]),
    new Uint8Array([1, 0, 8, 0]), "data", new Uint8Array([80, 0, 0, 0]), new Uint8Array(80).fill(128),
  ], { type: "audio/wav" }));

  const isAudioOn = () => screen()?.closest("[data-audio]")?.dataset.audio === "on";

  function wake() {
    if (!isAudioOn() || !navigator.userActivation.hasBeenActive) return;
    context().resume();
  }

  function context() {
    if (!sound.context) {
      sound.context = new AudioContext();
      sound.gain = sound.context.createGain();
      sound.gain.connect(sound.context.destination);
      changeVolume(0);
    }
    return sound.context;
  }

  // A browser gives no sound before the first key or touch, unless it was started so; a moment of silence finds out.
  async function maySound() {
    if (navigator.userActivation.hasBeenActive) return true;
    return new Audio(SILENCE).play().then(() => true, () => false);
  }

  async function speak(place) {
    hush();
    if (!place || !isAudioOn()) return;
    const asked = sound.asked; // whoever asks later, or hushes, makes this one old
    const address = `/speech/${encodeURIComponent(screen().dataset.screen)}/${encodeURIComponent(place.dataset.say)}.wav`;
    try {
      if (!(await maySound()) || asked !== sound.asked) return;
      const answer = await fetch(address, { cache: "no-store" });
      if (answer.status !== 200) return; // another screen is on its way, or there is no voice
      const wave = await context().decodeAudioData(await answer.arrayBuffer());
      if (asked === sound.asked) play(wave, place);
    } catch {
      // The face is gone for a moment; the page says so itself.
    }
  }

  function play(wave, place) {
    const source = new AudioBufferSourceNode(sound.context, { buffer: wave });
    source.connect(sound.gain);
    source.onended = () => { if (sound.source === source) hush(); };
    sound.source = source;
    sound.place = place;
    place.setAttribute("data-speaking", "");
    source.start();
  }

  function hush() {
    sound.asked += 1;
    const source = sound.source;
    sound.source = null;
    if (source) { source.onended = null; source.stop(); source.disconnect(); }
    sound.place?.removeAttribute("data-speaking");
    sound.place = null;
  }

  function changeVolume(step) {
    volume = Math.min(LOUDEST, Math.max(QUIETEST, volume + step));
    if (sound.gain) sound.gain.gain.value = 10 ** ((volume - LOUDEST) / 20);
    screen()?.setAttribute("data-volume", String(volume));
  }

  // --- Screens ------------------------------------------------------------------------------------------------------

  let shown = "";
  const started = new WeakSet();

  // A new screen is read from data-start, or from its heading, or from the first thing it says. Within the same screen only a new
  // data-start moves the voter: a notice. A clock or a bar that the page renews does not.
  function arrive() {
    const now = screen()?.dataset.screen ?? "";
    const start = places().find((each) => each.hasAttribute("data-start"));
    if (now === shown && here() && (!start || start === here() || started.has(start))) return;
    if (now !== shown && (!isAudioOn() || screen().hasAttribute("data-fresh"))) volume = USUAL;
    shown = now;
    if (start) started.add(start);
    changeVolume(0);
    hush();
    const stay = places()[stayAt];
    stayAt = -1;
    go(stay ?? start ?? screen()?.querySelector("h1[data-say]") ?? places()[0]);
  }

  function click(event) {
    const control = event.target.closest?.("[data-louder], [data-softer]");
    if (!control) return;
    event.preventDefault();
    changeVolume(control.hasAttribute("data-louder") ? STEP : -STEP);
    speak(control);
  }

  document.addEventListener("keydown", press);
  document.addEventListener("keyup", release);
  document.addEventListener("click", click);
  document.addEventListener("pointerdown", () => document.documentElement.removeAttribute("data-keys"));
  document.addEventListener("focusin", (event) => {
    const place = event.target.closest?.("[data-say]");
    if (place) arriveAt(place);
  });
  document.addEventListener("htmx:afterSettle", arrive);
  window.addEventListener("blur", () => pressed.clear());
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", arrive);
  else arrive();
})();
