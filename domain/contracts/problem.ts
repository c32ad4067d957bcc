import { type Static, Type } from 'typebox'

/** An error as RFC 9457 describes it; `code` is stable, `details.reason` tells refusals of one code apart. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    details: Type.Optional(
      Type.Object(
        {
          reason: Type.Optional(Type.String({ description: 'tells refusals of one code apart' })),
          issues: Type.Optional(
            Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
              description: 'what is wrong with the request, place by place',
            }),
          ),
        },
        { additionalProperties: Type.Unknown() },
      ),
    ),
  },
  { $id: 'Problem' },
)
export type Problem = Static<typeof Problem>
