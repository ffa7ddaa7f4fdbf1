export type { MessageOverride, OutgoingMessage } from '../core/message.ts';
export { AddressGone } from './address-gone.ts';
export type { Delivery, MessageContext } from './delivery.ts';
export { DeliveryFailure, type DeliveryFailureOptions } from './delivery-failed.ts';
export { type DeliveryRoutes, deliveryRoutes } from './delivery-routes.ts';
export { type InboxOptions, inboxDelivery } from './inbox-delivery.ts';
export { type InboxMessage, listInbox } from './list-inbox.ts';
export { type RenderedMessage, renderMessage } from './render-message.ts';
export { smtpDelivery } from './smtp-delivery.ts';
export { resolveSmtpOptions, type SmtpOptions } from './smtp-options.ts';
export { webhookDelivery, type WebhookDeliveryOptions } from './webhook/webhook-delivery.ts';
export { escapeHtml } from './templates/escape-html.ts';
export {
  type Outbound,
  OutboundFailure,
  type OutboundOptions,
  type OutboundRequest,
  type OutboundResponse,
  outbound,
} from './outbound/outbound.ts';
export { webPushDelivery, type WebPushOptions } from './web-push/web-push-delivery.ts';
