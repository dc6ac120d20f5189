import { EventEmitter } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PageMemory } from '../../../../src/feed/http/routes/page-memory'

describe('the memory of pages', () => {
  /** A page of a connection, of which only the events are used. */
  function held(memory: PageMemory, socket = new EventEmitter()) {
    const response = new EventEmitter()
    const request = { raw: { socket } } as unknown as FastifyRequest
    const reply = { raw: response } as unknown as FastifyReply
    return { socket, response, page: memory.hold(request, reply) }
  }
  const full = { problem: 'server-full' }

  test('R43: is given back with the connection, also by pages queued after others, of which no event is emitted', () => {
    const memory = new PageMemory(100)
    const { socket, page } = held(memory)
    page.add(60)
    const queued = held(memory, socket)
    queued.page.add(60)
    expect(() => held(memory)).toThrow(expect.objectContaining(full) as Error)
    socket.emit('close')
    const other = held(memory)
    other.page.add(99)
    expect(other.page.isFull).toBe(false)
    expect([socket.listenerCount('close'), queued.response.listenerCount('close')]).toEqual([0, 0])
  })

  test('R43: is not held for what is read after the connection was closed', () => {
    const memory = new PageMemory(100)
    const { socket, page } = held(memory)
    socket.emit('close')
    page.add(100)
    expect(held(memory).page.isFull).toBe(false)
  })

  test('R43: is given back once', () => {
    const memory = new PageMemory(100)
    const { socket, response, page } = held(memory)
    page.add(100)
    response.emit('close')
    socket.emit('close')
    const next = held(memory)
    next.page.add(100)
    expect(next.page.isFull).toBe(true)
  })
})
