/** One line of the table of goals. */
export interface Goal {
  goal: string;
  /** What is committed to, and what would be splendid, as they are read. */
  floor: string;
  moonshot: string;
  measured: string;
  verdict: 'moonshot' | 'met' | 'not met' | 'not measured';
}

/** What a section of the bench has found. */
export interface SectionReport {
  title: string;
  /** Markdown. */
  body: string;
  goals: Goal[];
  /** Set when the machine was too unquiet for ratios to mean anything. */
  invalid?: string;
}

export interface GoalOptions {
  goal: string;
  /** Whether more is better, or less. */
  want: 'at least' | 'at most';
  floor: number;
  moonshot: number;
  measured: number;
  show: (figure: number) => string;
}

export function judgeGoal({ goal, want, floor, moonshot, measured, show }: GoalOptions): Goal {
  const reaches = (bound: number): boolean => (want === 'at least' ? measured >= bound : measured <= bound);
  const sign = want === 'at least' ? '≥' : '≤';
  return {
    goal,
    floor: `${sign} ${show(floor)}`,
    moonshot: `${sign} ${show(moonshot)}`,
    measured: Number.isFinite(measured) ? show(measured) : '–',
    verdict: !Number.isFinite(measured)
      ? 'not measured'
      : reaches(moonshot)
        ? 'moonshot'
        : reaches(floor)
          ? 'met'
          : 'not met',
  };
}
