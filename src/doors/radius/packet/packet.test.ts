import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributeType } from './attribute-types.ts';
import { findAttribute, joinAttributes, longestValue, splitAttribute } from './attributes.ts';
import { findChapProof, verifyChapProof } from './chap.ts';
import {
  hasMessageAuthenticator,
  signMessageAuthenticator,
  verifyMessageAuthenticator,
} from './message-authenticator.ts';
import { encodePacket, longestPacket, type Packet, parsePacket } from './packet.ts';
import { packetCode } from './packet-codes.ts';
import { encodeResponse, verifyAccountingRequest, verifyResponse } from './response.ts';
import { hideUserPassword, revealUserPassword } from './user-password.ts';
import { encodeVendorAttribute, findVendorAttributes } from './vendor-attribute.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'hex');
const secret = Buffer.from('xyzzy5461');

function read(bytes: Buffer): Packet {
  const packet = parsePacket(bytes);
  if (packet === undefined) throw new Error('the packet was dropped');
  return packet;
}

/** RFC 2865 §7.1: nemo telnets in with the password arctangent. */
const nemo = hex(`01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a
  01 06 6e 65 6d 6f 02 12 0d be 70 8d 93 d4 13 ce 31 96 e4 3f 78 2a 0a ee 04 06 c0 a8 01 10 05 06 00 00 00 03`);
const nemoAccepted = hex(`02 00 00 26 86 fe 22 0e 76 24 ba 2a 10 05 f6 bf 9b 55 e0 b2
  06 06 00 00 00 01 0f 06 00 00 00 00 0e 06 c0 a8 01 03`);

describe('the example of RFC 2865 §7.1', () => {
  test('is read, and its password is revealed', () => {
    const request = read(nemo);
    expect(request).toMatchObject({ code: packetCode.accessRequest, identifier: 0 });
    expect(findAttribute(request.attributes, attributeType.userName)?.toString()).toBe('nemo');
    const hidden = findAttribute(request.attributes, attributeType.userPassword) ?? Buffer.alloc(0);
    expect(revealUserPassword(hidden, secret, request.authenticator)?.toString()).toBe('arctangent');
    expect(hideUserPassword(Buffer.from('arctangent'), secret, request.authenticator)).toEqual(hidden);
  });

  test('is written again as it was', () => {
    expect(encodePacket(read(nemo))).toEqual(nemo);
  });

  test('has an answer whose authenticator is right for this request and secret alone', () => {
    const { authenticator } = read(nemo);
    const answer = read(nemoAccepted);
    expect(verifyResponse(answer, authenticator, secret)).toBe(true);
    expect(verifyResponse(answer, authenticator, Buffer.from('xyzzy5462'))).toBe(false);
    expect(verifyResponse(answer, Buffer.alloc(16), secret)).toBe(false);
  });
});

