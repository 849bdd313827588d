/** The shapes of `/api/1/webhooks`, by the names the pages use. */
import type { Page, Shapes } from "@/types";

export type Webhook = Shapes["WebhookRow"];
export type MadeWebhook = Shapes["WebhookMade"];
export type EventName = Webhook["event"];
export type Attempt = Shapes["WebhookAttempt"];
export type DeliveryRow = Shapes["WebhookDeliveryRow"];
export type Delivery = Shapes["WebhookDelivery"];
export type Deliveries = Page<DeliveryRow>;
