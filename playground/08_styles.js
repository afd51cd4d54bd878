// The decoder of lesson 8's conditional VAE with a code of two numbers.
const decoder = readNetwork(MODELS.styles);
const meanLogits = readHalves(MODELS.styles.mean_logits);
const codes = readHalves(MODELS.styles.codes);
const { digits } = MODELS.styles;

// Return the probability of each pixel to be white, for a code and a one-hot condition.
MODELS.styles.answer = (inputs) => {
  const logits = forward(decoder, inputs);
  const start = 784 * inputs.slice(2).indexOf(1);
  return logits.map((logit, i) => ACTIVATIONS.sigmoid(logit + meanLogits[start + i]));
};

const plane = makePlane(document.getElementById("plane"), oncePerFrame(show));
const buttons = COLOURS.map((_, digit) => {
  const attributes = { type: "button", "aria-label": digit };
  const button = add(document.getElementById("digits"), "button", attributes);
  add(button, "canvas", { width: 28, height: 28 });
  button.addEventListener("click", () => choose(digit));
  return button;
});
let chosen;

function show() {
  const { x, y } = plane.point;
  buttons.forEach((button, digit) => {
    const condition = buttons.map((_, i) => Number(i === digit));
    const pixels = MODELS.styles.answer([x, y, ...condition]);
    drawImage(button.firstChild, pixels);
    if (digit === chosen) drawImage(document.getElementById("image"), pixels);
  });
  document.getElementById("place").textContent =
    `A ${chosen} in the style ${placeInWords(plane.point)}.`;
}

// Ask for a digit; the codes of its held-out images stand out.
function choose(digit) {
  chosen = digit;
  buttons.forEach((button, i) => button.setAttribute("aria-pressed", i === digit));
  plane.plot(codes, digits.map((other) => (other === digit ? COLOURS[6] : "#88888880")));
  plane.moveTo(plane.point.x, plane.point.y);
}

choose(3);
