// What test_site.py asks a page about itself. Returns lists of faults, each in words.
async () => {
  const main = document.querySelector("main");
  const words = (element) =>
    `${element.tagName.toLowerCase()}: ${element.textContent.trim().slice(0, 60)}`;
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const scrolls = (element) =>
    ["auto", "scroll"].includes(getComputedStyle(element).overflowX);

  // Pictures are loaded when they come near the window; here all are wanted.
  const pictures = all("img");
  for (const picture of pictures) picture.loading = "eager";
  await Promise.all(pictures.map((picture) => picture.decode().catch(() => null)));
  const unloaded = pictures.filter((p) => !p.naturalWidth || !p.hasAttribute("alt"));
  const stretched = pictures.filter((picture) => {
    const shape = picture.width / picture.height;
    const natural = picture.naturalWidth / picture.naturalHeight;
    return shown(picture) && Math.abs(shape / natural - 1) > 0.03;
  });
  const undescribed = all(".cell_output img").filter((picture) => !picture.alt);

  // Wider than the window, and in nothing that scrolls by itself.
  const wide = all("*", main).filter((element) => {
    if (element.getBoundingClientRect().right <= innerWidth + 1) return false;
    for (let up = element; up !== main; up = up.parentElement)
      if (up !== element && scrolls(up)) return false;
    return shown(element) && !scrolls(element);
  });
  if (document.documentElement.scrollWidth > innerWidth)
    wide.push(document.documentElement);
  const unreachable = all("*", main).filter(
    (element) =>
      scrolls(element) &&
      element.scrollWidth > element.clientWidth + 1 &&
      shown(element) &&
      element.tabIndex < 0,
  );

  const formulas = all("math");
  const undrawn = formulas.filter((formula) => {
    const { width, height } = formula.getBoundingClientRect();
    return shown(formula) && !(width && height);
  });

  // The text outside of code, and the contrast of all text with what is behind it.
  const paint = document.createElement("canvas").getContext("2d", {
    willReadFrequently: true,
  });
  const known = new Map();
  const rgba = (colour) => {
    if (!known.has(colour)) {
      paint.clearRect(0, 0, 1, 1);
      paint.fillStyle = colour;
      paint.fillRect(0, 0, 1, 1);
      known.set(colour, [...paint.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(colour);
  };
  const over = (upper, lower) =>
    lower.map((value, i) => value + ((upper[i] - value) * upper[3]) / 255);
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    const colour = rgba(getComputedStyle(element).backgroundColor);
    if (colour[3] === 255) return colour.slice(0, 3);
    return over(colour, ground(element.parentElement));
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const raw = [];
  const faint = new Set();
  let texts = 0;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    const text = walk.currentNode.data.trim();
    if (!text || !shown(element)) continue;
    texts += 1;
    if (!element.closest("pre, code") && /\$|\\[a-zA-Z]/.test(text)) raw.push(text);
    const style = getComputedStyle(element);
    const behind = ground(element);
    const pair = [over(rgba(style.color), behind), behind].map(luminance);
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5))
      faint.add(`${ratio.toFixed(2)} ${element.className} ${words(element)}`);
  }

  return {
    language: document.documentElement.lang,
    title: document.title,
    levels: all("h1, h2, h3, h4, h5, h6")
      .filter(shown)
      .map((heading) => Number(heading.tagName[1])),
    places: all("[id]").map((element) => element.id),
    links: all("a[href]").map((link) => link.href),
    unnamed: all("a[href], button")
      .filter(shown)
      .filter(
        (e) =>
          !e.innerText.trim() &&
          !["aria-label", "title"].some((name) => e.getAttribute(name)) &&
          !e.querySelector("img[alt]"),
      )
      .map((element) => element.outerHTML.slice(0, 100)),
    formulas: formulas.length,
    texts,
    raw,
    faint: [...faint],
    unloaded: unloaded.map((picture) => picture.src),
    stretched: stretched.map((picture) => picture.src),
    undescribed: undescribed.map((picture) => picture.src),
    wide: wide.map(words),
    unreachable: unreachable.map(words),
    undrawn: undrawn.map(words),
  };
}
