"use strict";
/* Forms with data-passkey: the centre gives a challenge, the device answers it, and the form brings the answer back.
   Without this script, or without passkeys in the browser, they stay hidden, and the pages work with password and code. */
(() => {
  const bytesOf = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), each => each.charCodeAt(0));
  const textOf = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const decoded = list => (list || []).map(each => ({ ...each, id: bytesOf(each.id) }));

  function read(options) {
    const found = { ...options, challenge: bytesOf(options.challenge) };
    if (options.user) found.user = { ...options.user, id: bytesOf(options.user.id) };
    if (options.excludeCredentials) found.excludeCredentials = decoded(options.excludeCredentials);
    if (options.allowCredentials) found.allowCredentials = decoded(options.allowCredentials);
    return found;
  }

  function written(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = textOf(credential.response[name]);
    }
    return JSON.stringify({ id: credential.id, rawId: textOf(credential.rawId), type: credential.type, response });
  }

  async function answer(form) {
    const body = new URLSearchParams(new FormData(form));
    const heard = await fetch(form.dataset.challenge, { method: "POST", body });
    if (heard.redirected) {
      location.assign(heard.url);
      return false;
    }
    const given = await heard.json();
    if (!heard.ok) throw new Error(given.problem);
    const publicKey = read(given);
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    form.elements.answer.value = written(credential);
    return true;
  }

  function tell(form, text) {
    const place = form.querySelector("[data-problem]");
    place.textContent = text || place.dataset.problem;
    place.hidden = false;
  }

  async function send(form) {
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      if (await answer(form)) form.submit();
    } catch (error) {
      tell(form, error instanceof DOMException || error instanceof TypeError || error instanceof SyntaxError ? "" : error.message);
      button.disabled = false;
    }
  }

  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", event => {
      event.preventDefault();
      send(form);
    });
  }
})();
