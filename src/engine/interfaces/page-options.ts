export interface PageOptions {
  /** 1 … 500, default 50. */
  limit?: number;
  /** The `next` of the page before. */
  cursor?: string;
}
