/** The module of a file, and the positional parameters of a function. */

import { expect, test } from "vitest";
import { findPythonModule, listPositional } from "../../../src/source/pythonModule.ts";

const packages = new Set(["/srv/backend/shop", "/srv/backend/shop/orders"]);
const find = (path: string, task?: string) =>
  findPythonModule(path, folder => Promise.resolve(packages.has(folder)), task);

test.each([
  ["/srv/backend/shop/orders/place.py", undefined, "shop.orders.place", "/srv/backend"],
  ["/srv/backend/shop/orders/__init__.py", undefined, "shop.orders", "/srv/backend"],
  ["/srv/backend/worker.py", undefined, "worker", "/srv/backend"],
  // Folders without an `__init__.py` are packages too: Celery's name tells how they are imported.
  ["/srv/backend/jobs/mail.py", "jobs.mail.send", "jobs.mail", "/srv/backend"],
  ["/srv/backend/jobs/mail.py", "other.send", "mail", "/srv/backend/jobs"],
  ["/srv/backend/jobs/mail.py", "send", "mail", "/srv/backend/jobs"],
])("%s, task %s: %s from %s", async (path, task, name, root) => {
  expect(await find(path, task)).toEqual({ name, root });
});

test.each([
  ["def place(order_id, items):", "order_id items"],
  ["def charge(self, token: str = 'a,b', *, note=None, **rest):", "token note"],
  ["async def send(\n    cls,\n    to: dict[str, int],\n    body=(1, 2),\n) -> None:", "to body"],
  ["def nothing():", ""],
])("%s", (head, names) => {
  expect(listPositional(head).join(" ")).toBe(names);
});
