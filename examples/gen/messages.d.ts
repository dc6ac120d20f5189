// Generated from proto files by "facts generate". Do not edit.
import type { MessageType, facts, google } from 'pgfacts/protobuf'

export namespace shop {
  export namespace v1 {
    export interface Product {
      readonly header: facts.v1.Header | null
      readonly id: bigint
      readonly name: string
      /** Exact decimal, for example "24.00". */
      readonly price: string
    }
    export const Product: MessageType<Product>
    export interface Order {
      readonly header: facts.v1.Header | null
      readonly id: bigint
      /** Exact decimal, for example "12.50". */
      readonly amount: string
      /** Name of the customer when this fact was made; absent when the order has none. */
      readonly customer: string | null
    }
    export const Order: MessageType<Order>
    export interface OrderLine {
      readonly header: facts.v1.Header | null
      readonly orderId: bigint
      readonly line: number
      readonly quantity: number
      /** Name of the product. */
      readonly product: string
      /** Name of the product's supplier. */
      readonly supplier: string
    }
    export const OrderLine: MessageType<OrderLine>
    export interface Event {
      readonly header: facts.v1.Header | null
      readonly id: bigint
      readonly type: string
      /** JSON text. */
      readonly payload: string
      /** The only consumer that it is for; absent when it is for every consumer. */
      readonly subscriber: string | null
      /** The earlier event that this one changes. */
      readonly patchOf: bigint | null
    }
    export const Event: MessageType<Event>
    export interface Payment {
      readonly header: facts.v1.Header | null
      readonly id: bigint
      readonly account: string
      /** Exact decimal, for example "10.00". */
      readonly amount: string
    }
    export const Payment: MessageType<Payment>
  }
}
