// What is wrong with the page that is open: a list of sentences. Rules of WCAG 2.2 AA that can be measured.
() => {
  const wrong = [];
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const hidden = (e) => e.closest('[aria-hidden="true"]') !== null;
  const box = (e) => e.getBoundingClientRect();
  const visible = (e) => {
    const { visibility, display, opacity } = getComputedStyle(e);
    return box(e).width > 0 && box(e).height > 0 && visibility !== "hidden" && display !== "none" && opacity !== "0";
  };
  const words = (nodes) => [...nodes].map((node) => node?.textContent ?? "").join(" ").trim();
  const what = (e) => `<${e.tagName.toLowerCase()}${e.id ? ` id=${e.id}` : ""} class="${e.getAttribute("class") ?? ""}"> ${words([e]).slice(0, 30)}`;
  const labelled = (e) => words((e.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)));

  // 1.3.1, 4.1.2: everything that can be used has a name
  for (const e of all("a[href], button, summary").filter((e) => !hidden(e))) {
    if (!(e.getAttribute("aria-label") || labelled(e) || words([e]))) wrong.push(`no name: ${what(e)}`);
  }
  for (const e of all("input:not([type=hidden]), select, textarea").filter((e) => !hidden(e))) {
    if (!(e.getAttribute("aria-label") || labelled(e) || words(e.labels))) wrong.push(`no label: ${what(e)}`);
  }
  for (const e of all("img:not([alt])")) wrong.push(`no text for a picture: ${what(e)}`);

  // references lead somewhere, and to one place
  const ids = all("[id]").map((e) => e.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) wrong.push(`id twice: ${id}`);
  for (const name of ["for", "aria-describedby", "aria-labelledby", "aria-controls"]) {
    for (const e of all(`[${name}]`)) {
      for (const id of e.getAttribute(name).split(" ")) if (!document.getElementById(id)) wrong.push(`${name} leads nowhere: ${what(e)}`);
    }
  }

  // 1.3.1, 2.4.2, 2.4.6, 3.1.1: the page says what it is, headings do not jump, tables and lists are what they seem
  if (!document.title.trim() || !document.documentElement.lang) wrong.push("no title or no language");
  if (all("main").length !== 1) wrong.push(`${all("main").length} main parts`);
  if (all("h1").length !== 1) wrong.push(`${all("h1").length} headings of the first level`);
  let level = 0;
  for (const e of all("h1, h2, h3, h4, h5").filter((e) => !e.closest("dialog") && visible(e))) {
    const own = Number(e.tagName[1]);
    if (own > level + 1) wrong.push(`heading ${own} after ${level}: ${what(e)}`);
    level = own;
  }
  for (const e of all("table")) {
    if (!e.matches(".diff") && !e.querySelector("th")) wrong.push(`a table without heads: ${what(e)}`);
    for (const th of all("thead th", e)) {
      if (!th.hasAttribute("scope") || !words([th])) wrong.push(`a head without scope or words: ${what(e)}`);
    }
  }
  const parts = { "ul, ol": ["LI"], dl: ["DT", "DD", "DIV"] };
  for (const [list, allowed] of Object.entries(parts)) {
    for (const e of all(list)) for (const child of e.children) if (!allowed.includes(child.tagName)) wrong.push(`in a list: ${what(child)}`);
  }

  // 1.4.3: writing stands out from its ground
  const channels = (colour) => [...colour.match(/[\d.]+/g).map(Number), 1].slice(0, 4);
  const over = (top, below) => below.map((value, i) => top[i] * top[3] + value * (1 - top[3]));
  const ground = (e) => {
    const layers = [];
    for (let node = e; node; node = node.parentElement) layers.unshift(channels(getComputedStyle(node).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const writing = new Set();
  while (walker.nextNode()) if (walker.currentNode.textContent.trim()) writing.add(walker.currentNode.parentElement);
  for (const e of writing) {
    if (!visible(e) || e.closest(":disabled, .visually-hidden, .skip, .skeleton, option, script")) continue;
    const style = getComputedStyle(e);
    const below = ground(e);
    const [high, low] = [light(over(channels(style.color), below)), light(below)].sort((a, b) => b - a);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < (large ? 3 : 4.5) - 0.01) wrong.push(`contrast ${contrast.toFixed(2)}: ${what(e)}`);
    if (parseFloat(style.fontSize) < 12) wrong.push(`writing of ${style.fontSize}: ${what(e)}`);
  }

  // 1.4.10, 2.5.8: nothing scrolls sideways, targets can be hit
  if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push(`${document.documentElement.scrollWidth} pixels wide`);
  for (const e of all("main button, main summary, main select, main input:not([type=checkbox], [type=radio], [type=hidden])")) {
    if (visible(e) && !hidden(e) && (box(e).height < 20 || box(e).width < 20)) wrong.push(`too small: ${what(e)}`);
  }
  return wrong;
}
