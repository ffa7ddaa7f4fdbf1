/** Something that was looked at. */
export interface Finding {
  level: 'danger' | 'warning' | 'ok';
  what: string;
  /** What to do about it; empty where all is well. */
  fix: string;
}

export function danger(what: string, fix: string): Finding {
  return { level: 'danger', what, fix };
}

export function warning(what: string, fix: string): Finding {
  return { level: 'warning', what, fix };
}

export function ok(what: string): Finding {
  return { level: 'ok', what, fix: '' };
}
