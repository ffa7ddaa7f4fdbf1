/** What has become of messages that were due. */
export interface OutboxReport {
  sent: number;
  /** Not taken over, and tried again later. */
  postponed: number;
  /** Given up. */
  failed: number;
  /** Of no use any more when their turn came: codes of challenges that had ended. */
  void: number;
}

/** Messages that were committed with what they tell of, and are not sent yet. */
export interface OutboxEngine {
  /**
   * Sends what is due of every tenant, up to `limit` (default 200) messages of each, a few at a time; for a timer of the server. Any number
   * of processes may do it at the same time: each message is sent by one of them.
   */
  work(limit?: number): Promise<OutboxReport>;
}
