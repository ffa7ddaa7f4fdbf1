// Whether the server in this container is ready: exit code 0, else 1. Asks over TLS, then in the clear (tls.mode: proxy).
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';

const port = /:(\d+)$/.exec(process.env.COUNTERSIGN_LISTEN ?? '')?.[1] ?? '8300';
const ask = (get) =>
  new Promise((resolve) => {
    // On loopback, and nothing secret is said: whose certificate it is does not matter here.
    const options = { host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false, timeout: 3000 };
    get(options, (response) => resolve(response.resume().statusCode === 200))
      .on('timeout', function () {
        this.destroy();
      })
      .on('error', () => resolve(false));
  });

process.exitCode = (await ask(getSecure)) || (await ask(getPlain)) ? 0 : 1;
