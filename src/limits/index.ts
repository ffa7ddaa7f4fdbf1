export { type GuessAccounts, openGuessAccounts, type PaidGuess } from './guess-accounts.ts';
export { clearGuesses, forgiveGuesses, type GuessPayer, payForGuess } from './guess-budget.ts';
export { type MessagePayer, payForMessage } from './message-budget.ts';
export { payForNotice } from './notice-budget.ts';
export { forgivePrompts, holdPrompts, payForPrompt, releasePrompts } from './prompt-budget.ts';
export { forgivePasswords, payForPassword, refundPassword, tellExhaustedAddress } from './password-budget.ts';
