// What the pages share: images, and a plane on which a point is dragged.

// The colours of the digits 0 to 9 in the lessons' figures.
const COLOURS = [
  "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6",
  "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
];

// A plane has two numbers from −RANGE to RANGE.
const RANGE = 4;

// Draw an image of 28 × 28 pixels, from 0, black, to 1, white.
// In a row of images, with a pixel between them, it has a place from 0 on.
function drawImage(canvas, pixels, place = 0) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(28, 28);
  // Four numbers a pixel: red, green, blue, and how opaque it is.
  const { data } = image;
  pixels.forEach((value, i) => {
    data[4 * i] = data[4 * i + 1] = data[4 * i + 2] = 255 * value;
    data[4 * i + 3] = 255;
  });
  context.putImageData(image, 29 * place, 0);
}

// Return a function that lets `draw` run with the next frame, once a frame at most.
function oncePerFrame(draw) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
}

// Add an element to another one, and return it.
function add(parent, name, attributes = {}, text = "") {
  const space = name === "svg" || parent.namespaceURI.endsWith("svg");
  const namespace = space ? "http://www.w3.org/2000/svg" : parent.namespaceURI;
  const element = document.createElementNS(namespace, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  element.textContent = text;
  return parent.appendChild(element);
}

// Make a plane, with circles that hold parts of the prior.
// `moved()` is called whenever its point has been moved.
function makePlane(element, moved) {
  const canvas = add(element, "canvas", { width: 800, height: 800 });
  const svg = add(element, "svg", { viewBox: "-400 -400 800 800" });
  const scale = 400 / RANGE;
  for (const part of [0.5, 0.9, 0.99]) {
    // The part of a normal distribution in two dimensions within radius r is
    // 1 − exp(−r² / 2).
    const r = scale * Math.sqrt(-2 * Math.log(1 - part));
    add(svg, "circle", { r });
    add(svg, "text", { y: -r + 8 }, `${100 * part}%`);
  }
  for (let tick = 1 - RANGE; tick < RANGE; tick++) {
    const text = `${tick}`.replace("-", "−");
    add(svg, "text", { x: tick * scale, y: 392 }, text);
    add(svg, "text", { x: -385, y: -tick * scale + 8 }, text);
  }
  const marker = add(element, "div", { class: "marker" });

  const point = { x: 0, y: 0 };
  function moveTo(x, y) {
    const limited = (number) => Math.min(Math.max(number, -RANGE), RANGE);
    [point.x, point.y] = [limited(x), limited(y)];
    // In hundredths of the plane's width; the browser moves it without drawing anew.
    marker.style.translate = `${(point.x * 50) / RANGE}cqw ${(-point.y * 50) / RANGE}cqw`;
    element.setAttribute("aria-valuenow", point.x.toFixed(1));
    element.setAttribute("aria-valuetext", placeInWords(point));
    moved();
  }

  element.tabIndex = 0;
  element.setAttribute("role", "slider");
  element.setAttribute("aria-valuemin", -RANGE);
  element.setAttribute("aria-valuemax", RANGE);
  const follow = (event) => {
    const box = element.getBoundingClientRect();
    const part = (position, start, length) => (2 * (position - start)) / length - 1;
    const x = RANGE * part(event.clientX, box.left, box.width);
    moveTo(x, -RANGE * part(event.clientY, box.top, box.height));
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    follow(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) follow(event);
  });
  const steps = {
    ArrowLeft: [-0.1, 0],
    ArrowRight: [0.1, 0],
    ArrowUp: [0, 0.1],
    ArrowDown: [0, -0.1],
  };
  element.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    moveTo(point.x + step[0], point.y + step[1]);
  });

  // Draw codes as dots: (x, y) of one after that of the other, and a colour of each.
  function plot(codes, colours) {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, 800, 800);
    context.globalAlpha = 0.5;
    colours.forEach((colour, i) => {
      context.fillStyle = colour;
      context.beginPath();
      context.arc(400 + codes[2 * i] * scale, 400 - codes[2 * i + 1] * scale, 4, 0, 7);
      context.fill();
    });
  }
  // Write a word at a place.
  function label(x, y, word) {
    add(svg, "text", { x: x * scale, y: -y * scale + 8, class: "label" }, word);
  }
  return { point, moveTo, plot, label };
}

function placeInWords({ x, y }) {
  return `(${x.toFixed(1)}, ${y.toFixed(1)})`.replaceAll("-", "−");
}

// Return the rows of a table whose numbers stand one row after the other.
function inRows(numbers, length) {
  return Array.from({ length: numbers.length / length }, (_, row) =>
    numbers.subarray(row * length, (row + 1) * length),
  );
}

// Make a button for each image; `chosen(i)` is called by a click on the i-th.
function makeImageButtons(element, images, names, chosen) {
  return images.map((image, i) => {
    const button = add(element, "button", { type: "button", "aria-label": names[i] });
    drawImage(add(button, "canvas", { width: 28, height: 28 }), image);
    button.addEventListener("click", () => chosen(i));
    return button;
  });
}

// Show which of several buttons is pressed; none is, if there is no such number.
function press(buttons, number) {
  buttons.forEach((button, i) => button.setAttribute("aria-pressed", i === number));
}

// Return the place of an image's centre of mass, in pixels from the left and the top.
function centreOfMass(image) {
  let [mass, x, y] = [0, 0, 0];
  image.forEach((value, pixel) => {
    mass += value;
    x += value * ((pixel % 28) + 0.5);
    y += value * (Math.floor(pixel / 28) + 0.5);
  });
  return [x / mass, y / mass];
}
