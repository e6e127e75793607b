import { traced } from "./traceside.mjs";

export const total = traced("total", prices => prices.reduce((sum, price) => sum + price, 0));
