export { apiKeyPurpose, readWsapiSettings, wsapiSettings } from './settings.ts';
export { type WsapiDoorOptions, wsapiDoor } from './wsapi-door.ts';
