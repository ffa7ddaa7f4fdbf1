import { segmentsOf } from '../segments.ts';
import { cString } from './pdu.ts';

export interface BindFields {
  systemId: string;
  /** Secret */
  password: string;
  systemType: string;
}

/** The body of `bind_transmitter` (SMPP 3.4 §4.1.1): we say version 3.4, and no range of addresses. */
export function bindBody({ systemId, password, systemType }: BindFields): Buffer {
  return Buffer.concat([
    cString(systemId),
    cString(password),
    cString(systemType),
    Buffer.from([0x34, 0, 0]),
    cString(''),
  ]);
}

export interface SubmitFields {
  from: string;
  /** E.164 */
  to: string;
  text: string;
  /** How a text of several segments goes: each in a message of its own with a number in front, or whole in a field for long ones. */
  longMessages: 'udh' | 'payload';
  /** Numbers a message of several segments, 0 to 255. */
  reference: number;
}

/** `esm_class`: the message begins with a user data header (§5.2.12). */
const withHeader = 0x40;
/** `data_coding` (§5.2.19): the default alphabet of the centre, a septet per octet; and UCS-2, big-endian. */
const coding = { gsm7: 0x00, ucs2: 0x08 };
/** The optional parameter `message_payload` (§5.3.2.32). */
const messagePayload = 0x0424;

/** The bodies of `submit_sm` (§4.4.1), one for each segment. */
export function submitBodies({ from, to, text, longMessages, reference }: SubmitFields): Buffer[] {
  const { alphabet, parts } = segmentsOf(text);
  const start = Buffer.concat([cString(''), address(from), address(to)]);
  const submit = (esmClass: number, shortMessage: Uint8Array, optional = Buffer.alloc(0)) =>
    Buffer.concat([
      start,
      // esm_class, protocol_id, priority_flag; no schedule_delivery_time, no validity_period
      Buffer.from([esmClass, 0, 0, 0, 0]),
      // registered_delivery, replace_if_present_flag, data_coding, sm_default_msg_id, sm_length
      Buffer.from([0, 0, coding[alphabet], 0, shortMessage.length]),
      shortMessage,
      optional,
    ]);
  const [only = new Uint8Array(), ...others] = parts;
  if (others.length === 0) return [submit(0, only)];
  if (longMessages === 'payload') {
    const payload = Buffer.concat(parts);
    const head = Buffer.alloc(4);
    head.writeUInt16BE(messagePayload, 0);
    head.writeUInt16BE(payload.length, 2);
    return [submit(0, new Uint8Array(), Buffer.concat([head, payload]))];
  }
  // Concatenated short messages, 8-bit reference number (3GPP TS 23.040 §9.2.3.24.1).
  return parts.map((part, index) =>
    submit(withHeader, Buffer.concat([Buffer.from([5, 0, 3, reference, parts.length, index + 1]), part])),
  );
}

/** Type of number, numbering plan and digits (§5.2.5, §5.2.6): international in E.164, a short code of the network, or a name. */
function address(text: string): Buffer {
  if (/^\+?\d{7,15}$/.test(text)) return Buffer.concat([Buffer.from([1, 1]), cString(text.replace('+', ''))]);
  if (/^\d+$/.test(text)) return Buffer.concat([Buffer.from([3, 0]), cString(text)]);
  return Buffer.concat([Buffer.from([5, 0]), cString(text)]);
}
