import { Type } from 'typebox'

/** What a schema takes, or null. */
export const nullable = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])
