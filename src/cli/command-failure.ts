/** A command did not achieve what it was asked for, and has said so itself. The exit code becomes 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** The command line itself is wrong, in a way that its parser cannot know. The exit code becomes 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
