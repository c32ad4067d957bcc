/**
 * The notices of the binding `ids` as `these`, their rows locked in the order of their ids, as by everybody who takes several: whoever tells
 * of topics or ends incidents has some of them meanwhile, and neither of the two may wait for the other. A piece of a `with`.
 */
export const theseInOrder = `these as (
  select id from notice where id = any(:ids::uuid[]) order by id for no key update)`
