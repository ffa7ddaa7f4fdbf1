import type { FieldIssue } from '../../core/errors.ts';
import type { Json } from '../../core/model.ts';

/** What the engine calls a field, and what this wire calls it. */
const wireNames: ReadonlyMap<string, string> = new Map([
  ['user', 'username'],
  ['login', 'administrator.email'],
  ['email', 'administrator.email'],
  ['password', 'administrator.password'],
  ['firstName', 'administrator.first_name'],
  ['lastName', 'administrator.last_name'],
]);

/** The path on this wire: the engine names the fields of an administrator with and without the object they are in. */
function wirePath(path: string): string[] {
  return (wireNames.get(path.replace(/^administrator\./, '')) ?? path).split('.').filter(Boolean);
}

interface Messages {
  [field: string]: Messages | string[];
}

/** Without a prototype: the names of fields are the caller's, who could otherwise write to that of every object in this process. */
function noMessages(): Messages {
  return Object.create(null) as Messages;
}

/** `{"administrator": {"email": ["…"]}}` for a message at `administrator.email`; what belongs to no field stands apart. */
export function fieldMessages(issues: readonly FieldIssue[]): Json {
  const messages = noMessages();
  for (const { path, message } of issues) addMessage(messages, wirePath(path), message);
  return messages;
}

function addMessage(messages: Messages, path: readonly string[], message: string): void {
  const [field = 'non_field_errors', ...rest] = path;
  const there = messages[field];
  if (Array.isArray(there)) there.push(message);
  else if (rest.length === 0) messages[field] = [message];
  else addMessage((messages[field] = there ?? noMessages()), rest, message);
}
