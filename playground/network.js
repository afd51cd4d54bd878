// A trained network in the browser: dense layers, one after the other.
// The scripts in models/ add the networks, which `make playground` takes from the lessons.
const MODELS = {};

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  silu: (x) => x / (1 + Math.exp(-x)),
};

// Return numbers in half precision, little-endian and in base64, as a Float32Array.
function readHalves(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) =>
    halfToNumber(view.getUint16(2 * i, true)),
  );
}

// A half has one bit for the sign, five for the exponent and ten for the fraction.
function halfToNumber(half) {
  const sign = half >> 15 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = (half & 1023) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

// Return a model's layers, each with its kernel and its bias.
// The kernel is one array, row by row: a row has the weights of one input to all units.
function readNetwork(model) {
  const weights = readHalves(model.weights);
  let start = 0;
  const take = (length) => weights.subarray(start, (start += length));
  return model.layers.map(({ inputs, units, activation }) => ({
    inputs,
    units,
    activate: ACTIVATIONS[activation],
    kernel: take(inputs * units),
    bias: take(units),
  }));
}

// Return what the network answers to one example.
function forward(network, example) {
  let values = Float32Array.from(example);
  for (const { inputs, units, activate, kernel, bias } of network) {
    const outputs = new Float32Array(units);
    for (let unit = 0; unit < units; unit++) {
      let sum = bias[unit];
      for (let i = 0; i < inputs; i++) sum += values[i] * kernel[i * units + unit];
      outputs[unit] = activate(sum);
    }
    values = outputs;
  }
  return values;
}
