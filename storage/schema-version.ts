/** The database was written by a newer version of the program. */
export class SchemaTooNew extends Error {
  override name = 'SchemaTooNew';
}

/** The database is of an older version of the program, and must not be changed now. */
export class SchemaTooOld extends Error {
  override name = 'SchemaTooOld';
}

export interface Pending<M> {
  /** The version that the database has after it. */
  to: number;
  migration: M;
}

/**
 * The migrations that a database still needs, in order. They only go forward: `migrations[n]` brings version `first + n` to the next, and the
 * newest version is what all of them lead to. Throws SchemaTooNew, and SchemaTooOld when one is needed and `readOnly` forbids it.
 */
export function pendingMigrations<M>(
  version: number,
  { first, migrations, readOnly }: { first: number; migrations: readonly M[]; readOnly: boolean },
): Pending<M>[] {
  const newest = first + migrations.length;
  if (version > newest)
    throw new SchemaTooNew(
      `数据库版本 ${version} 高于程序支持的 ${newest}，请使用更新的程序 / database schema ${version} is newer than ${newest}: use the newer program`,
    );
  if (version < newest && readOnly)
    throw new SchemaTooOld(
      `数据库版本 ${version} 低于 ${newest}，请先启动服务 / database schema ${version} is older than ${newest}: start the service first`,
    );
  return migrations.slice(version - first).map((migration, index) => ({ to: version + index + 1, migration }));
}