describe('a datagram', () => {
  test.each([
    ['an empty one', Buffer.alloc(0)],
    ['one shorter than a header', nemo.subarray(0, 19)],
    ['one cut short', nemo.subarray(0, 55)],
    ['a length below 20', Buffer.concat([hex('01 00 00 13'), nemo.subarray(4)])],
    ['a length above 4096', Buffer.concat([hex('01 00 10 01'), Buffer.alloc(5000)])],
    ['an attribute of length 0', Buffer.concat([hex('01 00 00 16'), nemo.subarray(4, 20), hex('01 00')])],
    ['an attribute of length 1', Buffer.concat([hex('01 00 00 16'), nemo.subarray(4, 20), hex('01 01')])],
    ['an attribute beyond the end', Buffer.concat([hex('01 00 00 17'), nemo.subarray(4, 20), hex('01 04 61')])],
    ['half an attribute', Buffer.concat([hex('01 00 00 15'), nemo.subarray(4, 20), hex('01')])],
  ])('is dropped: %s (RAD-06)', (_, datagram) => {
    expect(parsePacket(datagram)).toBeUndefined();
  });

  test('is read up to its length, and what follows is padding (RAD-06)', () => {
    const padded = Buffer.concat([nemo, hex('01 00 ff ff ff')]);
    expect(read(padded).bytes).toEqual(nemo);
  });

  test('of any content is dropped or read as what it is written again as (RAD-06)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (octets, honest) => {
        const datagram = Buffer.from(octets);
        if (honest && datagram.length >= 20) datagram.writeUInt16BE(datagram.length, 2);
        const packet = parsePacket(datagram);
        if (packet === undefined) return;
        expect(encodePacket(packet)).toEqual(datagram.subarray(0, packet.bytes.length));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('a User-Password', () => {
  const authenticator = hex('000102030405060708090a0b0c0d0e0f');

  test.each([0, 1, 15, 16, 17, 127, 128])('of %i octets comes back as it was (RAD-07)', (length) => {
    const password = Buffer.from('ü'.repeat(64)).subarray(0, length);
    const hidden = hideUserPassword(password, secret, authenticator);
    expect(hidden.length % 16).toBe(0);
    expect(revealUserPassword(hidden, secret, authenticator)).toEqual(password);
  });

  test.each([0, 1, 15, 17, 129, 144])('field of %i octets is refused (RAD-07)', (length) => {
    expect(revealUserPassword(Buffer.alloc(length), secret, authenticator)).toBeUndefined();
  });

  test('keeps a zero inside, and loses only those at its end (RAD-07)', () => {
    const hidden = hideUserPassword(Buffer.from('a\0b\0\0'), secret, authenticator);
    expect(revealUserPassword(hidden, secret, authenticator)).toEqual(Buffer.from('a\0b'));
  });

  test('is something else with another secret (RAD-02)', () => {
    const hidden = hideUserPassword(Buffer.from('arctangent'), secret, authenticator);
    expect(revealUserPassword(hidden, Buffer.from('other'), authenticator)?.toString()).not.toBe('arctangent');
  });
});

describe('a Message-Authenticator', () => {
  const authenticator = hex('0f403f9473978057bd83d5cb98f4227a');
  const zero = { type: attributeType.messageAuthenticator, value: Buffer.alloc(16) };
  const user = { type: attributeType.userName, value: Buffer.from('nemo') };

  function signed(...attributes: { type: number; value: Buffer }[]): Packet {
    const bytes = encodePacket({ code: packetCode.accessRequest, identifier: 7, authenticator, attributes });
    signMessageAuthenticator(bytes, secret, authenticator);
    return read(bytes);
  }

  test.each([
    ['first', [zero, user]],
    ['last', [user, zero]],
  ])('is right when it stands %s (RAD-01)', (_, attributes) => {
    expect(verifyMessageAuthenticator(signed(...attributes), secret)).toBe(true);
    expect(verifyMessageAuthenticator(signed(...attributes), Buffer.from('other'))).toBe(false);
  });

  test('is wrong as soon as any bit of the packet is another (RAD-01)', () => {
    const { bytes } = signed(zero, user);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const packet = parsePacket(changed);
      expect(packet !== undefined && verifyMessageAuthenticator(packet, secret)).toBe(false);
    }
  });

  test('is wrong when it is missing, comes twice, or is not of 16 octets (RAD-01)', () => {
    const bare = read(encodePacket({ code: 1, identifier: 7, authenticator, attributes: [user] }));
    expect(hasMessageAuthenticator(bare)).toBe(false);
    expect(verifyMessageAuthenticator(bare, secret)).toBe(false);
    for (const attributes of [
      [zero, zero],
      [{ ...zero, value: Buffer.alloc(15) }],
      [{ ...zero, value: Buffer.alloc(0) }],
    ]) {
      const packet = read(encodePacket({ code: 1, identifier: 7, authenticator, attributes }));
      expect(hasMessageAuthenticator(packet)).toBe(true);
      expect(verifyMessageAuthenticator(packet, secret)).toBe(false);
    }
  });
});

describe('an answer', () => {
  const proxyStates = ['one', 'two'].map((text) => ({ type: attributeType.proxyState, value: Buffer.from(text) }));
  const asked = read(encodePacket({ ...read(nemo), attributes: [...read(nemo).attributes, ...proxyStates] }));
  const text = { type: attributeType.replyMessage, value: Buffer.from('Code') };

  test('begins with its Message-Authenticator and ends with the Proxy-State of the request (RAD-01)', () => {
    const answer = read(encodeResponse(asked, secret, packetCode.accessChallenge, [text]));
    expect(answer.identifier).toBe(asked.identifier);
    expect(answer.attributes.map(({ type }) => type)).toEqual([80, 18, 33, 33]);
    expect(answer.attributes.slice(2)).toEqual(proxyStates);
    expect(verifyMessageAuthenticator(answer, secret, asked.authenticator)).toBe(true);
    expect(verifyResponse(answer, asked.authenticator, secret)).toBe(true);
  });

  test('is right for no other request', () => {
    const answer = read(encodeResponse(asked, secret, packetCode.accessAccept));
    const other = Buffer.alloc(16, 1);
    expect(verifyMessageAuthenticator(answer, secret, other)).toBe(false);
    expect(verifyResponse(answer, other, secret)).toBe(false);
  });

  test('never grows beyond a packet', () => {
    const long = { ...text, value: Buffer.alloc(longestValue) };
    const fill = Array.from({ length: 16 }, () => long);
    expect(() => encodeResponse(asked, secret, packetCode.accessReject, fill)).toThrow(RangeError);
    expect(() =>
      encodeResponse(asked, secret, packetCode.accessReject, [{ ...text, value: Buffer.alloc(254) }]),
    ).toThrow(RangeError);
    expect(longestPacket).toBe(4096);
  });
});

test('an Accounting-Request is authenticated by its authenticator (RAD-11)', () => {
  const rest = '28 06 00000001';
  const asked = read(hex(`04 03 00 1a 585e1d215ba9e056c7c155075887a353 ${rest}`));
  expect(verifyAccountingRequest(asked, secret)).toBe(true);
  expect(verifyAccountingRequest(asked, Buffer.from('other'))).toBe(false);
  expect(verifyAccountingRequest(read(hex(`04 03 00 1a ${'00'.repeat(16)} ${rest}`)), secret)).toBe(false);
  expect(verifyAccountingRequest(read(nemo), secret)).toBe(false);
});

describe('a CHAP proof', () => {
  test('is checked with the password in clear, over CHAP-Challenge or the Request Authenticator (RAD-08)', () => {
    const challenge = hex('00112233445566778899aabbccddeeff');
    // printf '\007secret…' | md5sum
    const proof = { identifier: 7, response: hex('15c1682eb7ac3daca85d727884af20a0'), challenge };
    expect(verifyChapProof(proof, Buffer.from('secret'))).toBe(true);
    expect(verifyChapProof(proof, Buffer.from('Secret'))).toBe(false);
    expect(verifyChapProof({ ...proof, identifier: 8 }, Buffer.from('secret'))).toBe(false);
    const attributes = [{ type: attributeType.chapPassword, value: Buffer.concat([Buffer.of(7), proof.response]) }];
    const packet = read(encodePacket({ code: 1, identifier: 1, authenticator: challenge, attributes }));
    expect(findChapProof(packet)).toEqual(proof);
    const short = { ...packet, attributes: [{ type: attributeType.chapPassword, value: Buffer.alloc(16) }] };
    expect(findChapProof(short)).toBeUndefined();
  });
});

test('a long value comes in pieces, and is put together again (RFC 3579 §3.1)', () => {
  const value = Buffer.alloc(600, 7);
  const pieces = splitAttribute(attributeType.eapMessage, value);
  expect(pieces.map((piece) => piece.value.length)).toEqual([253, 253, 94]);
  expect(joinAttributes(pieces, attributeType.eapMessage)).toEqual(value);
  expect(joinAttributes(pieces, attributeType.state)).toBeUndefined();
});

describe('a vendor attribute', () => {
  test('is written as RFC 2865 §5.26 has it, and found again', () => {
    const attribute = encodeVendorAttribute({ vendor: 9, type: 1, value: Buffer.from('priv-lvl=15') });
    expect(attribute.value).toEqual(Buffer.concat([hex('00000009 01 0d'), Buffer.from('priv-lvl=15')]));
    expect(findVendorAttributes([attribute])).toEqual([{ vendor: 9, type: 1, value: Buffer.from('priv-lvl=15') }]);
    expect(() => encodeVendorAttribute({ vendor: 9, type: 1, value: Buffer.alloc(248) })).toThrow(RangeError);
  });

  test.each(['', '00000009', '0000000901', '000000090101', '00000009010361', '0000000901ff61'])(
    'of the form %j is none (RAD-06)',
    (value) => {
      expect(findVendorAttributes([{ type: attributeType.vendorSpecific, value: hex(value) }])).toHaveLength(
        value === '00000009010361' ? 1 : 0,
      );
    },
  );
});
