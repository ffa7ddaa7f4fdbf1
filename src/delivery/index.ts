export type { MessageOverride, OutgoingMessage } from '../core/message.ts';
export type { Delivery, MessageContext } from './delivery.ts';
