// Jumps to a code as somebody types it: spaces, hyphens and small letters are taken, O as 0, I and L as 1.
// Nothing is sent anywhere, and the page is whole without this: the form is hidden until it can work.
"use strict";
(() => {
  const form = document.getElementById("find");
  if (!form) return;
  const typed = document.getElementById("typed");
  const found = document.getElementById("found");
  const tidy = (text) => text.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  const row = (code) => document.querySelector(`tbody[id^="${code}"]`);

  function show(code) {
    const ballot = code.length < 4 ? null : row(code);
    found.textContent = ballot ? "" : form.dataset[code.length < 4 ? "short" : "absent"];
    if (!ballot) return;
    ballot.querySelector("details").open = true;
    location.hash = ballot.id;
    ballot.querySelector("a").focus({ preventScroll: true });
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(tidy(typed.value));
  });
  const linked = tidy(decodeURIComponent(location.hash));
  if (linked.length === 32 && row(linked)) show(linked);
})();
