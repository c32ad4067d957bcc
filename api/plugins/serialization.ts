import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { FastifySerializerCompiler } from 'fastify/types/schema.js'
import type { Server } from './typed-server.ts'

type Serialize = ReturnType<FastifySerializerCompiler<object>>

/** Of the process, and not of a server: several of one process, as tests have them, share the schemas and so what writes them. */
const serializers = new WeakMap<object, Serialize>()
const compile = SerializerSelector()()

/**
 * Answers are written by fast-json-stringify, as Fastify does by itself, but what writes a schema is made once: many answers of every
 * operation share one (a problem above all), and making it takes longer than anything else at the start.
 */
export function addSerialization(server: Server): void {
  server.setSerializerCompiler<object>((route) => {
    const known = serializers.get(route.schema)
    if (known) return known
    const serialize = compile({ ...route, httpStatus: route.httpStatus ?? '' })
    serializers.set(route.schema, serialize)
    return serialize
  })
}
