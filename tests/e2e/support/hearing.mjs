// Listening to what a baresip hears while it still hears it, and understanding digits in it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rate } from './sounds.mjs';
import { until } from './wait.mjs';

const header = 44; // bytes in front of the samples, as libsndfile writes a WAV of 16-bit PCM
const step = rate / 100; // samples whose loudness is one figure: 10 ms
const loud = 100; // as sounds.mjs takes less for silence
const gap = 25; // steps of silence that end an utterance: within a word or a sentence there are none as long

// The utterances a phone hears, each {at, length} in seconds. Reads only what its recording grew by, so that it can be
// asked often.
export class Hearing {
  #phone;
  #file = null;
  #levels = [];

  constructor(t, phone) {
    this.#phone = phone;
    t.after(() => { if (this.#file !== null) closeSync(this.#file); });
  }

  #read() {
    if (this.#file === null) {
      const name = readdirSync(this.#phone.folder).find((one) => one.endsWith('-dec.wav'));
      if (!name) return;
      this.#file = openSync(join(this.#phone.folder, name), 'r');
    }
    const from = header + this.#levels.length * 2 * step;
    const steps = Math.max(0, Math.floor((fstatSync(this.#file).size - from) / 2 / step));
    const bytes = Buffer.alloc(steps * 2 * step);
    readSync(this.#file, bytes, 0, bytes.length, from);
    for (let i = 0; i < steps; ++i) {
      let energy = 0;
      for (let at = i * step; at < (i + 1) * step; ++at) energy += bytes.readInt16LE(2 * at) ** 2;
      this.#levels.push(Math.sqrt(energy / step));
    }
  }

  // Of the last one the end is known when `silence` is more than the gap that ends one.
  utterances() {
    this.#read();
    const found = [];
    let [begun, last] = [-1, -1];
    const keep = () => { if (begun >= 0) found.push({ at: begun / 100, length: (last + 1 - begun) / 100 }); };
    this.#levels.forEach((level, i) => {
      if (level < loud) return;
      if (begun < 0 || i - last > gap) {
        keep();
        begun = i;
      }
      last = i;
    });
    keep();
    this.silence = (this.#levels.length - 1 - last) / 100;
    return found;
  }

  // Its utterances once they are `count`, and behind them `silence` seconds.
  async heard(count, silence, ms) {
    let found = [];
    try {
      return await until(() => {
        found = this.utterances();
        return found.length >= count && this.silence >= silence && found;
      }, 'utterances', ms);
    } catch {
      throw new Error(`not ${count} utterances within ${ms} ms, but ${JSON.stringify(found)}`);
    }
  }
}

// A WAV of 16,000 samples a second, as the recogniser's model wants them, of some at half of that.
function wide(samples) {
  const wav = Buffer.alloc(44 + samples.length * 4);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples.length * 4, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22); // one channel
  wav.writeUInt32LE(2 * rate, 24);
  wav.writeUInt32LE(4 * rate, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples.length * 4, 40);
  samples.forEach((sample, i) => {
    wav.writeInt16LE(sample, 44 + 4 * i);
    wav.writeInt16LE(Math.round((sample + (samples[i + 1] ?? sample)) / 2), 46 + 4 * i);
  });
  return wav;
}

const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

// What pocketsphinx (CMU) hears in samples, told that digits and these sentences come: the words, digits as figures.
// Null where it is not installed.
export function recognise(t, samples, sentences) {
  const model = '/usr/share/pocketsphinx/model/en-us';
  if (spawnSync('pocketsphinx_continuous', ['-help']).error) {
    t.diagnostic('pocketsphinx is not here: the digits are not understood back');
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'hearing-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [file, grammar] = [join(folder, 'heard.wav'), join(folder, 'digits.gram')];
  writeFileSync(file, wide(samples));
  writeFileSync(grammar, `#JSGF V1.0;
grammar d;
public <one> = ${[...words, ...sentences].join(' | ')};
`);
  const ran = spawnSync('pocketsphinx_continuous', ['-infile', file, '-hmm', `${model}/en-us`,
    '-dict', `${model}/cmudict-en-us.dict`, '-jsgf', grammar, '-upperf', '4000', '-logfn', '/dev/null'],
  { encoding: 'utf8', timeout: 60_000 });
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout.trim().split(/\s+/).map((word) => (words.includes(word) ? words.indexOf(word) : word)).join(' ');
}
