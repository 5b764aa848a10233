// What a phase found, in one line and in a judgement.

// The invariants: what is not empty here is broken.
export function broken({ load, found }) {
  return {
    lost: found.lost, doubled: found.doubled, ledger_missing: found.missing, wrong: found.wrong,
    hung: Array.from({ length: load.hung }, () => 'a request without an answer in 30 s'),
  };
}

export function describe({ load, found }) {
  const asked = load.requests ? `${load.requests} requests, ${load.refused} refused, ${load.broken} cut off, ${load.replayed} answers replayed; ` : '';
  const again = found.again === undefined ? '' : ` (${found.again} arrived again, ${found.retried} after a logged failure)`;
  return `${asked}${found.messages} messages (${found.marked} possible duplicates), ${found.numbers} numbers, ` +
    `${found.events} events${again}; lost ${found.lost.length}, doubled ${found.doubled.length}, ` +
    `missing in the ledger ${found.missing.length}, wrong answers ${found.wrong.length}, hung ${load.hung}`;
}
