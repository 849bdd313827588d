/** The shapes of `/api/1/purchases` and `/products`, by the names the pages use. */
import type { Shapes } from "@/types";

export type Purchase = Shapes["PurchaseOut"];
export type Product = Shapes["ProductOut"];
export type Money = Shapes["Money"];
export type Revenue = Shapes["CurrencyRevenue"];
