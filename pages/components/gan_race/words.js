// The numbers of a lane in a sentence.

const EQUILIBRIUM = -Math.log(4);

function number(value, digits = 2) {
  return Number.isFinite(value) ? value.toFixed(digits).replace("-", "−") : "–";
}

/** The game that a lane plays, with the numbers of this moment. */
function gameWords({ title, game }, verdicts) {
  if (!verdicts) return "";
  const { d_loss, g_loss, d_real, d_fake } = verdicts;
  const seen = `D(x) = ${number(d_real)}, D(G(z)) = ${number(d_fake)}`;
  if (!game) return `${title}: L_D = ${number(d_loss)}, L_G = ${number(g_loss)}; ${seen}`;
  const value = `V(D, G) = E log D(x) + E log(1 − D(G(z))) = ${number(-d_loss)}`;
  return `${title}: ${value}, at the equilibrium −log 4 = ${number(EQUILIBRIUM)}; ${seen}`;
}

/** Where the film stands, and what happened last. */
function stepWords(record, { running, following, slow }) {
  if (!record) return "The race begins …";
  const step = `step ${record.step.toLocaleString("en")}`;
  if (record.side) return `${step} · the ${record.side} alone`;
  if (slow && following) return `${step} · one update at a time`;
  return running && following ? `${step} · training` : step;
}
