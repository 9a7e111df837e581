/** The learner's database in the browser: two tables, `cards` and `marks`, by their keys. */

const TABLES = ["cards", "marks"] as const;
export type Table = (typeof TABLES)[number];

/** So many records are read at once: a few milliseconds' work. */
const CHUNK = 500;

export const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const table of TABLES) request.result.createObjectStore(table, { keyPath: "key" });
  };
  return done(request);
}

/** Hands every record of a table to `take`, some at a time, so that the page stays responsive. */
export async function each<T extends { readonly key: string }>(
  database: IDBDatabase,
  table: Table,
  take: (record: T) => void,
): Promise<void> {
  let range: IDBKeyRange | undefined;
  for (;;) {
    const records: T[] = await done(database.transaction(table).objectStore(table).getAll(range, CHUNK));
    records.forEach(take);
    const last = records[CHUNK - 1];
    if (!last) return;
    range = IDBKeyRange.lowerBound(last.key, true);
  }
}

/** Changes records in one transaction: `change` gets what is stored, which another tab may have written. */
export function write<T extends { readonly key: string }>(
  database: IDBDatabase,
  table: Table,
  records: readonly T[],
  change: (stored: T | undefined, mine: T) => T,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(table, "readwrite");
    const store = transaction.objectStore(table);
    for (const mine of records) {
      const get = store.get(mine.key);
      get.onsuccess = () => store.put(change(get.result, mine));
    }
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export function clear(database: IDBDatabase): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction([...TABLES], "readwrite");
    for (const table of TABLES) transaction.objectStore(table).clear();
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
