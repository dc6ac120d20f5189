import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { PortReservations } from '../../../src/dev-stack/ports/port-reservations'
import { choosePorts, isPortFree } from '../../../src/dev-stack/ports/ports'
import { temporaryFolder } from '../../support/temporary-folder'

const servers: Server[] = []

async function occupy(host: string): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
  )
})

test.each(['127.0.0.1', '0.0.0.0'])('a port taken on %s is not free', async (host) => {
  expect(await isPortFree(await occupy(host))).toBe(false)
})

test('without wishes every port is free and none is given twice', async () => {
  const ports = await choosePorts({ usual: {} })
  const numbers = Object.values(ports)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(await Promise.all(numbers.map(isPortFree))).not.toContain(false)
})

test('a usual port that is taken is replaced by a free one', async () => {
  const taken = await occupy('127.0.0.1')
  const { kafka } = await choosePorts({ usual: { kafka: taken }, names: ['kafka'] })
  expect(kafka).not.toBe(taken)
  expect(await isPortFree(kafka)).toBe(true)
})

test('the port of the last run is taken again before the usual one', async () => {
  const { kafka: previous, registry: usual } = await choosePorts({ usual: {} })
  const { kafka } = await choosePorts({
    previous: { kafka: previous },
    usual: { kafka: usual },
    names: ['kafka'],
  })
  expect(kafka).toBe(previous)
})

test('a port that was asked for and is taken fails with PORT_TAKEN and names both', async () => {
  const port = await occupy('127.0.0.1')
  await expect(choosePorts({ asked: { postgres: port } })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringMatching(new RegExp(`Port ${port}, requested for postgres`)) as string,
  })
})

test('a port that was asked for is given to nothing else', async () => {
  const { kafka: free } = await choosePorts({ usual: {} })
  const ports = await choosePorts({ asked: { connect: free }, usual: { postgres: free } })
  expect(ports.connect).toBe(free)
  expect(ports.postgres).not.toBe(free)
})

describe('stacks that choose at the same time', () => {
  const folder = temporaryFolder()
  const reservations: PortReservations[] = []
  const another = (): PortReservations => {
    const own = new PortReservations(folder.path)
    reservations.push(own)
    return own
  }
  afterEach(() => {
    for (const own of reservations.splice(0)) own.release()
  })

  test('take different ports, though each of them is free', async () => {
    const { kafka: usual } = await choosePorts({ usual: {}, names: ['kafka'] })
    const choose = async (): Promise<number> =>
      (
        await choosePorts({
          usual: { kafka: usual },
          names: ['kafka'],
          reservations: another(),
        })
      ).kafka
    const chosen = await Promise.all([choose(), choose(), choose()])
    expect(new Set(chosen).size).toBe(3)
    expect(chosen).toContain(usual)
  })

  test('refuse a port that was asked for and that the other one has chosen', async () => {
    const { kafka: port } = await choosePorts({ usual: {}, names: ['kafka'] })
    const asked = { asked: { kafka: port }, names: ['kafka'] as const }
    await choosePorts({ ...asked, reservations: another() })
    await expect(choosePorts({ ...asked, reservations: another() })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
    })
  })

  test('have a port back that was released', () => {
    const [one, other] = [another(), another()]
    expect([one.take(15_001), other.take(15_001)]).toEqual([true, false])
    one.release()
    expect(other.take(15_001)).toBe(true)
  })
})
