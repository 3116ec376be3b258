// After each screen the body wears the screen's own size and contrast, and the page its language.
"use strict";
(() => {
  function wear() {
    const screen = document.getElementById("screen");
    if (!screen) return;
    document.body.dataset.size = screen.dataset.size;
    document.body.dataset.contrast = screen.dataset.contrast;
    document.documentElement.lang = screen.lang;
  }
  document.addEventListener("htmx:afterSettle", wear);
  document.addEventListener("contextmenu", (event) => event.preventDefault());
  // A page that the browser kept in memory for its back button shows nothing old.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.replace("/"); });
})();
