// Two decoders of lesson 9, of which the first two numbers of the code can be turned.
const models = [MODELS.sprites_10, MODELS.sprites_1];
for (const model of models) {
  const decoder = readNetwork(model);
  // Return the image of a code.
  model.answer = (code) => forward(decoder, code).map(ACTIVATIONS.sigmoid);
  model.codes = inRows(readHalves(model.codes), 10);
}
const sprites = inRows(readHalves(models[0].images), 784);
const STEPS = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];

let model;
let code; // the model's own ten numbers, those with the largest KL first

const element = (id) => document.getElementById(id);
const showSoon = oncePerFrame(show);

// Turn the first two of ten numbers by an angle in degrees; the others stay.
function turn([first, second, ...others], angle) {
  const [cosine, sine] = [Math.cos, Math.sin].map((f) => f((angle * Math.PI) / 180));
  return [cosine * first + sine * second, cosine * second - sine * first, ...others];
}

function angle() {
  return Number(element("angle").value);
}

// Return the image of numbers as the sliders have them.
function decode(numbers) {
  const unsorted = new Float32Array(10);
  turn(numbers, -angle()).forEach((number, i) => (unsorted[model.order[i]] = number));
  return model.answer(unsorted);
}

function show() {
  const numbers = turn(code, angle());
  drawImage(element("image"), decode(numbers));
  numbers.forEach((number, i) => {
    sliders[i].value = number;
    labels[i].textContent = i < 2 && angle() % 90 ? "turned" : `${model.kl[i].toFixed(2)} nats`;
  });
  walks.forEach((walk, i) => {
    // It stays the same while only its own number changes.
    const rest = [models.indexOf(model), angle(), ...numbers.with(i, null)].join();
    if (rest !== walk.rest) drawWalk(walk, i, numbers);
    walk.rest = rest;
  });
  element("degrees").textContent = `${angle()}°`;
  const gap = model.gaps[model.angles.indexOf(angle())];
  element("moves").textContent =
    `From −2 to 2 ${walks.map(({ words }) => words).join(", ")}. ` +
    `Mutual information gap: ${gap.toFixed(3)}.`;
}

// Draw what one number does while the others stay.
function drawWalk(walk, which, numbers) {
  const centres = STEPS.map((step, i) => {
    const image = decode(numbers.with(which, step));
    drawImage(walk.canvas, image, i);
    return centreOfMass(image);
  });
  walk.path.setAttribute("points", centres.join(" "));
  const [[startX, startY], [endX, endY]] = [centres[0], centres.at(-1)];
  const [across, down] = [endX - startX, endY - startY].map((way) => Math.abs(way).toFixed(1));
  walk.words = `number ${which + 1} moves the sprite ${across} pixels across and ${down} up or down`;
}

// Show a held-out sprite as a model gives it back.
function choose(i) {
  code = [...model.codes[i]];
  press(spriteButtons, i);
  showSoon();
}

function chooseModel(i) {
  model = models[i];
  press(modelButtons, i);
  choose(0);
}

const walks = ["first", "second"].map((name) => ({
  canvas: element(name),
  path: add(element("paths"), "polyline", { class: `way ${name}` }),
}));
const labels = [];
const sliders = models[0].order.map((_, i) => {
  const label = add(element("sliders"), "label", { class: ["way", "way second"][i] ?? "" }, `${i + 1}`);
  const slider = add(label, "input", { type: "range", min: -3, max: 3, step: 0.1 });
  labels.push(add(label, "span"));
  slider.addEventListener("input", () => {
    code = turn(turn(code, angle()).with(i, Number(slider.value)), -angle());
    press(spriteButtons, null);
    showSoon();
  });
  return slider;
});
const modelButtons = [10, 1].map((beta, i) => {
  const button = add(element("models"), "button", { type: "button" }, `β = ${beta}`);
  button.addEventListener("click", () => chooseModel(i));
  return button;
});
const names = ["bar", "ellipse", "triangle", "bar", "ellipse", "triangle"];
const spriteButtons = makeImageButtons(element("sprites"), sprites, names, choose);
element("angle").addEventListener("input", showSoon);
chooseModel(0);
