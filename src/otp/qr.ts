import { crc32, deflateSync } from 'node:zlib';
import { encode } from 'uqr';
import { invalidParameter } from '../core/errors.ts';
import { checkInteger } from './algorithm.ts';

export interface QrOptions {
  /** Error correction: L 7 %, M 15 %, Q 25 %, H 30 %. Default `L`. */
  level?: 'L' | 'M' | 'Q' | 'H' | undefined;
  /** Width of a module in pixels, 1 to 100. Default 10. */
  scale?: number | undefined;
  /** Quiet zone around the code in modules, 0 to 100. Default 4 (ISO/IEC 18004 asks for it). */
  margin?: number | undefined;
}

/**
 * The text as a QR code of the smallest version that fits: a PNG of one bit per pixel, black on white.
 *
 * @throws CountersignError `invalid_parameters` when the text does not fit a QR code
 */
export function qrPng(text: string, options: QrOptions = {}): Uint8Array {
  const { modules, scale } = drawModules(text, options);
  const width = modules.length * scale;
  const stride = 1 + Math.ceil(width / 8); // each row begins with its filter type, 0: none
  const pixels = Buffer.alloc(stride * width);
  modules.forEach((row, y) => {
    const line = Buffer.alloc(stride);
    for (let x = 0; x < width; x++)
      if (row[Math.floor(x / scale)] === false) line[1 + (x >> 3)] = (line[1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    for (let copy = 0; copy < scale; copy++) line.copy(pixels, (y * scale + copy) * stride);
  });

  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  header[8] = 1; // bit depth; colour type 0 (greyscale), deflate, no interlace
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(pixels)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * The text as a QR code in SVG, black on white, without script or style.
 *
 * @throws CountersignError `invalid_parameters` when the text does not fit a QR code
 */
export function qrSvg(text: string, options: QrOptions = {}): string {
  const { modules, scale } = drawModules(text, options);
  const size = modules.length;
  const path = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size * scale}" height="${size * scale}" ` +
    `viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${path}"/></svg>`
  );
}

/**
 * The text as a QR code for a terminal: two modules per character. Light modules are drawn and dark ones left out, which
 * is right on the usual dark background; scanners read the reverse as well.
 *
 * @throws CountersignError `invalid_parameters` when the text does not fit a QR code
 */
export function qrText(text: string, options: Omit<QrOptions, 'scale'> = {}): string {
  const { modules } = drawModules(text, options);
  let drawing = '';
  for (let y = 0; y < modules.length; y += 2) {
    // Below the last row there is nothing to draw, which is what a dark module looks like.
    const lower = modules[y + 1];
    modules[y]?.forEach((upperDark, x) => {
      const lowerDark = lower?.[x] ?? true;
      drawing += upperDark ? (lowerDark ? ' ' : '▄') : lowerDark ? '▀' : '█';
    });
    drawing += '\n';
  }
  return drawing;
}

/** The matrix with its quiet zone: rows of modules, true for dark. */
function drawModules(text: string, options: QrOptions): { modules: boolean[][]; scale: number } {
  const { level = 'L', scale = 10, margin = 4 } = options;
  checkInteger('scale', scale, 1, 100);
  checkInteger('margin', margin, 0, 100);
  try {
    return { modules: encode(text, { ecc: level, boostEcc: false, border: margin }).data, scale };
  } catch {
    throw invalidParameter('text', 'does not fit a QR code');
  }
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}
