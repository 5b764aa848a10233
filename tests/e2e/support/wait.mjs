// Waiting with a deadline: every wait in these tests ends.

export const patience = 20_000; // ms

export async function within(promise, what, ms = patience) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

// Asks `look` again and again until it answers something true, which is the answer.
export async function until(look, what, ms = patience) {
  const deadline = Date.now() + ms;
  while (true) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

// A list that can be waited on: take() answers the oldest that is not taken yet.
export class Inbox {
  #items = [];
  #waiters = [];

  put(item) {
    const waiter = this.#waiters.shift();
    if (waiter) waiter(item);
    else this.#items.push(item);
  }

  take(what, ms = patience) {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift());
    let waiter;
    const coming = new Promise((resolve) => {
      waiter = resolve;
      this.#waiters.push(waiter);
    });
    return within(coming, what, ms).catch((error) => {
      this.#waiters = this.#waiters.filter((one) => one !== waiter);
      throw error;
    });
  }

  get size() {
    return this.#items.length;
  }
}
