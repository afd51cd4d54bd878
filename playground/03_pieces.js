// The decoder of lesson 3: each row of its kernel is the atom of a unit.
const model = MODELS.pieces;
const decoder = readNetwork(model);
const [{ kernel }] = decoder;
const meanImage = readHalves(model.mean_image);
// These have the mean image subtracted, and so has what the decoder answers.
const images = inRows(readHalves(model.images), 784);
// Of each image: the units that are active, those with the largest contribution first,
// how active they are, and the error with the best axis of PCA, the best two, and so on.
const { active, pca_errors: pcaErrors } = model;
const activations = inRows(readHalves(model.activations), active[0].length);

let image; // the number of the image that is shown
let atoms; // its active units, as { unit, amount, isOn }
let chosen; // the place of the atom whose amount can be changed

const element = (id) => document.getElementById(id);
const showSoon = oncePerFrame(show);

// Return what the decoder answers to a code, less the mean image.
model.answer = (code) => forward(decoder, code);

function addMean(centred) {
  return centred.map((value, i) => value + meanImage[i]);
}

// Draw pixels around 0: white there, red above, blue below, in full at 0.3.
function drawSigned(canvas, pixels) {
  const context = canvas.getContext("2d");
  const drawn = context.createImageData(28, 28);
  pixels.forEach((value, i) => {
    const strength = Math.min(Math.abs(value) / 0.3, 1);
    const full = value > 0 ? [178, 24, 43] : [33, 102, 172];
    full.forEach((part, channel) => {
      drawn.data[4 * i + channel] = 255 + strength * (part - 255);
    });
    drawn.data[4 * i + 3] = 255;
  });
  context.putImageData(drawn, 0, 0);
}

// Show an image as the sum of all its atoms.
function choose(number) {
  image = number;
  atoms = active[image].map((unit, i) => ({ unit, amount: activations[image][i], isOn: true }));
  chosen = 0;
  press(imageButtons, image);
  atoms.forEach(showAtom);
  showSoon();
}

function showAtom(atom, i) {
  const { unit, amount, isOn } = atom;
  const row = kernel.subarray(784 * unit, 784 * (unit + 1));
  const [canvas, caption] = atomButtons[i].children;
  drawSigned(canvas, row.map((value) => amount * value));
  caption.textContent = amount.toFixed(1);
  atomButtons[i].setAttribute("aria-label", `unit ${unit}, ${amount.toFixed(1)}`);
  atomButtons[i].setAttribute("aria-pressed", isOn);
}

function show() {
  const code = new Float32Array(decoder[0].inputs);
  for (const { unit, amount, isOn } of atoms) code[unit] = isOn ? amount : 0;
  const sum = model.answer(code);
  const missing = images[image].map((value, i) => value - sum[i]);
  drawImage(element("original"), addMean(images[image]));
  drawImage(element("sum"), addMean(sum));
  drawSigned(element("missing"), missing);

  const number = atoms.filter(({ isOn }) => isOn).length;
  const error = missing.reduce((total, value) => total + value ** 2, 0) / 784;
  const best = number ? `, with PCA’s ${number} best axes ${pcaErrors[image][number - 1].toFixed(4)}` : "";
  element("number").value = number;
  element("number-value").textContent = number;
  element("error").textContent =
    `${number} of ${atoms.length} atoms. Squared error per pixel of this image: ` +
    `${error.toFixed(4)}${best}.`;

  const { unit, amount } = atoms[chosen];
  atomButtons.forEach((button, i) => button.classList.toggle("chosen", i === chosen));
  element("unit").textContent = unit;
  element("amount").max = 2 * activations[image][chosen];
  element("amount").value = amount;
  element("amount-value").textContent = amount.toFixed(1);
}

const imageButtons = makeImageButtons(
  element("images"),
  images.map(addMean),
  model.classes,
  choose,
);
const atomButtons = active[0].map((_, i) => {
  const button = add(element("atoms"), "button", { type: "button" });
  add(button, "canvas", { width: 28, height: 28 });
  add(button, "span");
  button.addEventListener("click", () => {
    chosen = i;
    atoms[i].isOn = !atoms[i].isOn;
    showAtom(atoms[i], i);
    showSoon();
  });
  return button;
});
element("number").max = atomButtons.length;
element("number").addEventListener("input", (event) => {
  atoms.forEach((atom, i) => {
    atom.isOn = i < event.target.value;
    atomButtons[i].setAttribute("aria-pressed", atom.isOn);
  });
  showSoon();
});
element("amount").addEventListener("input", (event) => {
  Object.assign(atoms[chosen], { amount: Number(event.target.value), isOn: true });
  showAtom(atoms[chosen], chosen);
  showSoon();
});
choose(9);
