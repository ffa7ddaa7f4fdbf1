export { equalText } from './constant-time.ts';
export { keyFileFromEnvironment, keyFileIsPrivate, loadKeyFile, saveKeyFile } from './key-file.ts';
export {
  createKeyFile,
  type KeyFile,
  type KeyRing,
  keyRing,
  parseKeyFile,
  type PushKey,
  retireSealingKey,
  rotateSealingKey,
} from './key-ring.ts';
export { p256Key, type P256Key, p256SigningKey } from './p256-key.ts';
export { type PasswordHasher, passwordHasher, type PasswordHasherOptions } from './password-hasher.ts';
export { type PasswordIssue, passwordIssues, type PasswordRules } from './password-issues.ts';
export { hashPassword, maximumPasswordLength, passwordHashIsCurrent, verifyPassword } from './password.ts';
export { open, reseal, seal, sealedKeyId, type SealedPlace } from './secret-box.ts';
export { openTicket, sealTicket } from './ticket.ts';
export { hashToken, newToken, tokenMatches } from './token.ts';
export { type ReceivedWebhook, signWebhook, verifyWebhook } from './webhook-signature.ts';
