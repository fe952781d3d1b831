// What is measured while the particles move, in numbers and words.

/** ‖ε̂ − ε‖ at each arrow, where both fields were asked last. */
function errorMap(exact, learned) {
  const { grid, answers, answeredAt } = exact;
  const part = (i) =>
    noiseOf(grid[i], answers[i], answeredAt) - noiseOf(grid[i], learned.answers[i], learned.answeredAt);
  return Float32Array.from({ length: grid.length / 2 }, (_, i) => Math.hypot(part(2 * i), part(2 * i + 1)));
}

/** ‖ε̂ − ε‖² / 2 on average over the first hundred of the particles x. */
function meanError(panels, x, alphaBar) {
  const n = Math.min(100, x.length / 2);
  const [exact, learned] = panels.map(({ field }) => {
    const answers = new Float32Array(2 * n);
    field.denoise(x, n, alphaBar, answers);
    return answers;
  });
  const square = (i) => (noiseOf(x[i], exact[i], alphaBar) - noiseOf(x[i], learned[i], alphaBar)) ** 2;
  return exact.reduce((sum, _, i) => sum + square(i), 0) / (2 * n);
}

function factsOf({ panels, mixture, data, head, alphaBar }, panel) {
  const x = panel.field && panel.bulk.at(head);
  if (!x) return [];
  const { n } = panel.bulk;
  const facts = [`${Math.round(100 * mixture.shareInside(x, n, alphaBar))} % within 3σ`];
  const modes = data.source.centres.length;
  if (modes <= 12) facts.push(`${mixture.reached(x, n, alphaBar)} of ${modes} modes`);
  if (panel === panels[1]) facts.push(`‖ε̂ − ε‖² = ${meanError(panels, x, alphaBar).toFixed(4)}`);
  return facts;
}

function probeWords({ panels, probe }) {
  const pair = ([x, y]) => `(${x.toFixed(2)}, ${y.toFixed(2)})`.replaceAll("-", "−");
  const answers = panels.map(({ field, probed }, i) => {
    const name = ["exact", "learned"][i];
    return field && probed ? `${name} score ${pair(probed.score)}, x̂₀ ${pair(probed.x0)}` : "";
  });
  return [`at ${pair(probe)}`, ...answers.filter(Boolean)].join(" · ");
}
