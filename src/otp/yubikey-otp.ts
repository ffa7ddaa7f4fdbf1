import { createCipheriv, createDecipheriv } from 'node:crypto';
import { invalidParameter } from '../core/errors.ts';
import { checkInteger } from './algorithm.ts';
import { toModhex } from './modhex-layouts.ts';
import { decodeModhex, encodeModhex, isModhex } from './modhex.ts';

/** What a YubiKey says with one touch (Yubico OTP). */
export interface YubikeyOtp {
  /** Modhex, up to 32 letters, which says whose AES key to use. */
  publicId: string;
  /** 6 bytes that only the key and its verifier know. */
  privateId: Uint8Array;
  /** How often the key was plugged in and used, 15 bits. Never falls. */
  usageCounter: number;
  /** Touches since it was plugged in, 8 bits. */
  sessionUse: number;
  /** Ticks of 8 Hz since it was plugged in, from a random start, 24 bits. */
  timestamp: number;
  random: number;
  /** Whether caps lock was on. */
  capsLock: boolean;
}

/** Letters of the encrypted part: one AES block in modhex. */
const tokenLength = 32;

/**
 * The public id and the encrypted part of what was typed, or undefined when it is no Yubico OTP. Neither caps lock nor the
 * layout of the keyboard matters, at every door ({@link toModhex}).
 */
export function splitYubikeyOtp(otp: string): { publicId: string; token: string } | undefined {
  if (otp.length < tokenLength || otp.length > 2 * tokenLength) return undefined;
  const text = toModhex(otp);
  if (text === undefined) return undefined;
  return { publicId: text.slice(0, -tokenLength), token: text.slice(-tokenLength) };
}

/**
 * Decrypts a Yubico OTP. Undefined when it is malformed or was not made with this key (its checksum is wrong). The caller
 * compares the private id, and refuses counters that are not above the last accepted ones.
 *
 * @param aesKey 16 bytes
 * @throws CountersignError `invalid_parameters` for an AES key of another length
 */
export function decodeYubikeyOtp(otp: string, aesKey: Uint8Array): YubikeyOtp | undefined {
  checkKey(aesKey);
  const parts = splitYubikeyOtp(otp);
  if (parts === undefined) return undefined;

  const cipher = createDecipheriv('aes-128-ecb', aesKey, null).setAutoPadding(false);
  const block = Buffer.concat([cipher.update(decodeModhex(parts.token)), cipher.final()]);
  if (yubikeyCrc16(block) !== crcResidue) return undefined;
  const counter = block.readUInt16LE(6);
  return {
    publicId: parts.publicId,
    privateId: new Uint8Array(block.subarray(0, 6)),
    usageCounter: counter & 0x7fff,
    capsLock: counter > 0x7fff,
    timestamp: block.readUIntLE(8, 3),
    sessionUse: block.readUInt8(11),
    random: block.readUInt16LE(12),
  };
}

/**
 * What a key with these counters would type: for soft keys in tests.
 *
 * @throws CountersignError `invalid_parameters` for a number that does not fit its field
 */
export function encodeYubikeyOtp(otp: YubikeyOtp, aesKey: Uint8Array): string {
  checkKey(aesKey);
  if (!isModhex(otp.publicId) || otp.publicId.length > tokenLength)
    throw invalidParameter('publicId', 'must be modhex of 16 bytes at most');
  if (otp.privateId.length !== 6) throw invalidParameter('privateId', 'must be 6 bytes');
  checkInteger('usageCounter', otp.usageCounter, 0, 0x7fff);
  checkInteger('timestamp', otp.timestamp, 0, 0xff_ffff);
  checkInteger('sessionUse', otp.sessionUse, 0, 0xff);
  checkInteger('random', otp.random, 0, 0xffff);

  const block = Buffer.alloc(16);
  block.set(otp.privateId);
  block.writeUInt16LE(otp.usageCounter + (otp.capsLock ? 0x8000 : 0), 6);
  block.writeUIntLE(otp.timestamp, 8, 3);
  block.writeUInt8(otp.sessionUse, 11);
  block.writeUInt16LE(otp.random, 12);
  block.writeUInt16LE(0xffff - yubikeyCrc16(block.subarray(0, 14)), 14);
  const cipher = createCipheriv('aes-128-ecb', aesKey, null).setAutoPadding(false);
  return otp.publicId + encodeModhex(Buffer.concat([cipher.update(block), cipher.final()]));
}

/** The checksum over a block that carries its own right checksum. */
const crcResidue = 0xf0b8;

/** CRC-16 of ISO 13239, not complemented, as the YubiKey computes it. */
export function yubikeyCrc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0x8408 : 0);
  }
  return crc;
}

function checkKey(aesKey: Uint8Array): void {
  if (aesKey.length !== 16) throw invalidParameter('aesKey', 'must be 16 bytes');
}
