import { describe, expect, it } from 'vitest';
import { createRegistry } from './registry.ts';

describe('the registry of metrics', () => {
  it('writes counters, gauges and histograms in the text format of Prometheus', () => {
    const registry = createRegistry();
    const requests = registry.counter({ name: 'requests_total', help: 'Requests.', labels: ['door', 'status'] });
    requests.add(['rest', '2xx']);
    requests.add(['rest', '2xx']);
    requests.add(['a"b\\c\n', '5xx'], 3);
    const seconds = registry.histogram({ name: 'seconds', help: 'Time.', labels: ['door'], buckets: [0.1, 1] });
    for (const value of [0.05, 0.1, 0.5, 7]) seconds.observe(['rest'], value);
    let read: number | undefined = 5;
    registry.gauge({ name: 'size', help: 'Size.' }, () => read);
    registry.info({ name: 'build', help: 'Version.', labels: ['version'] }, ['1.2.3']);

    expect(registry.format().split('\n')).toEqual([
      '# HELP requests_total Requests.',
      '# TYPE requests_total counter',
      'requests_total{door="rest",status="2xx"} 2',
      'requests_total{door="a\\"b\\\\c\\n",status="5xx"} 3',
      '# HELP seconds Time.',
      '# TYPE seconds histogram',
      'seconds_bucket{door="rest",le="0.1"} 2',
      'seconds_bucket{door="rest",le="1"} 3',
      'seconds_bucket{door="rest",le="+Inf"} 4',
      'seconds_sum{door="rest"} 7.65',
      'seconds_count{door="rest"} 4',
      '# HELP size Size.',
      '# TYPE size gauge',
      'size 5',
      '# HELP build Version.',
      '# TYPE build gauge',
      'build{version="1.2.3"} 1',
      '',
    ]);
    read = undefined;
    expect(registry.format()).not.toMatch(/^size /m);
  });
});
