// How far each of the equal steps of both walks moves the data.

function drawSteps(canvas, series, theme) {
  const ratio = Math.min(devicePixelRatio, 2);
  Object.assign(canvas, { width: canvas.clientWidth * ratio, height: canvas.clientHeight * ratio });
  const pen = canvas.getContext("2d");
  const { width, height } = canvas;
  const top = 1.1 * Math.max(...series.flatMap(({ steps }) => steps), 1e-6);
  const count = series[0].steps.length;
  const slot = width / count;
  const bar = (0.8 * slot) / series.length;
  series.forEach(({ steps, colour }, k) => {
    pen.fillStyle = colour;
    steps.forEach((step, i) => {
      const tall = (step / top) * (height - 14 * ratio);
      pen.fillRect(i * slot + 0.1 * slot + k * bar, height - tall, bar, tall);
    });
  });
  Object.assign(pen, { fillStyle: theme.text, font: `${11 * ratio}px ${theme.font}`, textBaseline: "top" });
  pen.fillText("how far each of 16 equal steps moves the data", 2 * ratio, 0);
}
