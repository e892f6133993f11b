// The engine: kerasmith in a worker. Requests wait until it is there, and end after ten seconds.

const LONGEST = 10; // seconds, of those in which the page itself ran: one that slept was not waiting

const policy = globalThis.trustedTypes?.createPolicy("kerasmith", {
  createScriptURL: (name) => {
    if (!["worker.js", "offline.js"].includes(name)) throw new TypeError(name);
    return name;
  },
});

/** Return the address of one of the page's own scripts, as the browser wants it. */
export const script = (name) => (policy ? policy.createScriptURL(name) : name);

export class Engine {
  /** `tell` hears how far it is: `{stage, part}` while it loads, `{ready: true}` then. */
  constructor(tell) {
    this.tell = tell;
    this.open = new Map();
    this.number = 0;
    this.begin();
  }

  begin() {
    this.worker = new Worker(script("worker.js"), { type: "module" });
    this.ready = new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }) => {
        if (data.ready) resolve();
        if (data.failed) reject(new Error(data.failed));
        if (data.kept) return this.heard?.();
        if (data.broken) this.end(`kerasmith failed: ${data.broken}`);
        else if (data.number === undefined) this.tell(data);
        else this.settle(data.number, (open) => open.resolve(data.answer));
      };
      this.worker.onerror = (event) => reject(new Error(event.message ?? "The worker ended."));
    });
    this.ready.catch((error) => this.tell({ failed: error.message }));
  }

  settle(number, how) {
    const open = this.open.get(number);
    if (!open) return;
    clearInterval(open.timer);
    this.open.delete(number);
    how(open);
  }

  /** Ask something; `drop` is what a request is about. The answer may be `{refused: [problem, …]}`. */
  async ask(request, drop) {
    await this.ready;
    const number = (this.number += 1);
    return new Promise((resolve, reject) => {
      let seconds = 0;
      const timer = setInterval(() => {
        if (++seconds >= LONGEST) this.end(`This took more than ${LONGEST} seconds and was ended.`);
      }, 1000);
      this.open.set(number, { resolve, reject, timer });
      this.worker.postMessage({ number, request: JSON.stringify(request), drop });
    });
  }

  /** Let the next visit begin where this one did, once its files are kept. */
  async keep() {
    await this.ready;
    this.worker.postMessage({ keep: true });
    await new Promise((resolve) => (this.heard = resolve));
  }

  /** End what takes too long, or what failed: a new worker takes its place. */
  end(what) {
    this.worker.terminate();
    const open = [...this.open.values()];
    this.open.clear();
    for (const each of open) {
      clearInterval(each.timer);
      each.resolve({ refused: [{ what, where: "", why: "The answers until now are kept.", try: "" }] });
    }
    this.begin();
  }
}
