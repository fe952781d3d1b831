// Pictures as planes of numbers 0…255, row by row, and the arithmetic that the building blocks do on them.
// The same as engine/blocks; a browser test compares the two.

/** The picture at `url` → { width, height, data }, four bytes a pixel. */
async function readPixels(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, width, height);
}

/** The picture at `url` → { width, height, planes }, three planes if it is wanted in colour, else one. */
async function readPlanes(url, colour) {
  const { width, height, data } = await readPixels(url);
  const plane = (channel) => Float32Array.from({ length: width * height }, (_, i) => data[4 * i + channel]);
  return { width, height, planes: colour ? [0, 1, 2].map(plane) : [plane(0)] };
}

/** One plane (grey) or three (red, green, blue) onto a canvas of that size; `shade` makes values 0…255. */
function drawPlanes(canvas, { width, height, planes }, shade = (value) => value) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  for (let channel = 0; channel < 3; channel++) {
    const plane = planes[planes.length === 3 ? channel : 0];
    for (let i = 0; i < plane.length; i++) picture.data[4 * i + channel] = Math.round(shade(plane[i]));
  }
  for (let i = 3; i < picture.data.length; i += 4) picture.data[i] = 255;
  context.putImageData(picture, 0, 0);
}

/** y = w ∗ x with a side × side kernel, zeros around x, so that y is as large as x. */
function convolve(x, width, height, kernel, side) {
  const y = new Float32Array(x.length);
  const half = (side - 1) / 2;
  for (let tap = 0; tap < kernel.length; tap++) {
    const down = Math.floor(tap / side) - half, right = (tap % side) - half;
    for (let row = Math.max(0, -down); row < Math.min(height, height - down); row++) {
      const from = (row + down) * width + right;
      for (let column = Math.max(0, -right); column < Math.min(width, width - right); column++) {
        y[row * width + column] += kernel[tap] * x[from + column];
      }
    }
  }
  return y;
}

/** How often a window of `k` cells fits along `n`, see `output_size` in engine/blocks/convolution.py. */
function outputSize(n, k, padding = 0, stride = 1, dilation = 1) {
  return Math.max(0, Math.floor((n - dilation * (k - 1) - 1 + 2 * padding) / stride) + 1);
}

/** Max and average pooling of one plane: { width, height, most, mean, places }, the last for unpooling. */
function pool(x, width, height, k, stride) {
  const size = { width: outputSize(width, k, 0, stride), height: outputSize(height, k, 0, stride) };
  const count = size.width * size.height;
  const [most, mean, places] = [new Float32Array(count), new Float32Array(count), new Int32Array(count)];
  for (let i = 0; i < count; i++) {
    const first = Math.floor(i / size.width) * stride * width + (i % size.width) * stride;
    let sum = 0, place = first;
    for (let row = 0; row < k; row++) {
      for (let at = first + row * width; at < first + row * width + k; at++) {
        sum += x[at];
        if (x[at] > x[place]) place = at;
      }
    }
    most[i] = x[place];
    mean[i] = sum / (k * k);
    places[i] = place;
  }
  return { ...size, most, mean, places };
}

function nearest(x, width, height, factor) {
  const wide = width * factor;
  const from = (i) => Math.floor(i / wide / factor) * width + Math.floor((i % wide) / factor);
  return Float32Array.from({ length: x.length * factor * factor }, (_, i) => x[from(i)]);
}

/** Straight lines between the pixels' centres, constant beyond the outermost ones. */
function bilinear(x, width, height, factor) {
  const wide = width * factor;
  const place = (i, n) => Math.max(0, Math.min(n - 1, (i + 0.5) / factor - 0.5));
  const y = new Float32Array(x.length * factor * factor);
  for (let i = 0; i < y.length; i++) {
    const across = place(i % wide, width), down = place(Math.floor(i / wide), height);
    const left = Math.floor(across), top = Math.floor(down);
    const right = Math.min(left + 1, width - 1), below = Math.min(top + 1, height - 1);
    const upper = x[top * width + left] + (across - left) * (x[top * width + right] - x[top * width + left]);
    const lower = x[below * width + left] + (across - left) * (x[below * width + right] - x[below * width + left]);
    y[i] = upper + (down - top) * (lower - upper);
  }
  return y;
}

/** Each value back to the place it was taken from, zeros elsewhere. */
function unpool(values, places, length) {
  const y = new Float32Array(length);
  values.forEach((value, i) => (y[places[i]] = value));
  return y;
}

/** Every value stamps the kernel times itself, stamps add up: { width, height, values }. */
function transposed(x, width, height, kernel, side, stride) {
  const wide = (width - 1) * stride + side;
  const values = new Float32Array(wide * ((height - 1) * stride + side));
  for (let i = 0; i < x.length; i++) {
    const first = Math.floor(i / width) * stride * wide + (i % width) * stride;
    for (let tap = 0; tap < kernel.length; tap++) {
      values[first + Math.floor(tap / side) * wide + (tap % side)] += kernel[tap] * x[i];
    }
  }
  return { width: wide, height: values.length / wide, values };
}
