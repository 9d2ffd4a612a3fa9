import { randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';

const MEMORY = '/dev/shm';
const LIVE_PREFIX = 'zhiqun-';
const FILE = 'dynamodb.sqlite';
// Room for the copy to grow; containers often have no more than 64 MB there.
const MIN_FREE_BYTES = 4 * 2 ** 30;
const PERSIST_EVERY_MS = 15_000;

/** The engine's database: where it lives while the engine runs, and how it is kept. */
export interface EngineDatabase {
  path: string;
  /** Brings what was written so far into the data directory. */
  keep(): Promise<void>;
  /** Keeps the database after the engine has stopped. */
  close(): void;
}

/**
 * The engine waits for the disk after every single item, which makes it ten times slower than its disk could be.
 * So, where there is a roomy memory file system, its database lives there, and is copied into the data directory
 * every 15 seconds and at the end. It outlives a kill -9 of everything; a power cut can cost the last 15 seconds.
 * @param dir the data directory
 */
export function openEngineDatabase(dir: string): EngineDatabase {
  const kept = join(dir, FILE);
  if (!hasFreeMemory(kept)) return { path: kept, keep: async () => {}, close: () => {} };
  const live = openLiveDirectory(dir);
  const path = join(live, FILE);
  if (!existsSync(path) && existsSync(kept)) copyFileSync(kept, path);

  let keeping: Promise<void> | undefined;
  let keptAt = 0;
  const copyWhileRunning = async (): Promise<void> => {
    const writtenAt = lastWriteTime(path);
    if (writtenAt <= keptAt) return;
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      // In one go: a backup in steps begins again whenever the engine writes in between.
      await backup(database, `${kept}.new`, { rate: 2 ** 30 });
    } finally {
      database.close();
    }
    renameSync(`${kept}.new`, kept);
    keptAt = writtenAt;
  };
  const keep = (): Promise<void> => {
    keeping ??= copyWhileRunning().finally(() => {
      keeping = undefined;
    });
    return keeping;
  };
  const timer = setInterval(() => void keep().catch(() => {}), PERSIST_EVERY_MS);
  timer.unref();
  return {
    path,
    keep,
    close: () => {
      clearInterval(timer);
      if (!existsSync(path)) return;
      // An engine that was killed leaves its write-ahead log; opening the database brings it in.
      const database = new DatabaseSync(path);
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      database.close();
      copyFileSync(path, `${kept}.new`);
      renameSync(`${kept}.new`, kept);
      rmSync(live, { recursive: true, force: true });
    },
  };
}

/** dynoxide looks through all stream records at every write; with this index it finds the last one at once. */
export function indexStreamRecords(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(`
      PRAGMA busy_timeout = 5000;
      CREATE INDEX IF NOT EXISTS last_stream_record
        ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
      CREATE INDEX IF NOT EXISTS stream_records_of_shard
        ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));`);
  } finally {
    database.close();
  }
}

/** Whether the memory file system has room for a database of this size to grow. */
export function hasFreeMemory(kept?: string): boolean {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    const size = kept !== undefined && existsSync(kept) ? statSync(kept).size : 0;
    return bavail * bsize > MIN_FREE_BYTES + 2 * size;
  } catch {
    return false;
  }
}

/** The directory in memory that belongs to a data directory; those of data directories that are gone are removed. */
function openLiveDirectory(dir: string): string {
  const idFile = join(dir, 'database-id');
  for (const name of readdirSync(MEMORY).filter((entry) => entry.startsWith(LIVE_PREFIX))) {
    const owner = readText(join(MEMORY, name, 'owner'));
    if (owner !== undefined && readText(join(owner, 'database-id')) !== name) {
      rmSync(join(MEMORY, name), { recursive: true, force: true });
    }
  }
  const known = readText(idFile);
  const id = known ?? LIVE_PREFIX + randomUUID();
  if (known === undefined) writeFileSync(idFile, id);
  const live = join(MEMORY, id);
  mkdirSync(live, { recursive: true, mode: 0o700 });
  writeFileSync(join(live, 'owner'), dir);
  return live;
}

function lastWriteTime(path: string): number {
  return Math.max(...[path, `${path}-wal`].map((file) => (existsSync(file) ? statSync(file).mtimeMs : 0)));
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
