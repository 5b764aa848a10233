// Sounds of tests: made, read, and compared. All are 16-bit PCM at 8 kHz.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

export const rate = 8_000;

// A WAV of one tone.
export function toneWav(hertz, seconds, level = 8_000) {
  const count = Math.round(seconds * rate);
  const wav = Buffer.alloc(44 + 2 * count);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + 2 * count, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22); // one channel
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(2 * rate, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(2 * count, 40);
  for (let i = 0; i < count; ++i) {
    wav.writeInt16LE(Math.round(level * Math.sin((2 * Math.PI * hertz * i) / rate)), 44 + 2 * i);
  }
  return wav;
}

// {rate, channels: [Float64Array, …]}. The data may be cut short by a writer that was ended.
export function readWav(wav) {
  assert.equal(wav.toString('latin1', 0, 4), 'RIFF');
  const count = wav.readUInt16LE(22);
  const start = wav.indexOf('data') + 8;
  const frames = Math.floor((wav.length - start) / 2 / count);
  const channels = Array.from({ length: count }, () => new Float64Array(frames));
  for (let i = 0; i < frames; ++i) {
    for (let c = 0; c < count; ++c) channels[c][i] = wav.readInt16LE(start + 2 * (i * count + c));
  }
  return { rate: wav.readUInt32LE(24), channels };
}

// An MP3 decoded by mpg123, as WAV.
export function decodeMp3(mp3) {
  const ran = spawnSync('mpg123', ['-q', '-w', '-', '-'], { input: mp3, maxBuffer: 1 << 26 });
  assert.equal(ran.status, 0, ran.stderr?.toString() ?? 'mpg123 is not here');
  return readWav(ran.stdout);
}

const energy = (samples) => samples.reduce((sum, one) => sum + one * one, 0);

// How much of the sound is this tone, from 0 to 1 (Goertzel's algorithm over the whole of it).
export function share(samples, hertz) {
  const all = energy(samples);
  if (all === 0) return 0;
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / rate);
  let [one, two] = [0, 0];
  for (const sample of samples) [one, two] = [sample + turn * one - two, one];
  return (2 * (one * one + two * two - turn * one * two)) / (samples.length * all);
}

// Which of the tones each 100 ms is: its frequency, 0 for silence, null for anything else. Two packets of concealment
// or a change within make a piece neither, so callers count.
export function tones(samples, candidates) {
  const size = rate / 10;
  const found = [];
  for (let at = 0; at + size <= samples.length; at += size) {
    const piece = samples.subarray(at, at + size);
    if (Math.sqrt(energy(piece) / size) < 100) found.push(0);
    else found.push(candidates.find((hertz) => share(piece, hertz) > 0.9) ?? null);
  }
  return found;
}

// Seconds of the tone among what `tones` found.
export const seconds = (found, hertz) => found.filter((one) => one === hertz).length / 10;

// Loudness of each 10 ms, whatever the rate.
function envelope(samples, at) {
  const size = Math.round(at / 100);
  const levels = [];
  for (let i = 0; i + size <= samples.length; i += size) levels.push(Math.sqrt(energy(samples.subarray(i, i + size)) / size));
  return levels;
}

function correlation(a, b) {
  const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length;
  const [of_a, of_b] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; ++i) {
    ab += (a[i] - of_a) * (b[i] - of_b);
    aa += (a[i] - of_a) ** 2;
    bb += (b[i] - of_b) ** 2;
  }
  return ab / Math.sqrt(aa * bb || 1);
}

// How well the loudness of `part` fits somewhere into that of `whole`, from -1 to 1: speech is known again by it, whatever
// its rate and its codec.
export function likeness(whole, part) {
  const [long, short] = [envelope(whole.channels[0], whole.rate), envelope(part.channels[0], part.rate)];
  let best = -1;
  for (let at = 0; at + short.length <= long.length; ++at) {
    best = Math.max(best, correlation(long.slice(at, at + short.length), short));
  }
  return best;
}
