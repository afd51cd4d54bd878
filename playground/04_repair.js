// Lesson 4's denoiser, but smaller, and the best linear one, on what the reader draws.
const models = { linear: MODELS.linear_denoiser, denoised: MODELS.denoiser };
for (const model of Object.values(models)) {
  const network = readNetwork(model);
  // Return the repair of a noisy image.
  model.answer = (noisy) => forward(network, noisy);
}
// Test images: a digit of each kind, and three garments, which no model has seen.
const { digits, garments } = MODELS.denoiser;
const heldOut = [digits, garments].flatMap((images) => inRows(readHalves(images), 784));
const names = [..."0123456789", ...MODELS.denoiser.names];

let clean; // the image that gets the noise
let noise; // a normal number for each pixel
let strokes = []; // on the paper: lists of points

const element = (id) => document.getElementById(id);
const paper = element("paper");
const showSoon = oncePerFrame(show);

// Return a normal number, by the method of Box and Muller.
function drawNormal() {
  const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
  return radius * Math.cos(2 * Math.PI * Math.random());
}

function renewNoise() {
  noise = Float32Array.from({ length: 784 }, drawNormal);
  showSoon();
}

function addNoise(image, sigma) {
  return image.map((value, i) => Math.min(Math.max(value + sigma * noise[i], 0), 1));
}

// Return the peak signal-to-noise ratio of one image, in decibels.
function psnr(image, estimate) {
  const errors = image.map((value, i) => (value - estimate[i]) ** 2);
  return -10 * Math.log10(errors.reduce((sum, error) => sum + error) / image.length);
}

function show() {
  const sigma = Number(element("sigma").value);
  const noisy = addNoise(clean, sigma);
  const images = { noisy };
  for (const name in models) images[name] = models[name].answer(noisy);
  drawImage(element("clean"), clean);
  const scores = {};
  for (const name in images) {
    drawImage(element(name), images[name]);
    scores[name] = psnr(clean, images[name]);
    const text = sigma || name !== "noisy" ? `${scores[name].toFixed(1)} dB` : "no error";
    element(`${name}-score`).textContent = text;
  }
  element("sigma-value").textContent = sigma.toFixed(2);
  element("verdict").textContent =
    scores.denoised < scores.noisy
      ? "The noisy image is nearer to the clean one: the network does harm."
      : scores.denoised < scores.linear
        ? "The linear denoiser comes nearest to the clean image."
        : "The network comes nearest to the clean image.";
}

// Let a held-out image get the noise, instead of what was drawn.
function choose(i) {
  strokes = [];
  drawPaper();
  press(buttons, i);
  clean = heldOut[i];
  showSoon();
}

function drawPaper() {
  const context = paper.getContext("2d");
  context.fillStyle = "black";
  context.fillRect(0, 0, paper.width, paper.height);
  if (strokes.length === 0) {
    Object.assign(context, { fillStyle: "gray", font: "20px sans-serif", textAlign: "center" });
    context.fillText("draw a digit here", paper.width / 2, paper.height / 2);
  }
  Object.assign(context, { strokeStyle: "white", lineWidth: 24, lineCap: "round", lineJoin: "round" });
  for (const stroke of strokes) {
    context.beginPath();
    // A line of no length is drawn as a dot.
    context.moveTo(...stroke[0]);
    stroke.forEach((point) => context.lineTo(...point));
    context.stroke();
  }
}

function addPoint(event) {
  const box = paper.getBoundingClientRect();
  const scale = paper.width / box.width;
  strokes.at(-1).push([scale * (event.clientX - box.left), scale * (event.clientY - box.top)]);
  press(buttons, null);
  drawPaper();
  clean = toDigit(strokes);
  showSoon();
}

paper.addEventListener("pointerdown", (event) => {
  paper.setPointerCapture(event.pointerId);
  strokes.push([]);
  addPoint(event);
});
paper.addEventListener("pointermove", (event) => {
  if (paper.hasPointerCapture(event.pointerId)) addPoint(event);
});
element("clear").addEventListener("click", () => {
  strokes = [];
  drawPaper();
});
element("sigma").addEventListener("input", showSoon);
element("renew").addEventListener("click", renewNoise);

const buttons = makeImageButtons(element("examples"), heldOut, names, choose);
renewNoise();
choose(9);
