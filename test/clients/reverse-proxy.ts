import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitFor } from '../support/wait-for'

export interface ProxyOptions {
  /** Of its own: configuration, process id, temporary files. */
  readonly folder: string
  readonly port: number
  /** Of the servers that it forwards to. */
  readonly targets: readonly number[]
}

export interface ReverseProxy {
  readonly stop: () => Promise<unknown>
}

const ADDRESS = '127.0.0.1'

/** As it is installed: nothing is set but what it listens on, where it forwards to, and where it may write. */
const NGINX = ({ folder, port, targets }: ProxyOptions): string => `
daemon off;
pid ${folder}/nginx.pid;
error_log stderr crit;
${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n  ')}
  upstream localhost {
    ${targets.map((target) => `server ${ADDRESS}:${target};`).join('\n    ')}
  }
  server {
    listen ${ADDRESS}:${port};
    location / {
      proxy_pass http://localhost;
    }
  }
}
`

/** The timeouts are those of Debian's configuration; it has none of its own. */
const HAPROXY = ({ port, targets }: ProxyOptions): string => `
defaults
  mode http
  timeout connect 5000
  timeout client 50000
  timeout server 50000
frontend feed
  bind ${ADDRESS}:${port}
  default_backend servers
backend servers
${targets.map((target, index) => `  server server${index} ${ADDRESS}:${target}`).join('\n')}
`

export function startNginx(options: ProxyOptions): Promise<ReverseProxy> {
  const file = join(options.folder, 'nginx.conf')
  writeFileSync(file, NGINX(options))
  return start('nginx', ['-p', options.folder, '-e', 'stderr', '-c', file], options.port)
}

export function startHaproxy(options: ProxyOptions): Promise<ReverseProxy> {
  const file = join(options.folder, 'haproxy.cfg')
  writeFileSync(file, HAPROXY(options))
  return start('haproxy', ['-db', '-f', file], options.port)
}

async function start(name: string, args: readonly string[], port: number): Promise<ReverseProxy> {
  // Debian has them where only root looks.
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`
  const child = spawn(name, args, {
    env: { ...process.env, PATH: path },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  let ended: string | undefined
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  child.once('error', ({ message }) => (ended = message))
  const exited = new Promise((resolve) => child.once('close', resolve))
  void exited.then(() => (ended ??= 'it ended'))
  await waitFor(`${name} to answer`, async () => {
    if (ended !== undefined) {
      throw new Error(
        `${name} does not run: ${ended}. ${said} When it is missing: apt-get update && apt-get install ${name}`,
      )
    }
    return fetch(`http://${ADDRESS}:${port}/feeds`).then(
      ({ ok }) => ok,
      () => false,
    )
  })
  return {
    stop: () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}
