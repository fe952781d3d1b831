const RETRY_AFTER = 1500; // milliseconds
const KEPT_PICTURES = 512;

/** Decodes codes through a route: one request in flight, only the newest wish kept, pictures seen before at once. */
class LiveDecoder {
  constructor({ onPicture, onTrouble }) {
    Object.assign(this, { onPicture, onTrouble });
    this.pictures = new Map();
  }

  aim(url) {
    if (url !== this.url) this.pictures.clear();
    this.url = url;
  }

  ask(codes) {
    clearTimeout(this.retry);
    this.latest = codes;
    const seen = this.pictures.get(codes.join());
    this.wish = seen ? null : codes;
    if (seen) this.onPicture(codes, seen);
    else if (!this.busy) this.work();
  }

  async work() {
    this.busy = true;
    while (this.wish) {
      const codes = this.wish;
      this.wish = null;
      try {
        const picture = await this.fetch(codes);
        this.onTrouble(null);
        if (codes === this.latest || this.wish) this.onPicture(codes, picture);
      } catch {
        this.onTrouble("The decoder does not answer at the moment; trying again.");
        if (!this.stopped) this.retry = setTimeout(() => this.ask(this.latest), RETRY_AFTER);
        break;
      }
    }
    this.busy = false;
  }

  async fetch(codes) {
    const url = this.url;
    const response = await fetch(url, { method: "POST", body: Int32Array.from(codes) });
    const picture = new Uint8Array(await response.arrayBuffer());
    if (!response.ok || picture.length !== 784) throw new Error(`${url} answered ${response.status}.`);
    if (this.pictures.size >= KEPT_PICTURES) this.pictures.delete(this.pictures.keys().next().value);
    if (url === this.url) this.pictures.set(codes.join(), picture);
    return picture;
  }

  stop() {
    this.stopped = true;
    this.wish = null;
    clearTimeout(this.retry);
  }
}
