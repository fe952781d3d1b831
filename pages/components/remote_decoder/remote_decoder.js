// From z to a picture by way of an app route: one request in flight, and only the latest z is worth the next one.

class RemoteDecoder {
  constructor({ onPicture, onTrouble }) {
    Object.assign(this, { onPicture, onTrouble, url: "", wanted: null, busy: false, roundTrip: 0, arrivals: [] });
  }

  /** Asks for the picture at z; whatever was asked before and is not on its way yet is forgotten. */
  ask(z) {
    this.wanted = Float32Array.from(z);
    if (!this.busy) this.work();
  }

  close() {
    this.wanted = null;
    this.stopped?.abort();
    clearTimeout(this.retry);
  }

  async work() {
    this.busy = true;
    clearTimeout(this.retry);
    while (this.wanted) {
      const z = this.wanted;
      this.wanted = null;
      try {
        await this.decode(z);
      } catch (error) {
        if (error.name === "AbortError") break;
        this.wanted ??= z;
        this.onTrouble("The engine does not answer; trying again every second.");
        this.retry = setTimeout(() => this.work(), 1000);
        break;
      }
    }
    this.busy = false;
  }

  async decode(z) {
    const start = performance.now();
    this.stopped = new AbortController();
    const response = await fetch(this.url, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: z,
      signal: this.stopped.signal,
    });
    const pixels = new Uint8Array(await response.arrayBuffer());
    if (!response.ok || pixels.length !== 784) throw new Error(`${this.url} answered ${response.status}`);
    const now = performance.now();
    this.roundTrip += (this.roundTrip ? 0.1 : 1) * (now - start - this.roundTrip);
    this.arrivals = [...this.arrivals.filter((arrival) => arrival > now - 1000), now];
    this.onPicture(pixels, this.timing(response.headers.get("X-Milliseconds")));
  }

  timing(engine) {
    const parts = [`${this.roundTrip.toFixed(0)} ms a picture`];
    if (engine) parts[0] += ` (engine ${Number(engine).toFixed(1)})`;
    if (this.arrivals.length > 4) parts.push(`${this.arrivals.length} pictures a second`);
    return parts.join(" · ");
  }
}
