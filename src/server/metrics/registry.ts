/** A number that only grows, per combination of label values. */
export interface Counter {
  add(labels: readonly string[], amount?: number): void;
}

/** How observed values are spread, per combination of label values. */
export interface Histogram {
  observe(labels: readonly string[], value: number): void;
}

export interface MetricOptions {
  name: string;
  help: string;
  /** Names of the labels. Their values come from fixed sets: never an id, an address or a name. */
  labels?: readonly string[];
}

/** What can be scraped, in the text format of Prometheus (0.0.4). */
export interface Registry {
  counter(options: MetricOptions): Counter;
  histogram(options: MetricOptions & { buckets: readonly number[] }): Histogram;
  /** A value that is read when somebody scrapes; undefined leaves it out. */
  gauge(options: MetricOptions & { type?: 'gauge' | 'counter' }, read: () => number | undefined): void;
  /** A constant 1 whose labels say something about the program. */
  info(options: MetricOptions, labels: readonly string[]): void;
  format(): string;
}

export function createRegistry(): Registry {
  const families: (() => string)[] = [];

  const family = (options: MetricOptions, type: string, lines: () => string[]) => {
    families.push(() =>
      [`# HELP ${options.name} ${options.help}`, `# TYPE ${options.name} ${type}`, ...lines()].join('\n'),
    );
  };

  return {
    counter: (options) => {
      const values = new Map<string, number>();
      family(options, 'counter', () => [...values].map(([key, value]) => `${options.name}${key} ${value}`));
      const keys = labelKeys(options.labels ?? []);
      return {
        add: (labels, amount = 1) => {
          const key = keys(labels);
          values.set(key, (values.get(key) ?? 0) + amount);
        },
      };
    },
    histogram: ({ buckets, ...options }) => {
      const series = new Map<string, { labels: readonly string[]; counts: number[]; sum: number; count: number }>();
      const bucketNames = [...(options.labels ?? []), 'le'];
      const keys = labelKeys(options.labels ?? []);
      family(options, 'histogram', () =>
        [...series].flatMap(([key, { labels, counts, sum, count }]) => {
          let total = 0;
          const lines = buckets.map((bound, index) => {
            total += counts[index] ?? 0;
            return `${options.name}_bucket${formatLabels(bucketNames, [...labels, String(bound)])} ${total}`;
          });
          return [
            ...lines,
            `${options.name}_bucket${formatLabels(bucketNames, [...labels, '+Inf'])} ${count}`,
            `${options.name}_sum${key} ${sum}`,
            `${options.name}_count${key} ${count}`,
          ];
        }),
      );
      return {
        observe: (labels, value) => {
          const key = keys(labels);
          let entry = series.get(key);
          if (entry === undefined) {
            entry = { labels: [...labels], counts: buckets.map(() => 0), sum: 0, count: 0 };
            series.set(key, entry);
          }
          const index = buckets.findIndex((bound) => value <= bound);
          if (index >= 0) entry.counts[index] = (entry.counts[index] ?? 0) + 1;
          entry.sum += value;
          entry.count += 1;
        },
      };
    },
    gauge: ({ type = 'gauge', ...options }, read) => {
      family(options, type, () => {
        const value = read();
        return value === undefined ? [] : [`${options.name} ${value}`];
      });
    },
    info: (options, labels) => {
      family(options, 'gauge', () => [`${options.name}${formatLabels(options.labels ?? [], labels)} 1`]);
    },
    format: () => `${families.map((lines) => lines()).join('\n')}\n`,
  };
}

/** The label values come from fixed sets, so each combination is written once. */
function labelKeys(names: readonly string[]): (values: readonly string[]) => string {
  const known = new Map<string, string>();
  return (values) => {
    const joined = values.join('\n');
    let key = known.get(joined);
    if (key === undefined) {
      key = formatLabels(names, values);
      known.set(joined, key);
    }
    return key;
  };
}

function formatLabels(names: readonly string[], values: readonly string[]): string {
  if (names.length === 0) return '';
  return `{${names.map((name, index) => `${name}="${escapeLabel(values[index] ?? '')}"`).join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
