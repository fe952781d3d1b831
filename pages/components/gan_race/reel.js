// The film of one race: records fetched as they come, and how all stood at any place in it.

const WATCHER = Math.random().toString(36).slice(2); // who asks, so that the race rests when nobody does
const SERIES = ["d_loss", "g_loss", "d_real", "d_fake"];
const reels = new Map(); // url -> its Reel, kept through remounts
const MOST_REELS = 6;

/** The reel of the film behind `url`, as far as this page knows it. */
function reelOf(url) {
  if (!reels.has(url)) reels.set(url, new Reel(url));
  if (reels.size > MOST_REELS) reels.delete(reels.keys().next().value);
  return reels.get(url);
}

class Reel {
  constructor(url) {
    this.url = url;
    this.records = [];
    this.places = []; // of every update, and its losses by lane: series[name][lane][i]
    this.series = Object.fromEntries(SERIES.map((name) => [name, []]));
    this.count = undefined; // records that the server has, once it was asked
    this.running = false;
    this.sentence = "";
  }

  get end() {
    return this.records.at(-1)?.at ?? 0;
  }

  get step() {
    return this.records.at(-1)?.step ?? 0;
  }

  get loaded() {
    return this.records.length >= this.count;
  }

  /** Fetch what is new; with a `goal`, ask the race to go on to that step. */
  ask(goal) {
    return this.read(`${this.url}?${this.query(goal)}`);
  }

  /** One update of one player, on a film of this page's own. */
  async update(side) {
    while (!this.loaded) await this.ask(0);
    await this.read(`${this.url}/${side}?${this.query(0)}`, { method: "POST" });
  }

  query(goal) {
    return new URLSearchParams({ known: this.records.length, watcher: WATCHER, ...(goal ? { goal } : {}) });
  }

  async read(url, options) {
    const asked = this.records.length;
    const answer = await fetch(url, { cache: "no-store", ...options });
    if (!answer.ok) throw new Error((await answer.text()).slice(0, 300) || `The server answered ${answer.status}.`);
    const { header, blob } = unpack(new Uint8Array(await answer.arrayBuffer()));
    if (asked !== this.records.length) return; // another answer was faster
    const { token, count, running, sentence, sizes } = header;
    this.url = this.url.replace(/[^/]+$/, token);
    Object.assign(this, { count, running, sentence });
    let start = 0;
    for (const size of sizes) this.append(blob.slice(start, (start += size)));
  }

  append(bytes) {
    const { header, blob } = unpack(bytes);
    const tensors = parseSafetensors(blob.slice().buffer);
    const from = this.end;
    const [lanes, updates] = tensors.d_loss.shape;
    for (let i = 0; i < updates; i++) this.places.push(from + ((header.at - from) * (i + 1)) / updates);
    for (const name of SERIES) {
      for (let lane = 0; lane < lanes; lane++) {
        const series = (this.series[name][lane] ??= []);
        for (let i = 0; i < updates; i++) series.push(tensors[name].values[lane * updates + i]);
      }
    }
    for (const name of SERIES) delete tensors[name];
    this.records.push({ ...header, tensors });
  }

  /** The number of the last record at or before a place. */
  indexAt(at) {
    let low = 0, high = this.records.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.records[middle].at <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** How many updates of `places` lie at or before a place. */
  updatesAt(at) {
    let low = 0, high = this.places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.places[middle] <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** What a lane showed at a place, between two records a mixture of both; undefined before the first record. */
  view(lane, at) {
    const index = this.indexAt(at);
    const [a, b] = [this.records[index], this.records[index + 1]];
    if (!a) return undefined;
    const share = b ? Math.max(0, Math.min(1, (at - a.at) / (b.at - a.at))) : 0;
    const mixed = (name) => mixture(rowOf(a, name, lane), b && rowOf(b, name, lane), share);
    const count = (name) => a.tensors[name].values[lane];
    return {
      record: a,
      fakes: mixed("fakes"),
      landscape: mixed("landscape"),
      arrows: mixed("arrows"),
      modes: count("modes"),
      highQuality: count("high_quality"),
      reverseKl: count("reverse_kl"),
      stopped: a.stopped[lane],
    };
  }

  /** The losses and verdicts of a lane at a place; undefined before the first update. */
  verdicts(lane, at) {
    const last = this.updatesAt(at) - 1;
    return last < 0 ? undefined : Object.fromEntries(SERIES.map((name) => [name, this.series[name][lane][last]]));
  }
}

function rowOf(record, name, lane) {
  const { shape, values } = record.tensors[name];
  const size = values.length / shape[0];
  return values.subarray(lane * size, (lane + 1) * size);
}

function mixture(a, b, share) {
  if (!b || share === 0) return a;
  const mixed = new Float32Array(a.length);
  for (let i = 0; i < a.length; i++) mixed[i] = a[i] + share * (b[i] - a[i]);
  return mixed;
}
