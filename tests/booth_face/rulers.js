// What is drawn: controls and texts with their boxes in pixels, and what does not fit.
() => {
  const shown = (e) => e.getClientRects().length > 0 && !e.closest('.visually-hidden') && e.type !== 'hidden';
  const box = (e) => { const r = e.getBoundingClientRect(); return {x: r.left, y: r.top, w: r.width, h: r.height}; };
  const name = (e) => (e.value || e.className || e.tagName) + ' ' + (e.innerText || '').slice(0, 20);
  const color = (text) => { const m = text.match(/[\d.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m.slice(0, 3); };
  const under = (e) => { for (; e; e = e.parentElement) { const c = color(getComputedStyle(e).backgroundColor); if (c) return c; } return [255, 255, 255]; };
  const own = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  const screen = document.getElementById('screen');
  const controls = [...document.querySelectorAll('button')].filter(shown);
  const texts = [...screen.querySelectorAll('*')].filter((e) => shown(e) && own(e) && getComputedStyle(e).clipPath === 'none');
  return {
    width: innerWidth, height: innerHeight,
    controls: controls.map((e) => ({name: name(e), ...box(e), isSample: e.classList.contains('glyph'), cut: e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1})),
    texts: texts.map((e) => ({name: name(e), ...box(e), size: parseFloat(getComputedStyle(e).fontSize),
      ink: color(getComputedStyle(e).color), paper: under(e), isSample: !!e.closest('.glyph, .rehearsal')})),
    cut: [...screen.querySelectorAll('main, .paper, .cards, .entries, .rail, .answers, .message')].filter((e) =>
      e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1).map(name),
    scrolls: document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth,
  };
}
