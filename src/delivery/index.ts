export type { MessageOverride, OutgoingMessage } from '../core/message.ts';
export { AddressGone } from './address-gone.ts';
export type { Delivery, MessageContext } from './delivery.ts';
export { DeliveryFailure, type DeliveryFailureOptions } from './delivery-failed.ts';
export { type DeliveryRoutes, deliveryRoutes } from './delivery-routes.ts';
export { type InboxOptions, inboxDelivery } from './inbox-delivery.ts';
export { type InboxMessage, listInbox } from './list-inbox.ts';
export { type RenderedMessage, renderMessage } from './render-message.ts';
export type { SmsGateway, SmsOutcome } from './sms/gateway.ts';
export type { HttpGatewayOptions } from './sms/http-gateway.ts';
export { httpTemplateIssues } from './sms/http-template-issues.ts';
export { type GatewayOptions, openGateway } from './sms/open-gateway.ts';
export { smsDelivery, type SmsDeliveryOptions } from './sms/sms-delivery.ts';
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
export { decodeApiKey, yubicloudUrl, type YubicoOptions } from './yubico/yubico-options.ts';
export { yubicoValidation, type YubicoValidationOptions } from './yubico/yubico-validation.ts';
