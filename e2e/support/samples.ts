import { deflateSync } from 'node:zlib';

// Generated here, to keep binary files out of the repository.

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length);
  body.copy(frame, 4);
  frame.writeUInt32BE(crcOf(body), body.length + 4);
  return frame;
}

function crcOf(data: Buffer): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** A PNG of hills at dusk. */
export function samplePng(width = 900, height = 600): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  const hill = (x: number, base: number, a: number, b: number) => height * base - Math.sin(x / a) * 38 - Math.sin(x / b + 2) * 21;
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      const sky = y / height;
      let colour = [250 - 120 * (1 - sky), 170 + 40 * sky, 120 + 110 * (1 - sky)];
      if (Math.hypot(x - width * 0.68, y - height * 0.36) < 46) colour = [255, 240, 200];
      if (y > hill(x, 0.62, 130, 61)) colour = [92, 122, 118];
      if (y > hill(x, 0.74, 170, 43)) colour = [46, 92, 84];
      if (y > hill(x, 0.88, 90, 37)) colour = [18, 58, 48];
      rows.set(colour.map(Math.round), y * (width * 3 + 1) + 1 + x * 3);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const parts = [chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

/** One second of a tone. */
export function sampleWav(): Buffer {
  const rate = 8000;
  const data = Buffer.alloc(rate);
  for (let i = 0; i < rate; ++i) data[i] = 128 + 60 * Math.sin((i * 2 * Math.PI * 440) / rate);
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(36 + rate, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(rate, 40);
  return Buffer.concat([head, data]);
}

/** A PDF page with one line of text. */
export function samplePdf(text: string): Buffer {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>',
    `<</Length ${text.length + 38}>>stream\nBT /F 24 Tf 40 220 Td (${text}) Tj ET\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let pdf = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${index + 1} 0 obj${object}endobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  pdf += `xref\n0 6\n0000000000 65535 f \n${table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n${pdf.length}\n%%EOF`;
  return Buffer.from(pdf, 'latin1');
}
