export { clearGuesses, findExhaustion, forgiveGuesses, type GuessPayer, payForGuess } from './guess-budget.ts';
export { payForMessage } from './message-budget.ts';
export { forgivePasswords, payForPassword, refundPassword } from './password-budget.ts';
