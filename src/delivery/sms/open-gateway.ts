import type { Clock } from '../../core/clock.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { bird, type BirdOptions } from './bird.ts';
import type { SmsGateway } from './gateway.ts';
import { httpGateway, type HttpGatewayOptions } from './http-gateway.ts';
import { messageBird, type MessageBirdOptions } from './messagebird.ts';
import { smpp, type SmppOptions } from './smpp/smpp.ts';
import { sns, type SnsOptions } from './sns.ts';
import { twilio, type TwilioOptions } from './twilio.ts';
import { vonage, type VonageOptions } from './vonage.ts';

/** A gateway by its type, and its options. */
export type GatewayOptions =
  | { type: 'http'; options: HttpGatewayOptions }
  | { type: 'twilio'; options: TwilioOptions }
  | { type: 'vonage'; options: VonageOptions }
  | { type: 'messagebird'; options: MessageBirdOptions }
  | { type: 'bird'; options: BirdOptions }
  | { type: 'sns'; options: SnsOptions }
  | { type: 'smpp'; options: SmppOptions };

/** The gateway of these options. Nothing is connected yet. */
export function openGateway(gateway: GatewayOptions, outbound: Outbound, clock: Clock): SmsGateway {
  const open = openByType(gateway, outbound, clock);
  return { ...open, name: gateway.options.name ?? open.name };
}

function openByType({ type, options }: GatewayOptions, outbound: Outbound, clock: Clock): SmsGateway {
  switch (type) {
    case 'http':
      return httpGateway(options, outbound);
    case 'twilio':
      return twilio(options, outbound);
    case 'vonage':
      return vonage(options, outbound);
    case 'messagebird':
      return messageBird(options, outbound);
    case 'bird':
      return bird(options, outbound);
    case 'sns':
      return sns(options, outbound, clock);
    case 'smpp':
      break;
  }
  return smpp(options);
}
