// What a frame is, in numbers and words.

const VIEW_TEXTS = [
  { symbol: "xₜ", text: "the noisy picture" },
  { symbol: "x̂₀", text: "what the network believes" },
  { symbol: "ε̂", text: "the noise it predicts" },
];

/** ln(ᾱ / (1 − ᾱ)): infinite where nothing but the picture is left. */
function logSnr(alphaBar) {
  return Math.log(alphaBar / (1 - alphaBar));
}

/** A number with so many decimals and a true minus; "–" for what is not known. */
function rounded(value, decimals) {
  if (value === null) return "–";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  return value.toFixed(decimals).replace("-", "−");
}

/** ᾱ with two decimals, or four where two would show nothing. */
function share(alphaBar) {
  return rounded(alphaBar, alphaBar > 0 && alphaBar < 0.005 ? 4 : 2);
}

/** "t = 640 · ᾱ = 0.31 · step 18 of 50", and which picture is enlarged. */
function describeFrame({ t, alpha_bar: alphaBar, count, pictures, captions }, frame, picked) {
  const parts = [`t = ${t[frame]}`, `ᾱ = ${share(alphaBar[frame])}`, `step ${frame} of ${count - 1}`];
  if (picked !== null) parts.push(`picture ${picked + 1} of ${pictures}`, captions[picked]);
  return parts.filter(Boolean).join(" · ");
}

function describeView({ t, pictures }, view, frame) {
  const { symbol, text } = VIEW_TEXTS[view];
  const keys = "Space plays and pauses, left and right step.";
  const enlarging = pictures > 1 ? " Enter enlarges a picture and leaves it again, up and down go to the next." : "";
  return `${symbol}, ${text}, at t = ${t[frame]}. ${keys}${enlarging}`;
}
