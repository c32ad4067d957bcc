export { isMailAddress } from '../contracts/mail-address.ts'
