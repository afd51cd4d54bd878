// The decoder of lesson 7 with a code of two numbers.
const decoder = readNetwork(MODELS.plane);
const codes = readHalves(MODELS.plane.codes);
const { digits } = MODELS.plane;

// Return the probability of each pixel to be white.
MODELS.plane.answer = (code) => forward(decoder, code).map(ACTIVATIONS.sigmoid);

// Return the digit of the held-out image whose code is nearest to a point.
function nearestDigit({ x, y }) {
  const distances = digits.map((_, i) => Math.hypot(codes[2 * i] - x, codes[2 * i + 1] - y));
  return digits[distances.indexOf(Math.min(...distances))];
}

const plane = makePlane(document.getElementById("plane"), oncePerFrame(show));

function show() {
  const { x, y } = plane.point;
  drawImage(document.getElementById("image"), MODELS.plane.answer([x, y]));
  const farther = Math.exp(-(x * x + y * y) / 2);
  document.getElementById("place").textContent =
    `Code ${placeInWords(plane.point)}. The nearest held-out image is a ` +
    `${nearestDigit(plane.point)}. Of random codes, ` +
    `${farther < 0.001 ? "fewer than 1 in 1,000" : `${(100 * farther).toFixed(1)}%`} ` +
    `lie farther out.`;
}

// Return the median of a digit's codes.
function middleOf(digit) {
  return [0, 1].map((axis) => {
    const numbers = digits.map((_, i) => codes[2 * i + axis]);
    return median(numbers.filter((_, i) => digits[i] === digit));
  });
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

plane.plot(codes, digits.map((digit) => COLOURS[digit]));
COLOURS.forEach((colour, digit) => {
  const style = `--colour: ${colour}`;
  const buttons = document.getElementById("digits");
  const button = add(buttons, "button", { type: "button", style }, digit);
  const [x, y] = middleOf(digit);
  plane.label(x, y, digit);
  button.addEventListener("click", () => plane.moveTo(x, y));
});
plane.moveTo(0, 0);
