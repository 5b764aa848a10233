// A sound as a picture: the loudest samples of each stretch, mirrored at the middle.

const bars = 120;
const width = 240;
const height = 48;

// The samples of a WAV file of 16 bits and one channel, such as the server writes.
export function readWave(buffer) {
  const view = new DataView(buffer);
  let at = 12;
  while (at + 8 <= view.byteLength) {
    const size = view.getUint32(at + 4, true);
    // "data"
    if (view.getUint32(at) === 0x64617461) {
      const count = Math.min(size, view.byteLength - at - 8) >> 1;
      return Int16Array.from({ length: count }, (_, i) => view.getInt16(at + 8 + 2 * i, true));
    }
    at += 8 + size + (size & 1);
  }
  return new Int16Array();
}

// Each stretch's peak, from 0 to 1.
export function peaksOf(samples, count = bars) {
  return Array.from({ length: count }, (_, i) => {
    let peak = 0;
    const end = Math.floor((i + 1) * samples.length / count);
    for (let at = Math.floor(i * samples.length / count); at < end; ++at) peak = Math.max(peak, Math.abs(samples[at]));
    return peak / 32768;
  });
}

export function wavePicture(samples, title) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'wave');
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', title);
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  const step = width / bars;
  path.setAttribute('d', peaksOf(samples).map((peak, i) => {
    // Speech is far from full scale, so what is soft is raised.
    const half = Math.max(0.5, Math.sqrt(peak) * height / 2);
    const x = ((i + 0.5) * step).toFixed(1);
    return `M${x} ${(height / 2 - half).toFixed(1)}V${(height / 2 + half).toFixed(1)}`;
  }).join(''));
  svg.append(path);
  return svg;
}
