// A digit drawn with a pen, made into an image as those of MNIST were made.

// MNIST's digits fill a box of 20 × 20 pixels, and their centres of mass lie in the middle
// pixel of 28 × 28, the fifteenth. Their strokes are about as wide as this pen's.
const BOX = 20;
const PEN = 2.5;
const MIDDLE = 14.5;

// Return the image of strokes, each a list of points [x, y], in any unit.
function toDigit(strokes) {
  const points = strokes.flat();
  const [left, top] = [0, 1].map((axis) => Math.min(...points.map((point) => point[axis])));
  const [right, bottom] = [0, 1].map((axis) => Math.max(...points.map((point) => point[axis])));
  // Ink lies half a pen's width around the points, and a grey edge around the ink.
  const scale = (BOX - PEN - 1) / Math.max(right - left, bottom - top, 1);
  const place = (dx, dy) =>
    strokes.map((stroke) => stroke.map(([x, y]) => [scale * (x - left) + dx, scale * (y - top) + dy]));
  // Drawn once to find its centre of mass, and again where this is in the middle.
  const margin = (28 - BOX + PEN + 1) / 2;
  const [x, y] = centreOfMass(drawStrokes(place(margin, margin)));
  return drawStrokes(place(margin + MIDDLE - x, margin + MIDDLE - y));
}

// Return strokes as 28 × 28 pixels: white within half a pen's width of a line, black
// outside, and grey along one pixel between them.
function drawStrokes(strokes) {
  const image = new Float32Array(784);
  for (const stroke of strokes) {
    stroke.forEach((end, i) => inkLine(image, stroke[Math.max(i - 1, 0)], end));
  }
  return image;
}

function inkLine(image, start, end) {
  const reach = PEN / 2 + 0.5;
  // Only pixels near the line get ink.
  const [[left, right], [top, bottom]] = [0, 1].map((axis) => [
    Math.max(Math.floor(Math.min(start[axis], end[axis]) - reach), 0),
    Math.min(Math.ceil(Math.max(start[axis], end[axis]) + reach), 28),
  ]);
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const ink = reach - distance([column + 0.5, row + 0.5], start, end);
      const pixel = 28 * row + column;
      image[pixel] = Math.max(image[pixel], Math.min(ink, 1));
    }
  }
}

// Return how far a point is from a piece of a straight line.
function distance([x, y], [startX, startY], [endX, endY]) {
  const [dx, dy] = [endX - startX, endY - startY];
  const part = ((x - startX) * dx + (y - startY) * dy) / (dx * dx + dy * dy || 1);
  const along = Math.min(Math.max(part, 0), 1);
  return Math.hypot(x - startX - along * dx, y - startY - along * dy);
}
