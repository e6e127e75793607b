// Ships one parcel, traced by the module that Traceside puts into projects.
import { inject, traced } from "./traceside.mjs";

const rest = ms => new Promise(resolve => setTimeout(resolve, ms));

const weigh = traced("weigh", async parcel => {
  await rest(15);
  return { ...parcel, grams: 1200 };
});

const printLabel = traced("printLabel", async parcel => {
  await rest(25);
  return `${parcel.to}, ${parcel.grams} g`;
});

const shipParcel = traced("shipParcel", async parcel => {
  console.log(`shipping traceparent=${inject().traceparent}`);
  return printLabel(await weigh(parcel));
});

console.log(`shipped: ${await shipParcel({ to: "Ann" })}`);
