/** Does something again and again, without keeping the process alive for it; answers how to stop. */
export function every(milliseconds: number, work: () => unknown): () => void {
  const timer = setInterval(() => void work(), milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}
